import { test, type Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { host, GENE } from "../support/element-page.ts";
import { LensPage } from "../support/lens-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";
import { FOLDER } from "./sheet.ts";

const EXAMPLE = "?example=simulated&device=cpu";
const CHANGE = "?model=deep-diff-raw-d-k562-h1&example=simulated-change&device=cpu";
const TRACKS = "?model=basenji-attention-two-sided-simulated&example=simulated-sequence&device=cpu";

mkdirSync(FOLDER, { recursive: true });

/** One view: how to come to it. The page that is looked at is the one that is given, or the one that is returned. */
function view(name: string, come: (page: Page) => Promise<Page | void>): void {
  test(name, async ({ page }, { project }) => {
    const seen = (await come(page)) ?? page;
    await seen.screenshot({ path: join(FOLDER, `${name}.${project.name}.png`), fullPage: true });
  });
}

async function finished(page: Page, query: string): Promise<LensPage> {
  const lens = new LensPage(page);
  await page.goto(`./${query}`);
  await lens.finished();
  return lens;
}

view("start, empty", async (page) => {
  await new LensPage(page).open("?device=cpu");
});

view("start, loading", async (page) => {
  await page.route("**/*.safetensors", () => {});
  await page.goto("./?device=cpu");
  await page.getByRole("button", { name: "Cancel" }).first().waitFor();
});

view("start, error", async (page) => {
  const lens = await new LensPage(page).open("?device=cpu");
  const broken = table({ genes: 3 }).replace(/,(\d+)\n/, ",many\n");
  await lens.chooseTable({ name: "genes.csv", buffer: Buffer.from(broken) });
  await lens.alert().first().waitFor();
});

view("start, models", async (page) => {
  const lens = await new LensPage(page).open("?device=cpu");
  await lens.openVariants();
});

view("start, model card", async (page) => {
  await new LensPage(page).open("?device=cpu");
  await page.getByRole("button", { name: "Read the model card" }).click();
  await page.getByRole("dialog", { name: "Model card" }).waitFor();
});

view("start, table read", async (page) => {
  const lens = await new LensPage(page).open("?device=cpu");
  await lens.chooseTable({ name: "genes.csv", buffer: Buffer.from(table({ genes: 40 })) });
  await lens.run.waitFor();
});

view("on or off, results", async (page) => {
  await finished(page, EXAMPLE);
});

/** The first other model of a name, compared with the one that is open. */
async function compareWith(page: Page, name: RegExp): Promise<void> {
  const tab = page.getByRole("tab", { name: "Compare" });
  // On a phone the gene is a screen of its own.
  if (!(await tab.isVisible())) await page.getByRole("grid", { name: "Genes" }).getByRole("row").nth(1).click();
  await tab.click();
  await page.getByText("Compare with…", { exact: true }).click();
  await page.getByRole("button", { name }).first().click();
}

view("on or off, compare", async (page) => {
  await finished(page, EXAMPLE);
  await compareWith(page, /^Compare with .*, H1 /);
  await page.getByRole("heading", { name: /in each run$/ }).waitFor();
});

view("change, results", async (page) => {
  await finished(page, CHANGE);
});

view("change, compare", async (page) => {
  await finished(page, CHANGE);
  await compareWith(page, /^Compare with /);
  await page.getByRole("heading", { name: /in each run$/ }).waitFor();
});

view("tracks, results", async (page) => {
  await page.goto(`./${TRACKS}`);
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
});

view("tracks, compare", async (page) => {
  await page.goto(`./${TRACKS}`);
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
  await compareWith(page, /^Compare with .* on yeast ATAC/);
  await page.getByRole("img", { name: /in two models/ }).waitFor();
});

view("one file", async (page) => {
  await finished(page, EXAMPLE);
  const saved = await saveAsOneFile(page, test.info().outputPath("page.html"), { genes: 20 });
  return (await OneFile.open(page, saved.path)).page;
});

view("element, gene", async (page) => {
  await host(page, GENE);
  await page.locator("regulens-view svg").first().waitFor();
});
