// Makes the stored files beside it, with a page and a program of the version that they stand for:
//     CHROME_PATH=chromium node make.mjs http://127.0.0.1:8000/ regulens FOLDER
// FOLDER has the input that README.md names.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";

const [url = "", program = "regulens", folder = ""] = process.argv.slice(2);
const here = import.meta.dirname;
const models = join(here, "../../../../models");
const scratch = mkdtempSync(join(tmpdir(), "stored-"));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH,
  args: ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"],
});
/** @type {Record<string, string>} */
const links = {};

/** @typedef {import("@playwright/test").Page} Page */

/**
 * A page of its own, as a reader opens it.
 *
 * @param {string} query
 */
async function open(query) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(40_000);
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(new URL(query, url).href);
  return page;
}

/** @param {Page} page */
const finished = (page) => page.getByRole("heading", { name: "Results", exact: true }).waitFor();

/**
 * @param {Page} page
 * @param {string} name
 * @param {() => Promise<void>} act
 */
async function download(page, name, act) {
  const saved = page.waitForEvent("download");
  await act();
  const path = join(scratch, name);
  await (await saved).saveAs(path);
  return path;
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function saveWorkspace(page, name) {
  const path = await download(page, name, () => page.keyboard.press("Control+s"));
  writeFileSync(join(here, name), readFileSync(path));
}

/**
 * A one-file page without its engine, view and picture, none of which is read from a file that is dropped on a page.
 *
 * @param {Page} page
 * @param {string} name
 */
async function saveOneFile(page, name) {
  await page.getByRole("button", { name: "Save as one file…" }).click();
  const dialog = page.getByRole("dialog", { name: "Save as one file" });
  await dialog.getByText(/^The file has [\d.]+ MB\.$/).waitFor();
  const path = await download(page, name, () => dialog.getByRole("button", { name: "Save", exact: true }).click());
  const whole = readFileSync(path, "utf8");
  const data = whole.replace(/(id="regulens-block-(?:engine-cpu|view)">)[^<]*/g, "$1");
  writeFileSync(join(here, name), data.replace(/<noscript>.*?<\/noscript>|<style>.*?<\/style>/gs, ""));
}

/** @param {Page} page */
async function link(page) {
  await page.locator("regulens-workspace-menu summary").click();
  await page.getByRole("button", { name: "Copy link" }).click();
  const text = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return new URL(text).search;
}

/**
 * @param {Page} page
 * @param {string} text
 */
const note = (page, text) => page.getByRole("textbox", { name: "Notes" }).fill(text);
/**
 * @param {Page} page
 * @param {string} place
 * @param {string[]} names
 */
const give = (page, place, ...names) =>
  page
    .locator(`${place} input[type=file]`)
    .first()
    .setInputFiles(names.map((name) => join(folder, name)));
/** @param {Page} page */
const fourth = (page) => page.getByRole("grid", { name: "Genes" }).getByRole("gridcell", { name: /^SIM/ }).nth(3);

async function onOff() {
  let page = await open("?device=cpu&model=attentive-chrome-k562");
  await give(page, "regulens-data-step", "genes.csv.gz");
  await page.getByRole("button", { name: /^Run( again)?( on .*)?$/ }).click();
  await finished(page);
  await page.getByText("Compare with…", { exact: true }).click();
  await page
    .getByRole("button", { name: /^Compare with LSTM *, *K562/ })
    .first()
    .click();
  await page.getByRole("grid", { name: "Shared genes" }).waitFor();
  await page.locator("regulens-gene-table").getByRole("searchbox").fill("SIM00000");
  await page.locator("regulens-gene-table").getByRole("combobox").selectOption("off");
  await page
    .locator("regulens-gene-table")
    .getByRole("columnheader", { name: "Gene", exact: true })
    .getByRole("button")
    .click();
  await page.locator("regulens-gene-table").getByRole("gridcell", { name: /^SIM/ }).first().click();
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await page.locator("regulens-perturb .outcome").waitFor();
  await note(page, "The promoter’s H3K4me3 matters here.\nSecond line.");
  await saveWorkspace(page, "on-off.regulens.json");
  await page.close();

  page = await open("?device=cpu");
  await give(page, "regulens-model-step", "on-off.safetensors");
  await give(page, "regulens-data-step", "genes.csv.gz");
  await page.getByRole("button", { name: /^Run( again)?( on .*)?$/ }).click();
  await finished(page);
  await saveOneFile(page, "on-off.html");
  await page.close();

  page = await open("?device=cpu&model=lstm-attn-k562&example=simulated");
  await finished(page);
  await fourth(page).click();
  await page.getByRole("radio", { name: /What changes the score/ }).check({ force: true });
  links["on-off"] = await link(page);
  await page.close();
}

async function change() {
  let page = await open("?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change");
  await finished(page);
  await page.getByRole("spinbutton", { name: /change by more than/ }).fill("0.5");
  await page.getByRole("spinbutton", { name: /change by more than/ }).press("Tab");
  await fourth(page).click();
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await page.locator("regulens-perturb .outcome").waitFor();
  await note(page, "Compare this gene in both cell types.");
  await saveWorkspace(page, "change.regulens.json");
  links.change = await link(page);
  await page.close();

  page = await open("?device=cpu");
  await give(page, "regulens-model-step", "change.safetensors");
  const tables = page.getByRole("region", { name: "Table of A:" }).locator("input[type=file]");
  await tables.setInputFiles(["a.csv", "b.csv"].map((name) => join(folder, name)));
  await page.getByRole("button", { name: /^Run( again)?( on .*)?$/ }).click();
  await finished(page);
  await saveOneFile(page, "change.html");
  await page.close();
}

async function tracks() {
  let page = await open("?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence");
  await finished(page);
  await page.getByText(/^r = /).waitFor();
  await page.getByPlaceholder("12,000-18,000").fill("20000-31000");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  links.tracks = await link(page);
  await page.getByRole("radio", { name: "Head 2" }).check({ force: true });
  await note(page, "Peaks stand at planted sites.");
  await saveWorkspace(page, "tracks.regulens.json");
  await page.close();

  page = await open("?device=cpu");
  await give(page, "regulens-model-step", "tracks.safetensors");
  await page.getByText("Drop a sequence").first().waitFor();
  await give(page, "regulens-sequence-data", "sequence.fa");
  await page.getByRole("button", { name: /^Run on/ }).click();
  await finished(page);
  await page.getByLabel("Choose bedGraph or bigWig…").setInputFiles(join(folder, "measured.bedgraph"));
  await page.getByText("measured.bedgraph under").waitFor();
  await saveOneFile(page, "tracks.html");
  await page.close();
}

/**
 * Predictions of the program, by gene: the second column of its table.
 *
 * @param {string} model
 * @param {string} a
 * @param {string} [b]
 */
function predictions(model, a, b) {
  const out = join(scratch, "predictions.tsv");
  run("predict", "--model", model, "--input", a, ...(b ? ["--input-b", b] : []), "--out", out);
  const rows = readFileSync(out, "utf8").trimEnd().split("\n").slice(1);
  return Object.fromEntries(rows.map((row) => row.split("\t")).map(([gene, value]) => [gene, Number(value)]));
}

/**
 * Predictions of the program along a sequence: for each bin, the values of all tracks.
 *
 * @param {string} model
 * @param {string} fasta
 */
function along(model, fasta) {
  const out = join(scratch, "tracks.npy");
  run("predict", "--model", model, "--input", fasta, "--out", out);
  const file = readFileSync(out);
  const data = file.subarray(10 + file.readUInt16LE(8));
  return Array.from({ length: data.length / 4 }, (_, i) => Number(data.readFloatLE(4 * i).toPrecision(9)));
}

/** @param {string[]} command */
function run(...command) {
  const { status, stderr } = spawnSync(program, command, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

await onOff();
await change();
await tracks();
await browser.close();
/**
 * @param {string} name
 * @param {unknown} value
 */
const write = (name, value) => writeFileSync(join(here, name), `${JSON.stringify(value, null, 1)}\n`);
write("links.json", links);
write("numbers.json", {
  "on-off.regulens.json": predictions(join(models, "attentive-chrome-k562.safetensors"), join(folder, "genes.csv.gz")),
  "on-off.html": predictions(join(folder, "on-off.safetensors"), join(folder, "genes.csv.gz")),
  "change.regulens.json": predictions(
    join(models, "deep-diff-raw-d-k562-h1.safetensors"),
    join(models, "examples/change.a.csv.gz"),
    join(models, "examples/change.b.csv.gz"),
  ),
  "change.html": predictions(join(folder, "change.safetensors"), join(folder, "a.csv"), join(folder, "b.csv")),
  "tracks.regulens.json": along(
    join(models, "basenji-attention-two-sided-simulated.safetensors"),
    join(models, "examples/sequence.fa.gz"),
  ),
  "tracks.html": along(join(folder, "tracks.safetensors"), join(folder, "sequence.fa")),
});
writeFileSync(join(here, "genes.csv.gz"), readFileSync(join(folder, "genes.csv.gz")));
