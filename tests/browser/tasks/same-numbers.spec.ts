// A number that several views show is the same number: in the line of the gene, its bars, its figure, its sentences,
// the list, on paper, in saved tables, Methods, the drafted caption, a page of one file and `<regulens-view>`.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Locator, Page } from "@playwright/test";
import { formatProbability, formatSigned, formatValue } from "../../../www/src/plots/core/format.ts";
import { AppPage, pick } from "../support/app-page.ts";
import { host, PAIR, until } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";

/** A number with its sign, as figures and sentences write it. */
const NUMBER = "[+−]\\d+(?:\\.\\d+)?(?:e[+−-]?\\d+)?";
const SIGNED = new RegExp(`${NUMBER}|(?<= )0(?= |$)`, "g");

const text = async (of: Locator): Promise<string> => ((await of.textContent()) ?? "").replace(/\s+/g, " ").trim();

/** The first group of a pattern in a text that must have it. */
function found(pattern: RegExp, said: string): string {
  const match = pattern.exec(said);
  expect(match, `${pattern} in: ${said}`).not.toBeNull();
  return match![1]!;
}

/** Each bar of the answer by its mark: "+2.4", of a change "−0.1 +0.2". */
async function bars(page: Page): Promise<Record<string, string>> {
  const items = page.locator("regulens-answer li");
  await expect(items).toHaveCount(5, { timeout: 120_000 });
  const each = await Promise.all((await items.all()).map(text));
  return Object.fromEntries(each.map((said) => [/K\d+\w+/.exec(said)![0], (said.match(SIGNED) ?? []).join(" ")]));
}

/** The meaning of "on" where it is first read: in the answer's line, in its words for screen readers, in the list. */
async function meanings(page: Page): Promise<readonly string[]> {
  const answer = page.locator("regulens-answer");
  return [
    (await answer.locator("abbr").getAttribute("title"))!,
    await text(answer.locator("p.visually-hidden")),
    found(/predicted on at 0\.5 or above\. (On: .*)$/, await headOf(page)),
  ];
}

/** The head of P(on) in the list, as screen readers have it. */
async function headOf(page: Page): Promise<string> {
  const head = page.getByRole("columnheader", { name: /^P\(on\)/, includeHidden: true });
  return (await head.getAttribute("aria-label"))!;
}

/** The row of the list that is looked at. */
async function row(app: AppPage): Promise<string> {
  const cells = await app.grid.getByRole("row", { selected: true }).getByRole("gridcell").allTextContents();
  return cells.join(" ").replace(/\s+/g, " ").trim();
}

/** The numbers of a gene that is on or off, each as a view of this page shows it. */
async function onOff(app: AppPage, gene: string) {
  const { page } = app;
  const answer = page.locator("regulens-explained regulens-answer");
  await expect(answer).toContainText(", against ", { timeout: 120_000 });
  const line = await text(answer.locator("p").first());
  await app.lookAtAttention();
  const figure = page.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) });
  await expect(figure).toBeVisible();
  const drawn = (await figure.getAttribute("aria-label"))!;
  await pick(page.getByRole("radio", { name: /Contributions to the score/ }));
  const sentence = await text(page.locator("regulens-explained-why .said"));
  const why = await text(page.locator("regulens-gene p").filter({ hasText: /^\s*P\(on\) [=<>]/ }));
  const listed = await row(app);
  return {
    probability: {
      line: found(/\(P ((?:[<>] )?[\d.]+\d)/, line),
      figure: found(/P\(on\) =? ?((?:[<>] )?[\d.]+\d)/, drawn),
      why: found(/P\(on\) =? ?((?:[<>] )?[\d.]+\d)/, why),
      listed: found(/(?:on|off) ((?:[<>] )?0\.\d{3})/, listed),
    },
    sure: {
      line: found(/, (confident|uncertain)\)/, line),
      why: found(/\((confident|uncertain)/, why),
      listed: /\?/.test(listed) ? "uncertain" : "confident",
    },
    meant: await meanings(page),
    bars: await bars(page),
    named: Object.fromEntries(
      [...line.matchAll(new RegExp(`H3(K\\w+) (${NUMBER})`, "g"))].map(([, mark, said]) => [mark!, said!]),
    ),
    sentence: Object.fromEntries(
      [...sentence.slice(sentence.indexOf("By whole marks")).matchAll(new RegExp(`H3(K\\w+) (${NUMBER}|0)`, "g"))].map(
        ([, mark, said]) => [mark!, said!],
      ),
    ),
    auroc: found(/(0\.\d{3}) against the labels/, await text(app.fact("AUROC"))),
    methods: found(/own labels is (0\.\d{3})/, await app.methods()),
  };
}

