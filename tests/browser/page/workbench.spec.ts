// The workbench after a run: a bar that stays in view, the list beside the figure, tabs, two screens on a phone.

import { readFile } from "node:fs/promises";
import { expect, test } from "../support/fixtures.ts";
import { focused } from "../support/focus.ts";
import { AppPage, pick, QUICK } from "../support/app-page.ts";
import { sha256Of } from "../support/shipped.ts";
import type { Page } from "@playwright/test";

const LAPTOP = { width: 1366, height: 768 };

const TABS = ["Why", "Test", "What if", "Compare", "Notes"];

const GENES = `${QUICK}&example=simulated`;

/** Examples of each task; what their methods say and cite is tried of the first of each family. */
const TASKS: Record<string, { query: string; methods?: { file: string; says: string[]; keys: string[] } }> = {
  "genes on or off": {
    query: GENES,
    methods: {
      file: "simulated",
      says: [
        ...["AttentiveChrome CNN-α,β, K562", sha256Of("cnn-alpha-beta-k562")],
        ...["100 bins of 100 bp", "400 genes", "(simulated)"],
      ],
      keys: ["singh2017attend", "singh2016deepchrome"],
    },
  },
  "a change": {
    // Attends in A, in B and in their difference, which takes the most room.
    query: "?device=cpu&model=deep-diff-aux-k562-h1&example=simulated-change",
    methods: {
      file: "change.a-change.b",
      says: ["from A (K562) to B (H1)", "positive for a gene that is higher in B (H1)", "200 bins of 100 bp"],
      keys: ["sekhon2018deepdiff"],
    },
  },
  tracks: {
    query: "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence",
    methods: {
      file: "sequence",
      says: ["65,536 bases, read as the forward strand", "of 128 bp"],
      keys: ["angus2018regulatory", "kelley2018sequential"],
    },
  },
};

/** The example of a task, after its run. */
async function ran(page: Page, query: string): Promise<AppPage> {
  const app = new AppPage(page);
  await page.goto(`./${query}`);
  await app.finished();
  await expect(page.getByText("Up to date", { exact: true })).toBeAttached();
  return app;
}

for (const [task, { query, methods }] of Object.entries(TASKS)) {
  test(`${task}: all of it is 1.5 screens high on a laptop, under a bar that stays`, async ({ page }) => {
    await page.setViewportSize(LAPTOP);
    const app = await ran(page, query);
    // Which model and which data are open is read in the bar, and above the results at any width.
    for (const chip of await page.locator("regulens-bar .chip > span").all()) {
      const isCut = await chip.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight);
      expect(isCut, (await chip.textContent()) ?? "").toBe(false);
      const [, name = ""] = ((await chip.textContent()) ?? "").split(": ");
      await expect(page.locator(".set-up")).toContainText(name.trim());
    }
    await expect(page.getByRole("tab")).toHaveText(TABS);
    await expect(
      page.getByRole("img", { name: /^(Signal and attention|Contributions|Predicted tracks) along/ }),
    ).toBeVisible();
    const fits = (what: string) =>
      expect
        .poll(() => page.evaluate(() => document.documentElement.scrollHeight), what)
        .toBeLessThanOrEqual(1.5 * LAPTOP.height);
    for (const name of TABS) {
      await page.getByRole("tab", { name, exact: true }).click();
      await fits(name);
      if (task === "tracks") await standsUnderTracks(page, name);
    }
    if (task === "tracks") {
      await app.tab("What if");
      await page.getByLabel("Variant", { exact: true }).fill("sim1:2,439 G>C");
      await page.getByRole("button", { name: "Predict effect" }).click();
      await expect(page.getByRole("img", { name: /^Effect of sim1:2,439 G>C/ })).toBeVisible();
      for (const part of ["Heads", "Scores", "Map", "Tracks"]) {
        await pick(page.getByRole("radio", { name: part, exact: true }));
        await fits(`${part} of a variant`);
      }
      await pick(page.getByRole("radio", { name: "Each base of a stretch" }));
      // Without letters the tracks are there to choose from.
      await expect(page.locator("regulens-sequence-tracks")).toBeVisible();
      await page.getByRole("button", { name: "Replace bases" }).click();
      await expect(page.getByRole("img", { name: /contribution of each base in/ })).toBeVisible();
      await expect(page.locator("regulens-sequence-tracks")).toBeHidden();
      await fits("letters of a stretch");
    }
    if (task.startsWith("a change")) {
      await app.tab("Why");
      await app.lookAtAttention();
      const tracks = page.getByRole("img", { name: /^Signal and attention along/ });
      await expect(tracks.locator("[data-beta]").first()).toBeAttached();
      const grid = page.getByRole("grid", { name: "Genes" });
      expect(await grid.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      // Tracks of A, of B or of their difference, one at a time; a changed signal is followed to its cell type.
      const strips = async (of: string) => {
        await expect(page.getByRole("radio", { name: of, exact: true })).toBeChecked();
        await expect(tracks.getByText(of, { exact: true })).toHaveCount(5);
        await fits(`attention of ${of}`);
      };
      await strips("A, K562");
      await pick(page.getByRole("radio", { name: "A − B", exact: true }));
      await strips("A − B");
      await pick(page.getByRole("radio", { name: "A, K562", exact: true }));
      await app.tab("What if");
      await page.locator("regulens-perturb").getByLabel("Cell type").selectOption({ label: "B, H1" });
      await page.getByRole("button", { name: "Set to zero" }).click();
      await strips("B, H1");
      await page.getByRole("button", { name: "Reset", exact: true }).click();
    }
    if (task === "genes on or off")
      await test.step("every column of the list is in view, of the answer and of attention", () => isListedWhole(app));
    if (task !== "tracks") {
      await isAllInPlaceOfOne(app, fits);
      await isComparedInParts(app, fits, task.startsWith("a change") ? 2 : 3);
    }
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const bar = await page.locator("regulens-header").boundingBox();
    expect(bar?.y).toBe(0);
    expect(bar?.height).toBeLessThanOrEqual(64);
    if (methods)
      await test.step(`the methods of ${methods.file} name the model, what was read, and the papers`, () =>
        namesModelAndPapers(app, methods));
    if (task === "genes on or off")
      await test.step("β, tabs, the list beside the figure, and what is one press away", () => walked(app));
  });
}

