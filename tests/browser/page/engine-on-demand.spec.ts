// The engine that answers first says which genes are on, and no more; what a prediction rests on comes with an engine
// of its own, which a network may fail to bring.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { table } from "../support/tables.ts";

const GENES = 12;
const TABLE = { name: "genes.csv", buffer: Buffer.from(table({ genes: GENES })) };
const FULL = "**/regulens_full*_bg.wasm";
const engines = (requests: readonly string[]) =>
  requests.flatMap((url) => /regulens_([a-z]+)(?:-relaxed)?_bg\.wasm$/.exec(url)?.[1] ?? []);

test("predictions are shown while the engine of explanations is on its way, which is told of", async ({
  page,
  watched,
}) => {
  let come = (): void => {};
  const held = new Promise<void>((resolve) => (come = resolve));
  await page.route(FULL, async (route) => {
    await held;
    await route.continue();
  });
  const app = await new AppPage(page).open(QUICK);
  await app.chooseTable(TABLE);
  expect(engines(watched.requests)).toEqual(["cpu"]);
  await app.run.click();
  await app.finished(GENES);
  const before = await app.predictions();
  expect(before.size).toBe(GENES);
  await expect.poll(() => engines(watched.requests)).toEqual(["cpu", "full"]);
  const waits = page.getByText("Explaining this gene…").or(page.getByText(/Loading the full CPU engine/));
  await expect(waits.first()).toBeVisible();
  come();
  await expect(page.getByText(/(carry|carries) this prediction\./)).toBeVisible();
  expect(largestDifference(await app.predictions(), before)).toBe(0);
  expect(engines(watched.requests)).toEqual(["cpu", "full"]);
});

test("where the engine of explanations does not come, that is said, and nothing is lost", async ({ page, watched }) => {
  watched.expectError(/ERR_|Failed to (load|fetch)/);
  await page.route(FULL, (route) => route.abort("connectionreset"));
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(TABLE, GENES);
  const notice = app.alert().filter({ hasText: "This gene could not be explained" }).first();
  await expect(notice).toContainText("full CPU engine could not be loaded");
  await expect(notice).toContainText("Check the address and the connection, then try again.");
  const before = await app.predictions();
  expect(before.size).toBe(GENES);
  // Attention is the prediction's own.
  await app.lookAtAttention();
  await expect(page.getByRole("img", { name: /attention/i }).first()).toBeVisible();

  await page.unroute(FULL);
  // Another gene asks anew.
  await app.grid.getByRole("row").nth(3).click();
  await expect(page.getByText(/(carry|carries) this prediction\./)).toBeVisible();
  await expect(app.alert()).toHaveCount(0);
  expect(largestDifference(await app.predictions(), before)).toBe(0);
});