/** Fails where views of one page differ. */
function agree({
  probability,
  sure,
  meant,
  bars: drawn,
  named,
  sentence,
  auroc,
  methods: said,
}: Awaited<ReturnType<typeof onOff>>) {
  expect(probability).toEqual(Object.fromEntries(Object.keys(probability).map((view) => [view, probability.line])));
  expect(sure).toEqual(Object.fromEntries(Object.keys(sure).map((view) => [view, sure.line])));
  expect(meant).toEqual(
    meant.map(() => expect.stringMatching(/^On: expressed at or above the median of [\d,]+ genes of H1/)),
  );
  expect(new Set(meant.map((each) => each.replace(/\.$/, ""))).size).toBe(1);
  expect(sentence, "sentence and bars").toEqual(drawn);
  expect(Object.keys(named).length).toBeGreaterThan(0);
  expect(drawn, "bars and line").toMatchObject(named);
  expect(said, "AUROC").toBe(auroc);
}

test("a gene's probability, sureness, marks and AUROC are the same wherever they are read", async ({ page }, info) => {
  test.setTimeout(400_000);
  const example = new URL("../../../models/examples/simulated.csv.gz", import.meta.url);
  // As a user's own file, which does not say that it is simulated: of such genes nothing is said to be sure.
  const lines = gunzipSync(readFileSync(example)).toString("utf8").split("\n");
  const own = `${lines.slice(0, 20 * 100 + 1).join("\n")}\n`;
  const app = await new AppPage(page).open("?device=cpu&model=cnn-attn-h1&weights=ensemble");
  await app.runTable({ name: "own.csv", buffer: Buffer.from(own) }, 20);
  const gene = found(/^(\S+)/, await row(app));
  const shown = await onOff(app, gene);
  agree(shown);

  await test.step("the list's two marks are those of the line", async () => {
    // Those of the rows in view are found by themselves.
    await expect.poll(() => app.grid.locator(".shares").count(), { timeout: 120_000 }).toBeGreaterThan(10);
    await expect(page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0, { timeout: 120_000 });
    const all = page.getByRole("button", { name: "Marks for all genes" });
    if (await all.isVisible()) await all.click();
    await expect(app.grid.locator(".shares")).toHaveCount(20, { timeout: 120_000 });
    const listed = await row(app);
    for (const [mark, said] of Object.entries(shown.named)) expect(listed).toContain(`${mark} ${said}`);
    const head = page.getByRole("columnheader", { name: /^The marks that contribute most/ });
    await head.getByRole("button").click();
    await expect(head).toHaveAttribute("aria-sort", "descending");
    const sizes = (await app.grid.locator(".shares > span:first-child").allInnerTexts()).map((each) =>
      Number(/[\d.]+$/.exec(each)![0]),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });
  await test.step("the saved table and the run record have them in full", async () => {
    const saved = (await app.save("Predictions (TSV)")).bytes.toString("utf8").split("\n");
    const [head = [], cells = []] = [saved[0]!, saved.find((line) => line.startsWith(`${gene}\t`))!].map((line) =>
      line.split("\t"),
    );
    const cell = (name: string) => cells[head.indexOf(name)]!;
    expect(formatProbability(Number(cell("probability")))).toBe(shown.probability.line);
    expect(cell("set") === "on|off" ? "uncertain" : "confident").toBe(shown.sure.line);
    const record = JSON.parse((await app.save("Run record (JSON)")).bytes.toString("utf8")) as { auroc: number };
    expect(record.auroc.toFixed(3)).toBe(shown.auroc);
  });
  await test.step("paper has them", async () => {
    await page.emulateMedia({ media: "print" });
    await expect(page.locator("regulens-explained regulens-answer")).toBeVisible();
    expect(await bars(page)).toEqual(shown.bars);
    await expect(app.fact("AUROC")).toContainText(shown.auroc);
    await page.emulateMedia({ media: "screen" });
  });
  await test.step("a page of one file has them, and its drafted caption", async () => {
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Save as one file…" }).click();
    const caption = page.getByRole("dialog", { name: "Save as one file" }).getByRole("textbox", { name: "Caption" });
    await expect(caption).toHaveValue(new RegExp(`AUROC ${shown.auroc} against`));
    await page.keyboard.press("Escape");
    const saved = await saveAsOneFile(page, info.outputPath("page.html"), { genes: 10 });
    const file = await OneFile.open(page, saved.path);
    const there = await onOff(file, gene);
    agree(there);
    expect(there).toEqual(shown);
    await file.close();
  });
  await test.step("the element has them", async () => {
    await page.route("**/own.csv", (route) => route.fulfill({ body: own }));
    await host(
      page,
      `<regulens-view model="models/cnn-attn-h1-ensemble.safetensors" data="own.csv" gene="${gene}"></regulens-view>`,
    );
    await until(page, "ready");
    const figure = page.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) });
    const drawn = (await figure.getAttribute("aria-label"))!;
    expect(found(/P\(on\) =? ?((?:[<>] )?[\d.]+\d)/, drawn)).toBe(shown.probability.line);
    expect(found(/\((confident|uncertain)/, drawn)).toBe(shown.sure.line);
    const answer = page.locator("regulens-answered regulens-answer");
    await expect(answer).toContainText(", against ", { timeout: 120_000 });
    const line = await text(answer.locator("p").first());
    expect(found(/\(P ((?:[<>] )?[\d.]+\d)/, line)).toBe(shown.probability.line);
    expect(found(/, (confident|uncertain)\)/, line)).toBe(shown.sure.line);
    // An element of one gene has no list.
    expect(await answer.locator("abbr").getAttribute("title")).toBe(shown.meant[0]);
    expect(await text(answer.locator("p.visually-hidden"))).toBe(shown.meant[1]);
    for (const [mark, said] of Object.entries(shown.named)) expect(line).toContain(`H3${mark} ${said}`);
    expect(await bars(page)).toEqual(shown.bars);
  });
});