/** Holds that no column of the list of genes is to be scrolled to; of attention not where the model looked. */
async function isListedWhole({ page, grid }: AppPage): Promise<void> {
  const head = (name: RegExp) => grid.getByRole("columnheader", { name });
  const beyond = async (name: RegExp): Promise<number> => {
    const [column, list] = [(await head(name).boundingBox())!, (await grid.boundingBox())!];
    return column.x + column.width - list.x - list.width;
  };
  for (const name of [/^P\(on\)/, /^The marks that contribute most/, /^Label/])
    expect(await beyond(name), String(name)).toBeLessThanOrEqual(0);
  expect(await grid.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  // The column that sorts the list stays beside attention.
  await head(/^Label/)
    .getByRole("button")
    .click();
  const attention = page.getByRole("button", { name: "β", exact: true });
  await attention.click();
  await expect(head(/^Label/)).toHaveAttribute("aria-sort", "descending");
  await head(/^P\(on\)/)
    .getByRole("button")
    .click();
  await expect(head(/^Label/)).toHaveCount(0);
  for (const name of [/^P\(on\)/, /^Peak/]) expect(await beyond(name), String(name)).toBeLessThanOrEqual(0);
  await attention.click();
  await expect(head(/^Label/)).toBeVisible();
}

/** Holds that the overview of all genes takes the place of the one that is looked at, and gives it back. */
async function isAllInPlaceOfOne(app: AppPage, fits: (what: string) => Promise<void>): Promise<void> {
  const { page } = app;
  await app.tab("Why");
  const gene = page.getByRole("group", { name: /^Gene SIM/ });
  await expect(gene).toBeVisible();
  await app.openOverview();
  await expect(gene).toBeHidden();
  await expect(page.locator("[slot=overview] regulens-figure").last()).toBeVisible();
  await expect(app.grid).toBeVisible();
  await fits("Overview");
  await app.grid.getByRole("row").nth(2).click();
  await expect(gene).toBeVisible();
  await expect(page.locator("[slot=overview]")).toBeHidden();
}

/** Holds that runs are compared below what came of it in a line: two of them at a time, a part at a time. */
async function isComparedInParts(app: AppPage, fits: (what: string) => Promise<void>, most: 2 | 3): Promise<void> {
  const { page } = app;
  const grid = page.getByRole("grid", { name: "Shared genes" });
  const parts = page.getByRole("group", { name: "Shown of the runs" }).getByRole("radio");
  const shown = page.locator("regulens-answer, regulens-figure").filter({ visible: true });
  for (let runs = 2; runs <= most; runs++) {
    await app.compareWith(/^Compare with /);
    await expect(page.getByRole("list", { name: "Kept runs" }).getByRole("listitem")).toHaveCount(runs, {
      timeout: 120_000,
    });
    await expect(grid).toBeVisible();
    expect(await grid.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), "sideways").toBe(0);
    await expect(page.locator("[data-result]")).toHaveText(/^\d+ of \d+ shared genes .*; SIM\d+ differs most: /);
    if (runs > 2) await pick(parts.first());
    await expect(page.locator("regulens-answer").filter({ visible: true })).toHaveCount(2);
    await expect(page.locator("regulens-answer li").filter({ visible: true })).toHaveCount(10, { timeout: 120_000 });
    await fits(`Compare ${runs}`);
    for (const part of (await parts.all()).slice(1)) {
      await pick(part);
      const name = await part.evaluate((radio) => radio.closest("label")!.textContent.trim());
      await expect(shown).toHaveCount(name === "All genes" ? 1 : 2);
      await fits(`Compare ${runs}: ${name}`);
    }
  }
  if (most < 3) return;
  await test.step("of three runs, those that are shown are chosen; attention stands beside what it is worth", async () => {
    await pick(parts.nth(1));
    const names = page.locator("regulens-compare .tracks h4");
    await expect(names).toHaveText([/^A: /, /^C: /]);
    await page.getByRole("combobox", { name: "Second" }).selectOption({ label: "B" });
    await expect(names).toHaveText([/^A: /, /^B: /]);
    await expect(page.locator("regulens-compare .worth").first()).toContainText(
      /than ranking bins by signal|against signal|Chosen because/,
    );
  });
}

