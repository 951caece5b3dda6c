// The page as its user meets it: what can be done on it, and what it says.

import { expect, type Download, type Locator, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

/** A file as a test makes it. */
export interface TestFile {
  name: string;
  buffer: Buffer;
}

/** A saved table of predictions, by gene. */
export type Predictions = Map<string, Record<string, number>>;

/**
 * The page with a model that attends to bins and marks as the one that it opens with does, in a fraction of its time:
 * for tests that assert nothing of that model's own numbers.
 */
export const QUICK = "?device=cpu&model=cnn-alpha-beta-k562";

export class AppPage {
  readonly run: Locator;
  readonly results: Locator;
  readonly device: Locator;
  readonly grid: Locator;

  constructor(readonly page: Page) {
    this.run = page.getByRole("button", { name: /^Run( again)?( on .*)?$/ });
    this.results = page.getByRole("heading", { name: "Results", exact: true });
    this.device = page.locator("regulens-device summary");
    this.grid = page.getByRole("grid", { name: "Genes" });
  }

  /** Opens the page and waits until its first model is open and a device is ready. */
  async open(query = ""): Promise<this> {
    await this.page.goto(`./${query}`);
    await this.ready();
    return this;
  }

  /** Waits until a model is open and a device is ready. */
  async ready(): Promise<void> {
    const card = { name: "Read the model card", includeHidden: true };
    await expect(this.page.getByRole("button", card)).toBeEnabled();
    await expect(this.device).toHaveText(/Device: (CPU|WebGPU)/);
  }

  /** Opens the choice of the model and the data where results have folded it away. */
  async openSetup(): Promise<void> {
    if (!(await this.page.locator("main > .setup").isVisible()))
      await this.page.getByRole("button", { name: /^Change the data/ }).click();
  }

  /** Opens a tab beside the figure, in whose place an overview may be. */
  async tab(name: string): Promise<void> {
    await this.closeOverview();
    await this.page.getByRole("tab", { name, exact: true }).click();
  }

  /** Opens what is shown of all items, beside their list. */
  async openOverview(): Promise<void> {
    const overview = this.page.locator("details").filter({ hasText: /^\s*Overview:/ });
    if (!(await overview.evaluate((details: HTMLDetailsElement) => details.open)))
      await overview.locator("summary").first().click();
  }

  /** Puts it away where it stands in place of the item that is looked at. */
  async closeOverview(): Promise<void> {
    const inPlace = this.page.locator("regulens-workbench .columns.all > details > summary");
    if ((await inPlace.count()) > 0) await inPlace.press("Enter");
  }

  /** Opens a menu of the bar; a page of one file has no bar. */
  async openBarMenu(name: "Export" | RegExp): Promise<void> {
    const menus = this.page.locator("regulens-bar-menu");
    if ((await menus.count()) === 0) return;
    const menu = menus.filter({ has: this.page.locator("summary").and(this.page.getByLabel(name)) }).locator("details");
    if (!(await menu.evaluate((details: HTMLDetailsElement) => details.open))) await menu.locator("summary").click();
  }

  /** Opens what must be known of the results. */
  openRemarks(): Promise<void> {
    return this.openBarMenu(/^Remarks: /);
  }

  async tryExample(): Promise<void> {
    await this.openSetup();
    await this.page.getByRole("button", { name: /^Try the example/ }).click();
  }

  /** A file, or the path of one: Playwright gives bytes as text that the page's compiler keeps. */
  async chooseTable(file: TestFile | string): Promise<void> {
    const input = this.page.locator("regulens-data-step input[type=file]");
    await input.setInputFiles(typeof file === "string" ? file : { ...file, mimeType: "text/csv" });
  }

  /** Runs a table, and waits for its results. */
  async runTable(file: TestFile | string, genes?: number): Promise<void> {
    await this.chooseTable(file);
    await this.run.click();
    await this.finished(genes);
  }

  /** Compares the run in view with another model, by the name of its button. */
  async compareWith(model: RegExp): Promise<void> {
    await this.tab("Compare");
    await this.page.getByText("Compare with…", { exact: true }).click();
    await this.page.getByRole("button", { name: model }).first().click();
  }

  async chooseModel(file: TestFile | string): Promise<void> {
    const input = this.page.locator("regulens-model-step input[type=file]");
    await input.setInputFiles(typeof file === "string" ? file : { ...file, mimeType: "application/octet-stream" });
  }

  /** Opens the choice of models. */
  async openModels(): Promise<void> {
    await this.openSetup();
    const menu = this.page.locator("regulens-model-step details").first();
    if (!(await menu.evaluate((details: HTMLDetailsElement) => details.open)))
      await menu.locator("summary").first().click();
  }

  /** Chooses a cell type's models, and puts the choice away. */
  async chooseCellType(name: string): Promise<void> {
    await this.openModels();
    // Where it cannot be opened, the one before is checked again at once.
    await this.cellType(name).click();
    await this.page.keyboard.press("Escape");
  }

  /** The page's summary of the open model. */
  get model(): Locator {
    return this.page.locator("regulens-model-step summary").first();
  }

  /** Opens the choice among all variants of what the open model predicts. */
  async openVariants(): Promise<void> {
    await this.openModels();
    const others = this.page.locator("regulens-model-picker details");
    if (!(await others.evaluate((details: HTMLDetailsElement) => details.open)))
      await others.locator("summary").click();
  }

  /** Chooses which weights are taken, on the model's card. */
  async chooseWeights(weights: "one seed" | "5 seeds"): Promise<void> {
    await this.openSetup();
    await this.page.getByRole("button", { name: "Read the model card" }).click();
    const card = this.page.getByRole("dialog", { name: "Model card" });
    await card.getByRole("radio", { name: new RegExp(`^${weights}`) }).check();
    await card.getByRole("button", { name: "Close the model card" }).click();
    await this.ready();
  }

  /** The choice of a cell type's models, where it is open. */
  cellType(name: string): Locator {
    return this.page
      .getByRole("group", { name: "Training cell type" })
      .getByRole("radio", { name: new RegExp(`^${name} \\(`) });
  }

  async chooseDevice(name: "Automatic" | "WebGPU" | "CPU"): Promise<void> {
    await this.device.click();
    await this.page.getByRole("radio", { name: new RegExp(`^${name}`) }).check();
    await this.device.click();
    await this.ready();
  }

  /** Waits for the results of a run over `genes` genes. */
  async finished(genes?: number): Promise<void> {
    await expect(this.results).toBeVisible({ timeout: 240_000 });
    await expect(this.page.getByRole("button", { name: "Cancel" })).toHaveCount(0, { timeout: 240_000 });
    if (genes !== undefined) await expect(this.grid).toHaveAttribute("aria-rowcount", String(genes + 1));
  }

  /** A figure of the summary, by its name: "Genes", "AUROC", "Device". */
  fact(name: string): Locator {
    return this.page
      .locator("regulens-summary dl > div")
      .filter({ has: this.page.locator("dt", { hasText: new RegExp(`^${name}$`) }) })
      .locator("dd");
  }

  /** The error message, where one is shown. */
  alert(): Locator {
    return this.page.locator("regulens-notice[tone=danger]");
  }

  /** Shows along a gene where the model looked, whatever it opened with. */
  async lookAtAttention(): Promise<void> {
    await this.closeOverview();
    await pick(this.page.getByRole("radio", { name: /Model attention/ }));
  }

  /** Opens the menu of the figure that this button of it saves: "Save average attention as SVG". */
  async openSaveMenu(button: RegExp | string): Promise<void> {
    const name = (typeof button === "string" ? button : button.source).replace(/ as (SVG|PNG|TSV)\b.*$/, "");
    if (/average attention|distribution|genes up and down/.test(name)) await this.openOverview();
    else await this.closeOverview();
    const part = name.endsWith(" in two runs") ? "All genes" : name.endsWith(" in each run") ? "Marks" : undefined;
    if (part) await pick(this.page.getByRole("radio", { name: part, exact: true }));
    if (/^Save deletion test|^Save class optimisation of|^Save correlations/.test(name)) await this.tab("Test");
    const opens = typeof button === "string" ? { name, exact: true } : { name: new RegExp(`${name}$`) };
    await this.page.getByRole("button", opens).click();
  }

  /** Saves by pressing a button, of a figure's menu where it is one; gives the file's name and text. */
  async save(button: RegExp | string): Promise<{ name: string; bytes: Buffer }> {
    if (/ as (SVG|PNG|TSV)\b/.test(String(button))) await this.openSaveMenu(button);
    const isExport = /Arrays|Predictions|Run record/.test(String(button));
    if (isExport) await this.openBarMenu("Export");
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: button }).click();
    if (isExport) await this.page.keyboard.press("Escape");
    return read(await download);
  }

  /** The texts of Methods, by its button. */
  async methods(): Promise<string> {
    await this.openBarMenu("Export");
    await this.page.getByRole("button", { name: "Methods", exact: true }).click();
    const dialog = this.page.getByRole("dialog", { name: "Methods and citations" });
    await expect(dialog).toContainText("predicted with");
    const said = (await dialog.textContent()) ?? "";
    await this.page.keyboard.press("Escape");
    return said.replace(/\s+/g, " ").trim();
  }

  /** Saves the predictions and reads them. */
  async predictions(): Promise<Predictions> {
    const { bytes } = await this.save("Predictions (TSV)");
    const [head = "", ...rows] = bytes.toString("utf8").trimEnd().split("\n");
    const columns = head.split("\t");
    return new Map(
      rows.map((row) => {
        const [gene = "", ...cells] = row.split("\t");
        return [gene, Object.fromEntries(cells.map((cell, i) => [columns[i + 1] ?? "", Number(cell)]))];
      }),
    );
  }
}

