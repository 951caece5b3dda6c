// A network that is cut while engines, models and tables come: an error that says so, or the right numbers; and after
// it everything as ever.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dice, PATIENCE, trials } from "../support/faults.ts";
import { expect } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { ENTRY, openBarePage, type Package } from "../support/package.ts";
import { withCard } from "../support/safetensors.ts";
import { test } from "../support/own-site.ts";
import { SITE, type SiteServer } from "../support/site-server.ts";

const CUT = /ERR_CONNECTION|ERR_CONTENT_LENGTH|ERR_INCOMPLETE|ERR_EMPTY|Failed to (load|fetch)|network|416/i;

/** Cuts the answers to `times` of the next requests, each after some of its bytes. */
function cutSome(server: SiteServer, roll: (below: number) => number, times: number, among: number): void {
  const chosen = new Set(Array.from({ length: times }, () => roll(among)));
  let asked = 0;
  server.cut = (_, bytes) => (chosen.has(asked++) ? roll(bytes) : undefined);
}

test("the package: what was cut is told with its file and a remedy, and comes when it is asked for again", async ({
  page,
  server,
  watched,
}) => {
  test.setTimeout(PATIENCE);
  watched.expectError(CUT);
  let wanted: string | undefined;
  const codes = new Set<string>();
  for (const seed of [undefined, ...trials(1)]) {
    server.cut = undefined;
    await openBarePage(page);
    if (seed !== undefined) cutSome(server, dice(seed), 1, 6);
    const errors: { name: string; code?: string; message: string; remedy?: string }[] = [];
    let found: string | undefined;
    for (let turn = 0; found === undefined && turn < 4; turn++) {
      // A browser does not ask again for a module whose part was cut, until the page is loaded again.
      if (/dynamically imported module/.test(errors.at(-1)?.message ?? "")) await openBarePage(page);
      const answer = await page.evaluate(async (entry) => {
        try {
          const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
          const loaded = await Regulens.load("models/attentive-chrome-k562.safetensors", { device: "cpu", workers: 1 });
          const url = new URL("models/examples/simulated.csv.gz", document.baseURI);
          const { logit } = await loaded.predict(await loaded.readTable(url as unknown as string));
          return { found: Array.from(logit).join() };
        } catch (thrown) {
          const { name, code, message, remedy } = thrown as (typeof errors)[number];
          return { error: { name, message, ...(code ? { code } : {}), ...(remedy ? { remedy } : {}) } };
        }
      }, ENTRY);
      found = answer.found;
      if (answer.error) errors.push(answer.error);
    }
    wanted ??= found;
    expect(found, `trial ${seed}: ${JSON.stringify(errors)}`).toBe(wanted);
    for (const { name, code, message, remedy } of errors) {
      codes.add(`${code ?? name}: ${message}`);
      // The package's own script is the browser's to load.
      if (code === undefined) expect(name).toBe("TypeError");
      else expect(["download-failed", "engine-missing"]).toContain(code);
      if (code !== undefined) expect(remedy).toBeTruthy();
    }
  }
  console.log(`errors: ${[...codes].join(", ")}`);
});

test("a large model goes on where it was cut", async ({ page, server, watched }) => {
  test.setTimeout(PATIENCE);
  watched.expectError(CUT);
  const shipped = readFileSync(join(SITE, "models/attentive-chrome-k562.safetensors"));
  const body = withCard(shipped, { notes: ["a long note. ".repeat(460_000)] });
  expect(body.length).toBeGreaterThan(5e6);
  server.made.set("large.safetensors", body);
  const sha256 = createHash("sha256").update(body).digest("hex");
  let wentOn = 0;
  for (const seed of trials(2)) {
    const roll = dice(seed);
    await openBarePage(page);
    await page.evaluate(() => caches.delete("regulens-models"));
    // Cut once near its end, of which the beginning is kept, and once anywhere.
    const cuts = [body.length - 1 - roll(1e6), roll(5e5)];
    server.ranges.length = 0;
    server.cut = (path) => (path === "large.safetensors" ? cuts.shift() : undefined);
    const outcome = await page.evaluate(
      async ([entry, sha256]) => {
        const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
        const errors: string[] = [];
        for (let turn = 0; turn < 4; turn++)
          try {
            await Regulens.load("large.safetensors", { device: "cpu", workers: 1, sha256 });
            return { errors };
          } catch (thrown) {
            errors.push(`${(thrown as { code?: string }).code}`);
          }
        return { errors: [...errors, "never"] };
      },
      [ENTRY, sha256] as const,
    );
    expect(outcome.errors.length, `trial ${seed}`).toBeGreaterThan(0);
    expect(outcome.errors.filter((code) => code !== "download-failed")).toEqual([]);
    // Data that the browser had not yet handed over when the connection ended are lost, at times too much to go on.
    wentOn += Number(server.ranges.length > 0);
    for (const from of server.ranges) expect(from).toBeGreaterThanOrEqual(4e6);
  }
  expect(wentOn, "trials that went on").toBeGreaterThan(0);
});

test("the page: a visit whose files are cut says so or works, and the next visit is whole", async ({
  page,
  server,
  watched,
}) => {
  test.setTimeout(PATIENCE);
  watched.expectError(/./);
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished();
  const wanted = await app.predictions();
  const { length } = server.asked;
  for (const seed of trials(1)) {
    const roll = dice(seed);
    cutSome(server, (below) => (below === length ? 1 + roll(length - 1) : roll(below)), 1 + roll(3), length);
    // The browser itself says that the page's own HTML did not come; a visit that is cut may go on loading.
    await page.goto(`./${QUICK}&example=simulated`, { waitUntil: "commit" });
    const ends = app.results
      .or(page.locator("regulens-notice[tone=danger]").first())
      .or(page.getByText("part of this page failed to load"));
    await expect(ends.first(), `trial ${seed}`).toBeVisible();
    if (await app.results.isVisible()) expect(largestDifference(await app.predictions(), wanted)).toBe(0);
    server.cut = undefined;
    await page.goto(`./${QUICK}&example=simulated`);
    await app.finished();
    expect(largestDifference(await app.predictions(), wanted), `trial ${seed}`).toBe(0);
  }
});