/** Holds that this tab stands under the tracks, as wide as they are, and begins where they do. */
async function standsUnderTracks(page: Page, tab: string): Promise<void> {
  const isBelow = tab === "Test" || tab === "What if";
  const boxOf = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
  const tracks = await boxOf("regulens-sequence-tracks regulens-figure");
  const tabs = await boxOf("regulens-tabs");
  expect(tabs.y > tracks.y + tracks.height, tab).toBe(isBelow);
  await expect(page.getByRole("heading", { name: "Contributions", exact: true })).toBeVisible({ visible: !isBelow });
  if (tab === "What if") expect((await boxOf("regulens-sequence-variants regulens-figure")).x).toBeCloseTo(tracks.x, 0);
}

async function savedText(page: Page, button: string): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

/** The methods of a run for a manuscript, and its citations. */
async function namesModelAndPapers(
  app: AppPage,
  { file, says, keys }: { file: string; says: string[]; keys: string[] },
): Promise<void> {
  const { page } = app;
  await app.openBarMenu("Export");
  await page.getByRole("button", { name: "Methods", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Methods and citations" });
  await expect(dialog).toBeVisible();
  const methods = await savedText(page, "Save as .txt");
  expect(methods.name).toBe(`${file}.methods.txt`);
  for (const fact of [...says, "Regulens 0.2.0", "the CPU (WebAssembly"]) expect(methods.text).toContain(fact);
  expect(methods.text).not.toMatch(/undefined|null|NaN/);
  const bib = await savedText(page, "Save as .bib");
  expect(bib.name).toBe(`${file}.bib`);
  for (const key of [...keys, "regulens"]) expect(bib.text).toMatch(new RegExp(`^@\\w+\\{${key},$`, "m"));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: "Copy the paragraph" }).click();
  await expect(dialog).toContainText("The paragraph was copied.");
  expect(`${await page.evaluate(() => navigator.clipboard.readText())}\n`).toBe(methods.text);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
}

