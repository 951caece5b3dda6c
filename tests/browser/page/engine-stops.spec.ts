// An engine that stops in the middle of work, as a failed assertion or a full memory ends it: the page starts another
// and gives it back what was there.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const GENES = 40;
const TABLE = { name: "genes.csv", buffer: Buffer.from(table({ genes: GENES, labels: true })) };

/**
 * Functions of the engine trap as they would in a panic: those that `broken` names, of this worker or of all to come.
 */
const TRAPS = `{
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (from, imports) => {
    const instance = await instantiate.call(WebAssembly, from, imports);
    const exports = {};
    for (const [name, value] of Object.entries(instance.exports))
      exports[name] = typeof value !== "function" ? value : (...given) => {
        if (globalThis.broken?.includes(name)) throw new WebAssembly.RuntimeError("unreachable");
        return value(...given);
      };
    return Object.create(WebAssembly.Instance.prototype, { exports: { value: exports } });
  };
}`;

/** Has the page's next workers trap in these functions. */
async function workersTrapIn(page: Page, names: readonly string[]): Promise<void> {
  await page.unroute("**/worker.js");
  await page.route("**/worker.js", async (route) => {
    const response = await route.fetch();
    const traps = `globalThis.broken = ${JSON.stringify(names)};\n${TRAPS}`;
    await route.fulfill({ response, body: `${traps}\n${await response.text()}` });
  });
}

/** Has the page's worker trap in these functions from now on. */
async function trapIn(page: Page, names: readonly string[]): Promise<void> {
  const workers = () => page.workers().filter((worker) => worker.url().endsWith("/worker.js"));
  await expect.poll(() => workers().length).toBe(1);
  await workers()[0]!.evaluate((names) => void Object.assign(globalThis, { broken: names }), names);
}

/** A page that has run a table, with notes beside it. */
async function ran(page: Page): Promise<AppPage> {
  await workersTrapIn(page, []);
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(TABLE, GENES);
  // The page's own question about the first gene has its answer: only questions of a test meet a trap.
  await expect(page.getByText(/(carry|carries) this prediction\./)).toBeVisible();
  return app;
}

/** Looks at another gene, of which the page's worker predicts what it would be without each mark. */
async function askAnew(page: Page): Promise<void> {
  const rows = page.getByRole("grid", { name: "Genes" }).getByRole("row");
  await rows.nth(4).click();
}

const notice = (page: Page, heading: string) => page.locator("regulens-notice").filter({ hasText: heading });
const BACK = "The engine stopped and was restarted; your work was restored";
const AGAIN = "The engine stopped again on the restored work";

test("an engine that stops in an explanation is started again, and the run is back with its numbers", async ({
  page,
}) => {
  const app = await ran(page);
  const before = await app.predictions();
  await trapIn(page, ["model_predict"]);
  await askAnew(page);
  await expect(notice(page, BACK)).toContainText("The engine stopped: unreachable.");
  await app.finished(GENES);
  expect(largestDifference(await app.predictions(), before)).toBe(0);
  // The worker that was started does what the one before could not.
  await askAnew(page);
  await expect(page.getByText(/(carry|carries) this prediction\./)).toBeVisible();
});

test("what stops the engine again is left out, with the model open, and comes back when it is asked for", async ({
  page,
}) => {
  const app = await ran(page);
  const before = await app.predictions();
  await workersTrapIn(page, ["preparer_prepare"]);
  await trapIn(page, ["model_predict"]);
  await askAnew(page);
  await expect(notice(page, AGAIN)).toContainText("The engine stopped: unreachable.");
  await app.ready();
  await expect(app.results).toHaveCount(0);

  await workersTrapIn(page, []);
  await trapIn(page, []);
  await page.getByRole("button", { name: "Restore previous page" }).click();
  await app.finished(GENES);
  expect(largestDifference(await app.predictions(), before)).toBe(0);
});

test("a run that stops the engine leaves its table, and the model, to be run again", async ({ page }) => {
  await workersTrapIn(page, []);
  const app = await new AppPage(page).open(QUICK);
  await app.chooseTable(TABLE);
  await expect(app.run).toBeEnabled();
  await trapIn(page, ["preparer_prepare"]);
  await app.run.click();
  await expect(notice(page, BACK)).toBeVisible();
  await expect(page.getByText("genes.csv").first()).toBeVisible();
  await app.run.click();
  await app.finished(GENES);
});