/** The numbers of a changed gene, each as a view of this page shows it. */
async function changed(app: AppPage, gene: string) {
  const { page } = app;
  const answer = page.locator("regulens-answer");
  await expect(answer).toContainText(", against ", { timeout: 240_000 });
  const line = await text(answer.locator("p").first());
  await pick(page.getByRole("radio", { name: /Model attention/ }));
  const figure = page.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) });
  const drawn = (await figure.getAttribute("aria-label"))!;
  return {
    change: {
      line: found(/log2 fold change ([+−][\d.]+\d)/, line),
      figure: found(/log2 fold change ([+−][\d.]+\d)/, drawn),
      listed: found(/([+−]\d+\.\d\d)/, await row(app)),
    },
    bars: await bars(page),
    named: [...line.matchAll(new RegExp(`H3(K\\w+), (\\w+) (${NUMBER})`, "g"))].map(([, ...said]) => said.join(" ")),
  };
}

test("a changed gene's fold change and marks are the same wherever they are read", async ({ page }, info) => {
  test.setTimeout(400_000);
  const gene = "SIM000002";
  const app = new AppPage(page);
  await page.goto(`./?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change&gene=${gene}`);
  await app.finished();
  const shown = await changed(app, gene);
  const { change } = shown;
  const same = ({ line }: typeof change) => ({ line, figure: line, listed: line });
  expect(change).toEqual(same(change));

  await test.step("bars are the sums of the bins that the figure saves, and the line has the largest two", async () => {
    await pick(page.getByRole("radio", { name: /Contributions to the fold change/ }));
    const saved = await app.save(new RegExp(`Save contributions to the fold change of ${gene} as TSV`));
    const [head = [], ...rows] = saved.bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    const sum = (column: string) => rows.reduce((total, cells) => total + Number(cells[head.indexOf(column)]), 0);
    const sums = Object.keys(shown.bars).map((mark) => [mark, sum(`A_H3${mark}`), sum(`B_H3${mark}`)] as const);
    for (const [mark, a, b] of sums) expect(shown.bars[mark], mark).toBe(`${formatSigned(a)} ${formatSigned(b)}`);
    const largest = sums
      .flatMap(([mark, a, b]) => [[mark, "K562", a] as const, [mark, "H1", b] as const])
      .sort(([, , a], [, , b]) => Math.abs(b) - Math.abs(a));
    expect(shown.named.length).toBeGreaterThan(0);
    expect(shown.named).toEqual(
      largest.slice(0, shown.named.length).map(([mark, cell, value]) => `${mark} ${cell} ${formatSigned(value)}`),
    );
  });
  await test.step("the saved table has the change in full", async () => {
    const { log2_fold_change: value } = (await app.predictions()).get(gene)!;
    expect(`${value! < 0 ? "−" : "+"}${Math.abs(value!).toFixed(2)}`).toBe(change.line);
  });
  await test.step("a page of one file has them", async () => {
    const saved = await saveAsOneFile(page, info.outputPath("page.html"), { genes: 130 });
    const file = await OneFile.open(page, saved.path);
    expect(await changed(file, gene)).toEqual(shown);
    await file.close();
  });
  await test.step("the element has them", async () => {
    const model = "models/deep-diff-raw-d-k562-h1.safetensors";
    await host(page, `<regulens-view model="${model}" ${PAIR} gene="${gene}"></regulens-view>`);
    await until(page, "ready");
    const figure = page.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) });
    expect(found(/log2 fold change ([+−][\d.]+\d)/, (await figure.getAttribute("aria-label"))!)).toBe(change.line);
    await page.getByRole("button", { name: "Explain this gene" }).click();
    const answer = page.locator("regulens-answered regulens-answer");
    await expect(answer).toContainText(", against ", { timeout: 240_000 });
    expect(found(/log2 fold change ([+−][\d.]+\d)/, await text(answer.locator("p").first()))).toBe(change.line);
    expect(await bars(page)).toEqual(shown.bars);
  });
});