async function walked(app: AppPage): Promise<void> {
  const { page } = app;
  await app.tab("Why");
  await test.step("β stands at the track of its mark", async () => {
    await app.lookAtAttention();
    const track = page.getByRole("img", { name: /^Signal and attention along/ }).locator("[data-mark=H3K4me3]");
    await page.getByRole("button", { name: "β", exact: true }).click();
    const row = app.grid.getByRole("row", { selected: true });
    const beta = /β (0\.\d\d)/.exec((await track.textContent()) ?? "")?.[1] ?? "no β";
    await expect(row).toContainText(beta);
  });
  await test.step("tabs are chosen with the arrow keys, and one of them is in the order of Tab", async () => {
    const tab = (name: string) => page.getByRole("tab", { name, exact: true });
    await tab("Why").focus();
    for (const [key, name] of [
      ["ArrowRight", "Test"],
      ["End", "Notes"],
      ["ArrowRight", "Why"],
      ["ArrowLeft", "Notes"],
      ["Home", "Why"],
    ] as const) {
      await page.keyboard.press(key);
      await expect(tab(name)).toBeFocused();
      await expect(tab(name)).toHaveAttribute("aria-selected", "true");
      await expect(page.getByRole("tabpanel", { name, exact: true })).toBeVisible();
      await expect(page.getByRole("tabpanel")).toHaveCount(1);
    }
    await page.keyboard.press("Tab");
    expect((await focused(page)).role).toBe("tabpanel");
  });
  await test.step("from 900 pixels on the list stands beside the figure", async () => {
    await page.setViewportSize({ width: 900, height: 768 });
    const figure = page.getByRole("img", { name: /^Signal and attention along/ });
    // The window was resized: the page follows.
    await expect
      .poll(async () => {
        const [beside, at] = [await app.grid.boundingBox(), await figure.boundingBox()];
        return (at?.x ?? NaN) - ((beside?.x ?? NaN) + (beside?.width ?? NaN));
      })
      .toBeGreaterThan(0);
    await expect(page.getByRole("button", { name: "Back to the genes" })).toBeHidden();
  });
  await test.step("what must be known, what can be saved, the model and the data are one press away", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await app.openRemarks();
    await expect(page.getByText("it shows the tool, not biology")).toBeInViewport();
    await page.keyboard.press("Escape");
    await app.openBarMenu("Export");
    await expect(page.getByRole("button", { name: "Predictions (TSV)" })).toBeInViewport();
    await page.keyboard.press("Escape");
    await expect(page.locator("regulens-data-step")).toBeHidden();
    await page.getByRole("button", { name: /^Change the data/ }).click();
    await expect(page.getByRole("heading", { name: "Your data" })).toBeFocused();
    await page.getByRole("button", { name: /^Change the data/ }).click();
    await expect(page.locator("regulens-data-step")).toBeHidden();
    await page.getByRole("button", { name: /^Change the model/ }).click();
    await expect(page.getByRole("group", { name: "What to predict" })).toBeInViewport();
  });
}

test("on a narrow page a gene that is tapped comes into view, with a way back to the list", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const app = await ran(page, GENES);
  const gene = page.getByRole("group", { name: /^Gene SIM/ });
  await expect(app.grid).toBeVisible();
  await expect(gene).toBeHidden();
  await app.grid.getByRole("row").nth(3).click();
  await expect(gene).toBeInViewport();
  await expect(app.grid).toBeHidden();
  // In view, and not under the bar that stays.
  const back = page.getByRole("button", { name: "Back to the genes" });
  await expect(back).toBeFocused();
  const box = (await back.boundingBox())!;
  const bar = (await page.locator("regulens-bar").boundingBox())!;
  expect(box.y).toBeGreaterThanOrEqual(bar.y + bar.height);
  await back.click();
  await expect(app.grid).toBeInViewport();
  await expect(app.grid).toBeFocused();
  await expect(gene).toBeHidden();
});

test("the model card stays open while results come, and is put away with its place", async ({ page }) => {
  const app = new AppPage(page);
  let arrive = (): void => {};
  const opened = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/examples/simulated.csv.gz", async (route) => (await opened, route.continue()));
  await page.goto(`./${GENES}`);
  await app.ready();
  await page.getByRole("button", { name: "Read the model card" }).click();
  const card = page.getByRole("dialog", { name: "Model card" });
  await expect(card.getByRole("heading", { name: /^Performance on \d/ })).toBeVisible();
  arrive();
  await expect(page.locator("regulens-results")).toBeAttached({ timeout: 120_000 });
  await expect(page.getByText("Up to date", { exact: true })).toBeAttached();
  await expect(card).toBeVisible();
  await card.getByRole("button", { name: "Close the model card" }).click();
  await expect(card).toBeHidden();
  await expect(page.locator("main > .setup")).toBeHidden();
  await expect(page.getByRole("button", { name: /^Change the model/ })).toBeFocused();
});
