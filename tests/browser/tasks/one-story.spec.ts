// One story on a screen: what the views of a gene say of one mark has one sign, or the screen says that marks act
// together. Three genes that are on or off, and two changes.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick, QUICK } from "../support/app-page.ts";
import { choose, planted } from "../support/change-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { firstOf } from "../support/tables.ts";
import type { Locator, Page } from "@playwright/test";

/** The share of each mark in the score, by a view; it has a sign beyond this part of score − baseline. */
type Said = Readonly<Record<string, number>>;
const SIGNED = 0.05;

const number = (text: string): number =>
  Number(
    text
      .replace("−", "-")
      .replaceAll(",", "")
      .replace(/^[<>] /, ""),
  );
const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** Score and baseline's score of "Log-odds of on: +2.18; without any signal −0.91.". */
function shared(text: string): number {
  const found = /: ([+−]?\d+(?:\.\d+)?); .* ([+−]?\d+(?:\.\d+)?)(?: \([^)]*\))?\. The bins in the figure account/.exec(
    text,
  );
  if (!found) throw new Error(`no scores in: ${text}`);
  return number(found[1]!) - number(found[2]!);
}

/** The sum of each mark's contributions, from the table that the figure saves; of a change over both cell types. */
async function sums(app: AppPage, label: RegExp): Promise<Record<string, number>> {
  const saved = await app.save(label);
  const [header, ...rows] = saved.bytes.toString("utf8").trimEnd().split("\n");
  const columns = header!.split("\t");
  const said: Record<string, number> = {};
  for (const row of rows)
    row.split("\t").forEach((cell, i) => {
      const mark = /^(?:contribution_|[AB]_)?(H3K\w+)$/.exec(columns[i]!)?.[1];
      if (mark) said[mark] = (said[mark] ?? 0) + Number(cell);
    });
  expect(Object.keys(said).length, `marks in ${header}`).toBe(5);
  return said;
}

/** Fails where two views give one mark two signs, unless the screen says that marks act together. */
function agree(views: Readonly<Record<string, Said>>, difference: number, screen: string, gene: string): number {
  const least = SIGNED * Math.abs(difference);
  let compared = 0;
  const named = Object.entries(views);
  named.forEach(([one, ofOne], i) => {
    for (const [other, ofOther] of named.slice(i + 1))
      for (const [mark, a] of Object.entries(ofOne)) {
        const b = ofOther[mark];
        if (b === undefined || Math.abs(a) <= least || Math.abs(b) <= least) continue;
        compared++;
        if (a < 0 !== b < 0)
          expect(screen, `${gene}: ${one} says ${mark} ${a}, ${other} says ${b}`).toMatch(
            new RegExp(`Marks interact: .*${mark}`),
          );
      }
  });
  return compared;
}

/** The predictions without each mark, asked in the tab *What if*; `set` is the button. */
async function removals(
  app: AppPage,
  page: Page,
  marks: readonly string[],
  set: string,
  moved: (outcome: string) => number,
): Promise<Record<string, number>> {
  await app.tab("What if");
  const whatIf: Locator = page.locator("regulens-perturb");
  const said: Record<string, number> = {};
  const cell = whatIf.getByRole("combobox", { name: "Cell type" });
  if ((await cell.count()) > 0) await cell.selectOption("both");
  for (const mark of marks) {
    await whatIf.getByRole("combobox", { name: "Mark" }).selectOption(mark);
    await whatIf.getByRole("button", { name: set, exact: true }).click();
    const change = whatIf.getByRole("list", { name: "Signal changes" }).getByRole("listitem");
    await expect(change).toHaveCount(1);
    await expect(change).toContainText(mark);
    // None was there before: what was asked before is taken back.
    const outcome = whatIf.locator(".outcome");
    await expect(outcome).toBeVisible();
    said[mark] = -moved((await outcome.textContent()) ?? "");
    await whatIf.getByRole("button", { name: "Reset" }).click();
    await expect(outcome).toHaveCount(0);
  }
  await app.tab("Why");
  return said;
}