/** The numbers of each track in view, each as a view of this page shows it. */
async function tracksSaid(page: Page, correlation: Locator) {
  await expect(correlation).toBeVisible({ timeout: 240_000 });
  const figure = page.getByRole("img", { name: /^Predicted tracks along sim1/ });
  await expect(figure).toHaveAttribute("aria-label", /Pearson’s r/);
  const drawn = (await figure.getAttribute("aria-label"))!;
  return {
    place: found(/along (sim1:[\d,]+–[\d,]+)/, drawn),
    r: {
      beside: found(/^r = ([−\d.]+)/, await text(correlation)),
      drawn: found(/>r = ([−\d.]+)/, await figure.innerHTML()),
      said: found(/Pearson’s r with \S+ in view ([−\d.]+\d)/, drawn),
    },
    greatest: Object.fromEntries(
      [...drawn.matchAll(/(ATAC|MNase) peaks at [^;]*?, predicted ([\d.,]*\d)/g)].map(([, name, value]) => [
        name!,
        value!,
      ]),
    ),
  };
}

/** Rows of a saved table by its columns. */
function rowsOf(saved: { readonly bytes: Buffer }): Record<string, string>[] {
  const lines = saved.bytes.toString("utf8").trimEnd().split("\n");
  const [head = [], ...rows] = lines.filter((line) => !line.startsWith("#")).map((line) => line.split("\t"));
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]!])));
}

function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const dot = (a: readonly number[], ma: number, b: readonly number[], mb: number): number =>
    a.reduce((sum, each, i) => sum + (each - ma) * (b[i]! - mb), 0);
  return dot(x, mx, y, my) / Math.sqrt(dot(x, mx, x, mx) * dot(y, my, y, my));
}

