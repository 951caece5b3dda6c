// Workers that the browser ends, as it does where memory is short, or its user: nothing is lost, and nothing is wrong.

import { dice, KILLABLE, PATIENCE, shares, trials } from "../support/faults.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { ENTRY, openBarePage, type Package, QUICK_MODEL } from "../support/package.ts";
import { table } from "../support/tables.ts";

interface Killable {
  endWorker(at: number): boolean;
  workersLeft(): number;
}

test("the page's worker, in a run or between two: the page is back, and its numbers with it", async ({ page }) => {
  test.setTimeout(PATIENCE);
  const genes = 300;
  await page.addInitScript(KILLABLE);
  const app = await new AppPage(page).open(QUICK);
  const begin = async (name: string): Promise<void> => {
    await app.openSetup();
    await app.chooseTable({ name, buffer: Buffer.from(table({ genes })) });
    await expect(page.locator("regulens-data-step .loaded")).toContainText(name);
    await app.run.click();
  };
  await begin("genes.csv");
  await app.finished(genes);
  const wanted = await app.predictions();
  const began = Date.now();
  await begin("again.csv");
  await expect(app.fact("Table")).toContainText("again.csv");
  const time = Date.now() - began;
  const back = page.locator("regulens-notice").filter({ hasText: "your work was restored" });
  for (const seed of trials(1)) {
    const share = shares(seed);
    await test.step(`trial ${seed}`, async () => {
      const name = `genes-${seed}.csv`;
      await begin(name);
      await page.waitForTimeout(1.5 * time * share());
      expect(await page.evaluate(() => (globalThis as unknown as Killable).endWorker(0))).toBe(true);
      await expect(back).toContainText("The page's worker stopped: the browser ended it.");
      // A run that was not done is not there; its table and the model are.
      await expect(async () => {
        if ((await app.results.count()) === 0 && (await app.run.isEnabled())) await app.run.click({ timeout: 1000 });
        await expect(app.results).toBeVisible({ timeout: 2000 });
      }).toPass({ timeout: 60_000 });
      await app.finished(genes);
      expect(largestDifference(await app.predictions(), wanted)).toBe(0);
      expect(await page.evaluate(() => (globalThis as unknown as Killable).workersLeft())).toBe(1);
      await back.getByRole("button", { name: "Close this message" }).click();
      await expect(back).toHaveCount(0);
    });
  }
});

test("workers that share a run: others do what they held, at once and bit for bit", async ({ page }) => {
  test.setTimeout(PATIENCE);
  await openBarePage(page, KILLABLE);
  const seeds = trials(1).map((seed) => {
    const roll = dice(seed);
    return [...Array.from({ length: 3 }, () => roll(1500)), roll(3), 1 + roll(3)];
  });
  const outcome = await page.evaluate(
    async ([entry, model, text, seeds]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const alone = await Regulens.load(model, { device: "cpu", workers: 1 });
      const table = await alone.readTable(text);
      const wanted = await alone.predict(table);
      const of = globalThis as unknown as Killable;
      const found = { killed: 0, different: 0, reasons: new Set<string>() };
      for (const [first = 0, second = 0, third = 0, at = 0, many = 1] of seeds) {
        const shared = await Regulens.load(model, { device: "cpu", workers: 3 });
        // They are awake from here on.
        await shared.predict(table);
        const due = [first, second, third].slice(0, many);
        const onProgress = ({ done }: { done: number }) => {
          for (const when of due)
            if (when <= done && due.splice(due.indexOf(when), 1))
              found.killed += Number(of.endWorker(at % Math.max(1, of.workersLeft())));
        };
        const { logit, alpha, device } = await shared.predict(table, { onProgress });
        const same = (a: Float32Array, b: Float32Array) =>
          a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
        found.different += Number(!same(logit, wanted.logit) || !same(alpha, wanted.alpha));
        found.reasons.add(device.reason.replace(/\d of 3 workers|The workers/, "N workers"));
        shared.free();
        while (of.workersLeft() > 0) of.endWorker(0);
      }
      return { ...found, reasons: [...found.reasons] };
    },
    [ENTRY, QUICK_MODEL, table({ genes: 1500 }), seeds] as const,
  );
  expect(outcome.different).toBe(0);
  expect(outcome.killed).toBeGreaterThanOrEqual(seeds.length);
  // None is waited for until it counts as hung, which would be another reason.
  for (const reason of outcome.reasons)
    expect(reason).toMatch(/chosen\.( N workers could not be used \(the browser ended it\)\.)?$/);
});