/** The shares of a sentence: "H3K4me3 +1.25, H3K27me3 −0.10". */
function shares(text: string): Record<string, number> {
  const listed = text.slice(text.indexOf("over all 32 subsets):"));
  const each = listed.matchAll(/(H3K\w+) ([+−]?\d+(?:\.\d+)?)/g);
  return Object.fromEntries([...each].map(([, mark, value]) => [mark!, number(value!)]));
}

/** The marks that the headline names, in log-odds: "without it P(on) falls from 0.900 to 0.416". */
function headline(text: string): Record<string, number> {
  const before = number(/(?:from|P\(on\) is) ((?:[<>] )?\d+(?:\.\d+)?)/.exec(text)![1]!);
  const carried = /^\s*(.*?) (?:carries|each carry) this prediction/.exec(text)?.[1];
  const found: Record<string, number> = {};
  const put = (mark: string, after: string): void => {
    found[mark] = logit(before) - logit(number(after));
  };
  if (carried !== undefined && !carried.startsWith("No single")) {
    const [first] = carried.split(/, | and /);
    put(first!, / to ((?:[<>] )?\d+(?:\.\d+)?)/.exec(text)![1]!);
    for (const [, mark, after] of text.matchAll(/, without (H3K\w+) to ((?:[<>] )?\d+(?:\.\d+)?)/g)) put(mark!, after!);
  } else {
    const [, mark, after] = /without (H3K\w+), which moves it most, it is ((?:[<>] )?\d+(?:\.\d+)?)/.exec(text)!;
    put(mark!, after!);
  }
  return found;
}

test("all that is said of a mark of a gene that is on or off tells one story, in the page and in a saved one", async ({
  page,
}, info) => {
  test.setTimeout(300_000);
  const app = await new AppPage(page).open(QUICK);
  await app.runTable({ name: "simulated.csv", buffer: firstOf("simulated.csv.gz", 12 * 100) }, 12);
  let compared = 0;
  // On, off, and off.
  for (const gene of ["SIM000001", "SIM000002", "SIM000005"]) {
    await app.grid.getByRole("row", { name: new RegExp(`${gene}\\b`) }).click();
    await pick(page.getByRole("radio", { name: /Contributions to the score/ }));
    await expect(page.getByRole("img", { name: new RegExp(`^Contributions along ${gene}\\. `) })).toBeVisible();
    const explained = page.locator("regulens-explained-why");
    await expect(explained).toContainText("By whole marks (Shapley values");
    const carried = page.locator("regulens-carried");
    await expect(carried).toContainText(/this prediction\./);
    const [said, top] = [
      (await explained.locator(".said").textContent())!,
      (await carried.locator("p").textContent())!,
    ];
    const screen = `${said} ${top}`;
    const question = explained.getByRole("combobox", { name: "Question" });
    await expect(question).toHaveValue("zero");
    const whole = shares(said);
    expect(Object.keys(whole)).toHaveLength(5);
    const map = await sums(app, new RegExp(`Save contributions to the score of ${gene} as TSV`));
    const removed = await removals(app, page, Object.keys(whole), "Set to zero", (outcome) => {
      const [, before, after] = /from ((?:[<>] )?\d+(?:\.\d+)?) to ((?:[<>] )?\d+(?:\.\d+)?)/.exec(outcome)!;
      return logit(number(after!)) - logit(number(before!));
    });
    const views = { headline: headline(top), "whole marks": whole, map, "What if": removed };
    compared += agree(views, shared(said), screen, gene);
  }
  // Five marks in four views of three genes: enough of them have a sign.
  expect(compared).toBeGreaterThan(12);

  await test.step("a saved page says the same of its gene", async () => {
    // A saved page rounds values, which changes the last digits of what the sum misses.
    const saidIn = async (of: Page): Promise<string> =>
      (await of.locator("regulens-explained-why .said").textContent())!
        .replace(/\s+/g, " ")
        .replace(/is off by [\de.-]+\d/, "is off");
    const before = await saidIn(page);
    const saved = await saveAsOneFile(page, info.outputPath("page.html"));
    const file = await OneFile.open(page, saved.path);
    await expect(file.page.locator("regulens-explained-why .said")).toContainText("By whole marks", {
      timeout: 120_000,
    });
    expect(await saidIn(file.page)).toBe(before);
    await file.close();
  });

  await test.step("another question is named where marks are taken away", async () => {
    const explained = page.locator("regulens-explained-why");
    await explained.getByRole("combobox", { name: "Question" }).selectOption("class-mean");
    await expect(page.locator("regulens-carried")).toContainText(
      "the signal of a mark is removed. The figure compares with the average training gene of the other class.",
      { timeout: 60_000 },
    );
    await expect(page.getByRole("img", { name: /^Contributions along .*other class/ })).toBeVisible();
  });
});