/**
 * Chooses one of several by its radio button, with the keyboard: the button is hidden behind its label, and what is
 * drawn above it meanwhile moves it from under a pointer.
 */
export async function pick(radio: Locator): Promise<void> {
  await expect(radio).toBeEnabled();
  await radio.press("Space");
  await expect(radio).toBeChecked();
}

/** Drops files on the page. */
export async function dropFiles(page: Page, files: TestFile[]): Promise<void> {
  const given = files.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") }));
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of dropped)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
    for (const kind of ["dragenter", "dragover", "drop"])
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, given);
}

async function read(download: Download): Promise<{ name: string; bytes: Buffer }> {
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The largest difference between two saved tables, which must have the same genes in the same order. */
export function largestDifference(a: Predictions, b: Predictions): number {
  expect([...a.keys()]).toEqual([...b.keys()]);
  let largest = 0;
  for (const [gene, values] of a) {
    const others = b.get(gene) ?? {};
    expect(Object.keys(values)).toEqual(Object.keys(others));
    for (const [column, value] of Object.entries(values))
      largest = Math.max(largest, Math.abs(value - (others[column] ?? NaN)));
  }
  return largest;
}

/** The link that the page makes now. */
export async function link(page: Page): Promise<string> {
  await page.locator("regulens-workspace-menu summary").click();
  await page.getByRole("button", { name: "Copy link" }).click();
  const url = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return new URL(url).search;
}
