// Automated checks of contrast, names, roles and structure (WCAG 2.2 A and AA), in each state of the page.

import { violations } from "../support/axe.ts";
import { choose, pair } from "../support/change-page.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick, QUICK } from "../support/app-page.ts";
import { bases, fasta, file, give, openTracks, runRecord } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";

// axe is put into the page, which its content security policy would forbid.
test.use({ bypassCSP: true });

async function methods(app: AppPage): Promise<void> {
  await app.openBarMenu("Export");
  await app.page.getByRole("button", { name: "Methods", exact: true }).click();
  await expect(app.page.getByRole("dialog", { name: "Methods and citations" })).toBeVisible();
}

test("no rule of accessibility is broken in light and dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const app = await new AppPage(page).open(QUICK);
  const state = (name: string) => test.step(name, async () => expect(await violations(page)).toEqual([]));
  await state("the start");
  await app.device.click();
  await page.getByText("Table format").click();
  await page.getByRole("button", { name: "Paste…" }).click();
  await state("all that opens, open");
  await app.device.click();
  await page.getByRole("button", { name: "Read the model card" }).click();
  await state("the model card");
  await page.keyboard.press("Escape");
  await app.chooseTable({ name: "wide.csv", buffer: Buffer.from(table({ genes: 3, bins: 200 })) });
  await expect(page.locator("[data-blocked]")).toBeVisible();
  await app.chooseTable({ name: "bad.csv", buffer: Buffer.from("gene,bin,H3K4me3\nA,1,x\n") });
  await expect(app.alert()).toBeVisible();
  await state("a table that is not run, and one that is refused");
  await app.tryExample();
  await app.finished();
  await state("results");
  await app.openRemarks();
  await state("what must be known of them");
  await page.keyboard.press("Escape");
  await app.openBarMenu("Export");
  await state("what can be saved");
  await page.keyboard.press("Escape");
  // A deletion test of few genes: each takes seconds on a busy machine.
  await app.openSetup();
  await app.runTable({ name: "few.csv", buffer: Buffer.from(table({ genes: 2, labels: true })) }, 2);
  await pick(page.getByRole("radio", { name: /Sensitivity of the score/ }));
  await app.openOverview();
  await state("an overview");
  await app.tab("Test");
  const analyses = page.locator("regulens-analyses");
  await analyses.getByRole("button", { name: "Test 2 genes" }).click();
  await expect(analyses.getByRole("img", { name: /^Deletion test/ })).toBeVisible();
  await state("explanations");
  await app.tab("Compare");
  await page.getByText("Compare with…", { exact: true }).click();
  await state("the models to compare with");
  await page
    .getByRole("button", { name: /^Compare with / })
    .first()
    .click();
  await expect(page.getByRole("grid", { name: "Shared genes" })).toBeVisible();
  await state("a comparison");
});

test("no rule of accessibility is broken by the views of a change in light and dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const app = await new AppPage(page).open("?device=cpu&model=deep-diff-raw-d-k562-h1");
  const state = (name: string) => test.step(name, async () => expect(await violations(page)).toEqual([]));
  await state("two empty places");
  await choose(page, "A", pair(4));
  await app.run.click();
  await expect(page.getByRole("img", { name: /^Contributions along/ })).toBeVisible();
  await state("results");
  await methods(app);
  await state("the methods of a change");
  await page.keyboard.press("Escape");
  await app.openOverview();
  const threshold = page.getByRole("spinbutton", { name: /change by more than/ });
  await threshold.fill("0");
  await threshold.press("Tab");
  await app.tab("Test");
  const classes = page.locator("regulens-classes");
  await classes.getByLabel("Steps").fill("5");
  await classes.getByLabel("Steps").press("Tab");
  await classes.getByRole("button", { name: "Compute both inputs" }).click();
  await expect(classes.getByRole("img", { name: /^Input that moves/ })).toBeVisible();
  await state("the inputs of both classes");
  await app.tab("What if");
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await state("results with a changed signal");
});

test("no rule is broken with a model of tracks in light and dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const app = await openTracks(page);
  test.skip(!app, "needs the reference data");
  if (!app) return;
  const state = (name: string) => test.step(name, async () => expect(await violations(page)).toEqual([]));
  await state("no sequence yet");
  await page.getByRole("button", { name: "Read the model card" }).click();
  await state("the model card");
  await page.keyboard.press("Escape");
  await give(page, file("p.fa", ">p\nMKVLAAGIVGLCAKEFILPQ\n"));
  await expect(app.alert()).toBeVisible();
  await state("a file that is refused");
  await give(page, file("a.fa", fasta()));
  await runRecord(page, "chrI");
  await expect(page.getByRole("img", { name: /^Position functions/ })).toBeVisible();
  await give(page, file("m.bedgraph", "chrI\t0\t4000\t3\n"));
  await expect(page.getByText(/^r = /)).toBeVisible();
  await state("tracks and attention");
  await methods(app);
  await state("the methods of tracks");
  // The dialog, and the menu behind it.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  const base = bases(9000, 2)[4000];
  await give(
    page,
    file(
      "v.vcf",
      `##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrI\t4001\trs1\t${base}\t${
        base === "A" ? "G" : "A"
      }\t.\t.\t.\n`,
    ),
  );
  await page.getByRole("button", { name: "Score 1 variant" }).click();
  await expect(page.getByText("1 variant is scored.", { exact: true })).toBeVisible();
  await page.getByRole("row", { name: /^chrI:4,001/ }).click();
  await pick(page.getByRole("radio", { name: "Map", exact: true }));
  await expect(page.getByRole("img", { name: /alternative minus reference/ })).toBeVisible();
  await app.tab("What if");
  await pick(page.getByRole("radio", { name: "Each base of a stretch" }));
  await page.getByLabel("to", { exact: true }).fill("4030");
  await page.getByRole("button", { name: "Replace bases" }).click();
  await expect(page.getByRole("img", { name: /contribution of each base/ })).toBeVisible();
  await state("tracks, a variant and mutagenesis");
});

test("no rule is broken by intervals, contributions and letters of tracks in light and dark colours", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await new AppPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence&view=tracks&region=sim1:30001-32048",
  );
  const figure = page.getByRole("img", { name: /^Predicted tracks along/ });
  await expect(figure).toBeVisible({ timeout: 240_000 });
  const state = (name: string) => test.step(name, async () => expect(await violations(page)).toEqual([]));
  await page.getByRole("combobox", { name: "Interval" }).selectOption("90 %");
  await expect(figure.getByText("90 % interval", { exact: true })).toBeVisible();
  await state("intervals");
  const view = page.locator("regulens-base-contributions");
  await view.getByLabel("Method").selectOption({ label: "one gradient (fast, rough)" });
  await view.getByRole("button", { name: /^Explain [\d,]+ bases$/ }).click();
  await expect(view.getByRole("img", { name: /contributions in/ })).toBeVisible({ timeout: 120_000 });
  await state("contributions");
  await pick(page.getByRole("radio", { name: "Letters", exact: true }));
  await expect(view).toContainText("The strongest position in view, letter by letter.");
  await state("letters");
});