test("all that is said of a mark of a change tells one story, in either form", async ({ page }) => {
  test.setTimeout(300_000);
  const app = await new AppPage(page).open("?device=cpu&model=deep-diff-aux-k562-h1");
  await choose(page, "A", planted(12));
  await app.run.click();
  await app.finished(12);
  await app.grid.getByRole("row", { name: /SIM000002\b/ }).click();
  await pick(page.getByRole("radio", { name: /Contributions to the fold change/ }));
  const explained = page.locator("regulens-gene");
  const noChange = page.locator("regulens-gene").locator("[part=no-change]");
  let compared = 0;
  const walk = async (gene: string): Promise<number> => {
    await expect(explained.getByRole("img", { name: new RegExp(`^Contributions along ${gene}\\. H3K`) })).toBeVisible({
      timeout: 240_000,
    });
    await expect(explained.getByRole("combobox", { name: "Question" })).toHaveValue("midpoint");
    await expect(explained).toContainText(/Log2 fold change: .* their sum is off by/);
    const said = (await explained.locator(".said").textContent())!;
    const map = await sums(app, new RegExp(`Save contributions to the fold change of ${gene} as TSV`));
    const removed = await removals(app, page, Object.keys(map), "Set to the midpoint", (outcome) =>
      number(/, by ([+−]?\d+(?:\.\d+)?)/.exec(outcome)![1]!),
    );
    compared += agree({ map, "What if": removed }, shared(said), said, gene);
    return number(/without a change, both cell types at their midpoint, ([+−]?\d+(?:\.\d+)?)[ .]/.exec(said)![1]!);
  };
  const still = await walk("SIM000002");
  await test.step("what the model says of no change stands beside the prediction, and is that of the contrast", async () => {
    const [, answer] = /fold change: [+−]\d+(?:\.\d+)?\. With no change .* predicts ([+−]\d+(?:\.\d+)?)\./.exec(
      (await noChange.textContent())!,
    )!;
    expect(Math.abs(number(answer!) - still)).toBeLessThan(0.011);
    expect(Math.abs(number(answer!))).toBeGreaterThanOrEqual(0.1);
  });
  await app.grid.getByRole("row", { name: /SIM000003\b/ }).click();
  await walk("SIM000003");
  expect(compared).toBeGreaterThan(3);

  await test.step("the symmetric form answers 0 to no change, and turns its sign where the tables are exchanged", async () => {
    // Contributions would be found anew with each run.
    await app.lookAtAttention();
    await app.openSetup();
    await page.getByRole("button", { name: "Read the model card" }).click();
    await page.getByRole("radio", { name: /^symmetric/ }).check();
    await page.keyboard.press("Escape");
    await expect(page.getByText(/\(symmetric form\)/).first()).toBeVisible({ timeout: 60_000 });
    const changes = async (): Promise<Map<string, number>> => {
      const rows = await app.predictions();
      return new Map([...rows].map(([gene, { log2_fold_change: change }]) => [gene, change!]));
    };
    await app.run.click();
    await app.finished();
    const forth = await changes();
    await app.openSetup();
    await page.getByRole("button", { name: /Swap/ }).first().click();
    await app.run.click();
    await app.finished();
    const back = await changes();
    for (const [gene, change] of forth) expect(change + back.get(gene)!).toBeCloseTo(0, 4);
    await expect(noChange).toHaveCount(0);
  });
});
