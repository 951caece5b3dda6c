// What a track rests on, base by base: asked for the place in view, cancelled, read out and saved.

import { expect, test } from "../support/fixtures.ts";
import { LensPage } from "../support/lens-page.ts";

test("what a track rests on is found for the place in view, with progress and cancel", async ({ page }) => {
  const lens = await new LensPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence&view=tracks&region=sim1:30001-32048",
  );
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 240_000 });
  await lens.tab("Why");
  const view = page.locator("regulens-base-contributions");
  const ask = view.getByRole("button", { name: /^Find it for [\d,]+ bases$/ });

  await test.step("integrated gradients take their time: they are cancelled, and nothing is shown", async () => {
    await ask.click();
    await view.getByRole("button", { name: "Cancel" }).click();
    await expect(ask).toBeEnabled();
    await expect(view.getByRole("img")).toHaveCount(0);
  });

  await test.step("one gradient is quick, says what it is worth, and is drawn along the place", async () => {
    await view.getByLabel("by", { exact: true }).selectOption({ label: "one gradient (fast, rough)" });
    await ask.click();
    const drawn = view.getByRole("img", { name: /^ATAC: what it rests on in sim1:.* Most: [ACGT] at / });
    await expect(drawn).toHaveCount(2, { timeout: 120_000 });
    await expect(drawn.first()).toHaveAccessibleName(/in sim1:(29,9|30,0)\d\d–32,\d+\./);
    await expect(view).toContainText("The strongest place in view, letter by letter.");
    await expect(view).toContainText("a rough guide that does not add up.");
  });

  await test.step("it is saved as a table of the bases in view", async () => {
    const tsv = await lens.save(/Save what ATAC rests on as TSV/);
    const rows = tsv.bytes.toString("utf8").trimEnd().split("\n");
    expect(rows[0]).toBe("record\tposition\tbase\tcontribution");
    expect(rows[1]).toMatch(/^sim1\t(29|30)\d{3}\t[ACGT]\t-?\d/);
    expect(rows.length).toBeGreaterThan(2000);
  });
});

test("what a fold change rests on is drawn for both cell types, and put to the test", async ({ page }) => {
  const lens = await new LensPage(page).open(
    "?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change&view=gene&gene=SIM000002",
  );
  const explained = page.locator("regulens-changed-explained[shown=contributions]");
  await expect(explained.getByRole("img", { name: /^Contributions along SIM000002\. H3K\w+, \w+: / })).toBeVisible({
    timeout: 240_000,
  });
  await expect(explained).toContainText(/Log2 fold change: .* their sum misses it by/);
  const tsv = await lens.save(/Save contributions to the fold change of SIM000002 as TSV/);
  const rows = tsv.bytes.toString("utf8").trimEnd().split("\n");
  expect(rows[0]?.split("\t").slice(0, 3)).toEqual(["bin", "A_H3K4me1", "A_H3K4me3"]);
  expect(rows).toHaveLength(201);
  await lens.tab("Test");
  const test = page.locator("regulens-changed-explained[shown=test]");
  await expect(test.getByRole("img", { name: /^Deletion test, SIM000002\./ })).toBeVisible({ timeout: 240_000 });
  await expect(test).toContainText(/the largest integrated gradients (lowers|raises|leaves) the log2 fold change/);
});