test("a track's greatest value, its correlation and its strongest bases are the same wherever they are read", async ({
  page,
}, info) => {
  test.setTimeout(400_000);
  const model = "basenji-attention-two-sided-simulated";
  const app = new AppPage(page);
  const query = `?device=cpu&model=${model}&example=simulated-sequence&view=tracks`;
  await page.goto(`./${query}`);
  await app.finished();
  const beside = (of: Page) => of.locator("regulens-sequence-tracks").getByText(/^r = /);
  const shown = await tracksSaid(page, beside(page));
  expect(shown.r).toEqual({ beside: shown.r.beside, drawn: shown.r.beside, said: shown.r.beside });
  expect(Object.keys(shown.greatest)).toEqual(["ATAC", "MNase"]);

  await test.step("the saved table of the bins in view has both in full", async () => {
    const rows = rowsOf(await app.save(/Save predicted tracks of sim1 as TSV/));
    const column = (name: string): number[] => rows.map((row) => Number(row[name]));
    for (const [name, said] of Object.entries(shown.greatest))
      expect(formatValue(Math.max(...column(name))), name).toBe(said);
    const measured = Object.keys(rows[0]!).find((name) => name.startsWith("measured, "))!;
    expect(pearson(column("ATAC"), column(measured)).toFixed(3).replace("-", "−")).toBe(shown.r.beside);
  });
  await test.step("paper has them", async () => {
    await page.emulateMedia({ media: "print" });
    expect(await tracksSaid(page, beside(page))).toEqual(shown);
    await page.emulateMedia({ media: "screen" });
  });
  await test.step("a page of one file has them", async () => {
    const saved = await saveAsOneFile(page, info.outputPath("tracks.html"));
    expect(saved.text).toContain(`>r = ${shown.r.beside}`);
    const one = await OneFile.open(page, saved.path);
    expect(await tracksSaid(one.page, beside(one.page))).toEqual(shown);
    await one.close();
  });
  await test.step("the element has them", async () => {
    await host(
      page,
      `<regulens-view view="tracks" model="models/${model}.safetensors" data="models/examples/sequence.fa.gz" ` +
        `measured="models/examples/sequence.ATAC.bedgraph.gz"></regulens-view>`,
    );
    await until(page, "ready");
    expect(await tracksSaid(page, page.getByText(/^r = /).first())).toEqual(shown);
  });
  await test.step("the line of the strongest bases is that of the figure, the saved table and paper", async () => {
    await page.goto(`./${query}&region=sim1:30001-32048`);
    const view = page.locator("regulens-base-contributions");
    await view.getByLabel("Method").selectOption({ label: "one gradient (fast, rough)" });
    await view.getByRole("button", { name: /^Explain [\d,]+ bases$/ }).click();
    const line = view.locator(".line");
    await expect(line).toContainText("ATAC, top bases: ", { timeout: 120_000 });
    const said = await text(line);
    const [base, at, value] = [/: ([ACGT]) at/, /at ([\d,]+\d)/, /\(([+−][\d.]+)\)/].map((each) => found(each, said));
    const drawn = view.getByRole("img", { name: /^ATAC: contributions in/ });
    await expect(drawn).toHaveAccessibleName(new RegExp(`Most: ${base} at ${at}`));
    const rows = rowsOf(await app.save(/Save contributions to ATAC as TSV/));
    const size = (row: Record<string, string>): number => Math.abs(Number(row["contribution"]));
    const strongest = rows.reduce((most, row) => (size(row) > size(most) ? row : most));
    expect([strongest["base"], Number(strongest["position"]).toLocaleString("en-US")]).toEqual([base, at]);
    expect(formatSigned(Number(strongest["contribution"]))).toBe(value);
    await page.emulateMedia({ media: "print" });
    expect(await text(line)).toBe(said);
    await page.emulateMedia({ media: "screen" });
    await test.step("Methods say of the contributions what the small print of their figure says", async () => {
      const print = (await drawn.locator("[data-small-print]").allTextContents()).join(" ").replace(/\s+/g, " ");
      const fact = print.split("; ").find((each) => /contributions/i.test(each))!;
      expect(fact).toMatch(/gradient/);
      expect((await app.methods()).toLowerCase()).toContain(fact.toLowerCase());
    });
  });
});
