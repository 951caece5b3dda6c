// Addresses that open an example in a given view, and the links that the page makes of what it shows.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, link, pick, QUICK } from "../support/app-page.ts";
import { bases } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";

test("a link opens the example’s gene in the view that was shown", async ({ page }) => {
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  await app.grid.getByRole("gridcell", { name: /^SIM/ }).nth(3).click();
  const gene = (await app.grid.getByRole("gridcell", { name: /^SIM/ }).nth(3).textContent())?.trim() ?? "";
  await pick(page.getByRole("radio", { name: /Sensitivity of the score/ }));
  const query = await link(page);
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    model: "cnn-alpha-beta-k562",
    example: "simulated",
    view: "saliency",
    gene,
  });
  await app.open(`${query}&device=cpu`);
  await expect(page.getByRole("group", { name: `Gene ${gene}` })).toBeVisible();
  await expect(page.getByRole("radio", { name: /Sensitivity of the score/ })).toBeChecked();
  await expect(page.locator("regulens-gene")).toBeFocused();
  await expect(page.getByRole("group", { name: `Gene ${gene}` })).toBeInViewport();
});

test("a link opens a gene of a change", async ({ page }) => {
  await page.goto("./?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change&view=gene&gene=SIM000005");
  await expect(page.getByRole("group", { name: "Gene SIM000005" })).toBeVisible({ timeout: 120_000 });
  await expect(page.locator("regulens-gene")).toBeFocused();
  expect(new URLSearchParams(await link(page)).get("gene")).toBe("SIM000005");
});

test("a link opens a region, a bin and a variant of the example’s sequence", async ({ page }) => {
  const start = "?model=basenji-attention-two-sided-simulated&example=simulated-sequence";
  await page.goto(`./${start}&device=cpu`);
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^r = /)).toBeVisible();
  const chromosome = (await page.locator("regulens-sequence-data .understood strong").textContent()) ?? "";
  await page.getByPlaceholder("12,000-18,000").fill("20000-31000");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
  const inView = (await page.getByText(/bins are in view/).textContent()) ?? "";
  const query = await link(page);
  expect(query).toContain(`region=${chromosome}`);
  await page.goto(`./${query}&device=cpu`);
  await expect(page.getByText(/bins are in view/)).toHaveText(inView, { timeout: 120_000 });
  await expect(page.locator("regulens-sequence-tracks")).toBeFocused();
});

test("a link to a later record of an example runs that record and no other", async ({ page }) => {
  const [first, second] = [bases(18_000, 2), bases(18_000, 3)];
  const body = `>first\n${first}\n>sim1\n${second}\n`;
  await page.route("**/examples/sequence.fa.gz", (route) => route.fulfill({ body }));
  await page.addInitScript(() => {
    const runs: number[] = [];
    Object.assign(globalThis, { runs });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more: unknown[]) {
      if (message.name === "predictTracks") runs.push(message.request.index);
      return post.apply(this, [message, ...more] as unknown as Parameters<typeof post>);
    };
  });
  const start = "?model=basenji-attention-two-sided-simulated&example=simulated-sequence&device=cpu";
  for (const asked of [
    "region=sim1:4001-9000",
    `variant=sim1:6000 ${second[5999]}>${second[5999] === "A" ? "C" : "A"}`,
  ]) {
    await page.goto(`./${start}&${asked}`);
    await expect(page.getByRole("img", { name: /^Predicted tracks along sim1:/ })).toBeVisible({ timeout: 120_000 });
    expect(await page.evaluate(() => (globalThis as unknown as { runs: number[] }).runs)).toEqual([1]);
  }
});

test("what an address asks for in vain is said, and the rest is shown", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu&model=nobody&example=simulated&view=sideways&gene=NOGENE");
  await app.finished(400);
  const notice = page.locator("regulens-notice", { hasText: "Parts of this link could not be opened" });
  for (const says of [
    "no model “nobody”",
    "the view “sideways”; available: set, gene, integrated-gradients, saliency, class-optimisation",
    "the gene “NOGENE”, which is not in the example",
  ])
    await expect(notice).toContainText(says);
  await notice.getByRole("button", { name: "Close this message" }).click();
  await expect(notice).toHaveCount(0);
  await page.goto("./?device=cpu&example=missing");
  await expect(page.locator("regulens-notice", { hasText: "no example “missing”" })).toBeVisible();
  await app.ready();
  await test.step("there is no link to the user’s own data, and the page says why", async () => {
    await app.runTable({ name: "secret.csv", buffer: Buffer.from(table({ genes: 3 })) }, 3);
    await page.locator("regulens-workspace-menu summary").click();
    const button = page.getByRole("button", { name: "Copy link" });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAccessibleDescription(/secret\.csv is your own\. Save a workspace instead/);
    expect(page.url()).not.toContain("GENE");
  });
});
