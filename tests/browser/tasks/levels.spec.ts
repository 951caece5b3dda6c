// A model of level: its file opens, its list and the answer of a gene are levels, and so is what is saved.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { AppPage, dropFiles, pick, QUICK } from "../support/app-page.ts";
import { host, told, until } from "../support/element-page.ts";
import { stored } from "../support/kept.ts";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { manifestOf, OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { withCard } from "../support/safetensors.ts";
import { table } from "../support/tables.ts";

const GENES = 12;
const file = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });
const TABLE = file("mine.csv", table({ genes: GENES }));

/** A shipped model whose log-odds are taken for levels: `regulens predict` gives the same for either task. */
async function levels(): Promise<{ name: string; buffer: Buffer }> {
  const shipped = await readFile(new URL("../../../models/cnn-alpha-beta-k562.safetensors", import.meta.url));
  const card = {
    task: "level",
    unit: "log2(count + 1)",
    name: "My levels",
    metrics: undefined,
    class_means: undefined,
  };
  const scores = Array.from({ length: 60 }, (_, i) => i / 40);
  const conformal = { scores, floor: 0, genes: 60, data: "genes of a test" };
  const others = { explanation: undefined, calibration: undefined, conformal };
  return { name: "levels.safetensors", buffer: withCard(shipped, { ...card, ...others }) };
}

test("a model of level predicts, explains and saves levels, against measured counts too", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(TABLE, GENES);
  const onOff = await app.predictions();
  await app.openSetup();
  await app.chooseModel(await levels());
  await app.ready();
  await app.run.click();
  await app.finished(GENES);
  const saved = await app.predictions();
  await test.step("the table has the same numbers, as levels", () => {
    for (const [gene, { level }] of saved) expect(level, gene).toBeCloseTo(onOff.get(gene)!["logit"]!, 5);
    expect(Object.keys([...saved.values()][0]!)[0]).toBe("level");
    expect(Object.keys([...saved.values()][0]!)).not.toContain("probability");
  });
  const [[gene, { level = Number.NaN }] = ["", {}]] = [...saved].sort(([, a], [, b]) => b["level"]! - a["level"]!);
  const said = level.toFixed(2).replace("-", "−");
  await test.step("the gene of the highest level is first, and its answer says the level and the marks", async () => {
    const first = app.grid.getByRole("row").nth(1);
    await expect(first).toContainText(gene);
    await expect(first).toContainText(said);
    const answer = page.locator("regulens-gene regulens-answer");
    await expect(answer).toContainText(`Level ${said} (log2(count + 1)): `, { timeout: 120_000 });
    await expect(answer).toContainText("against a gene without signal");
    await app.lookAtAttention();
    await expect(page.getByRole("img", { name: new RegExp(`predicted level ${said}`) })).toBeVisible();
  });
  await test.step("measured counts score the levels, and stand beside them in the list", async () => {
    const rows = [...saved.keys()].map((name, i) => `${name},${2 ** i - 1}\n`);
    await app.chooseTable(file("counts.csv", `gene,count\n${rows.join("")}`));
    await app.tab("Test");
    await expect(page.getByText(`counts.csv: counts of ${GENES} of ${GENES} genes.`)).toBeVisible();
    await expect(page.getByRole("img", { name: /Predicted against measured/ })).toBeVisible();
    await expect(app.grid.getByRole("columnheader", { name: /^Measured/ })).toBeVisible();
    const record = JSON.parse((await app.save("Run record (JSON)")).bytes.toString("utf8")) as Record<string, object>;
    expect(record["prediction"]).toBe("log2(count + 1)");
    expect(record["measured"]).toMatchObject({ file: "counts.csv", genes: GENES });
  });
  await test.step("nothing on it is of a class", () =>
    expect(page.locator("regulens-levels")).not.toContainText("P(on)"));
  await test.step("it is there again after a reload", async () => {
    await expect.poll(() => stored(page)).toMatchObject({ view: { task: "level" } });
    await page.reload();
    await app.finished(GENES);
    await expect(page.locator("regulens-gene")).toBeVisible();
  });
});

/** The level of the gene that is looked at, its interval and its marks, each as a view of the page shows it. */
async function numbers({ page }: AppPage, gene: string) {
  const answer = page.locator("regulens-gene regulens-answer").first();
  await expect(answer).toContainText("against a gene without signal", { timeout: 120_000 });
  const attention = page.getByRole("radio", { name: /Model attention/ });
  if ((await attention.count()) > 0) await new AppPage(page).lookAtAttention();
  const figure = page.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) });
  await expect(figure).toBeVisible();
  const drawn = /level ([−\d.]+\d) \((95 % interval [−\d.]+ to [−\d.]+\d)\)/.exec(
    (await figure.getAttribute("aria-label"))!,
  )!;
  const line = ((await answer.locator("p").first().textContent()) ?? "").replace(/\s+/g, " ").trim();
  const marks = await answer.locator("li").allTextContents();
  expect(/^Level ([−\d.]+\d) \(/.exec(line)?.[1], "line and figure").toBe(drawn[1]);
  return { line, level: drawn[1], interval: drawn[2], marks: marks.map((each) => each.replace(/\s+/g, " ").trim()) };
}

test("the page, one file of it or of the program, and the element have the same levels", async ({
  page,
  baseURL,
}, info) => {
  test.setTimeout(400_000);
  const app = await new AppPage(page).open(QUICK);
  const model = await levels();
  await app.chooseModel(model);
  await expect(app.model).toContainText("My levels");
  await app.ready();
  const liver = TABLE.buffer.toString("utf8");
  const heart = liver.replaceAll(/^GENE3,/gm, "ANOTHER,").replaceAll(/^(GENE4,\d+),.*/gm, "$1,0,0,0,0,0");
  await dropFiles(page, [file("liver_signal.csv", liver), file("heart_signal.csv", heart)]);
  await page.getByRole("button", { name: "Run on 2 samples" }).click();
  const grid = page.getByRole("grid", { name: "Predictions by sample" });
  await expect(grid).toHaveAttribute("aria-rowcount", "14", { timeout: 60_000 });
  await app.finished();
  const alone = (of: AppPage) => pick(of.page.getByRole("radio", { name: "liver alone", exact: true }));
  await alone(app);
  await expect(app.grid).toHaveAttribute("aria-rowcount", String(GENES + 1));
  const genes = [...(await app.predictions()).keys()];
  await page.locator("regulens-levels [slot=test] input[type=file]").setInputFiles({
    ...file("counts.csv", `gene,count\n${genes.map((gene, i) => `${gene},${i ** 2}\n`).join("")}`),
    mimeType: "text/csv",
  });
  const score = page.locator("regulens-levels dl > div").filter({ hasText: "Pearson" });
  await expect(score).toBeVisible();
  const r = /−?0\.\d{3}/.exec((await score.textContent())!)![0];
  await page.getByLabel(/^Intervals, at/).selectOption("95 %");
  await expect(app.grid.getByRole("columnheader", { name: /^Interval of 95 %/ })).toBeVisible();
  const predicted = await app.predictions();
  const [gene] = [...predicted].sort(([, a], [, b]) => b["level"]! - a["level"]!)[0]!;
  const shown = await numbers(app, gene);
  const near = (of: typeof predicted) => {
    for (const [name, cells] of of)
      for (const column of ["level", "interval_low", "interval_high"])
        expect(cells[column], `${name}, ${column}`).toBeCloseTo(predicted.get(name)![column]!, 4);
  };
  await test.step("the list, the saved table, Methods and paper have the same", async () => {
    const { level, interval_low, interval_high } = predicted.get(gene)!;
    const [said, low, high] = [level, interval_low, interval_high].map((value) => value!.toFixed(2).replace("-", "−"));
    expect([shown.level, shown.interval]).toEqual([said, `95 % interval ${low} to ${high}`]);
    const row = app.grid.getByRole("row", { selected: true });
    for (const each of [gene, said!, `${low} to ${high}`]) await expect(row).toContainText(each);
    const record = JSON.parse((await app.save("Run record (JSON)")).bytes.toString("utf8")) as { measured: object };
    expect(Number(r.replace("−", "-"))).toBeCloseTo((record.measured as { pearson: number }).pearson, 3);
    expect(await app.methods()).toMatch(new RegExp(`Against measured counts .*Pearson’s r(?: of)? ${r}`));
    await page.emulateMedia({ media: "print" });
    expect(await numbers(app, gene)).toEqual(shown);
    await page.emulateMedia({ media: "screen" });
  });
  await test.step("a page of one file, with both samples and what was measured of all genes", async () => {
    const saved = await saveAsOneFile(page, info.outputPath("page.html"), { genes: 6 });
    expect(saved.bytes).toBeLessThan(2e6);
    expect(saved.text).toContain(`The mean of all 12 genes of the run is `);
    expect(saved.text).toContain(`Pearson’s r ${r} against counts.csv`);
    // The picture for readers without scripts is the one that is looked at.
    expect(saved.text).toContain(`<title>Signal and attention along ${gene}`);
    expect(manifestOf(saved.text)).toMatchObject({
      ...{ model: { task: "level" }, looked: { coverage: 0.95 }, run: { genes: GENES } },
    });
    const one = await OneFile.open(page, saved.path);
    await one.finished();
    await alone(one);
    await expect(one.grid).toHaveAttribute("aria-rowcount", "7");
    await expect(one.page.getByLabel(/^Intervals, at/)).toHaveValue(/^95/);
    expect(await numbers(one, gene)).toEqual(shown);
    near(await one.predictions());
    await expect(one.page.locator("regulens-levels")).toContainText(
      `${r} against the measured counts, of all 12 genes`,
    );
    await pick(one.page.getByRole("radio", { name: "Map", exact: true }));
    await expect(one.page.getByRole("slider", { name: "Level by gene and sample, read by cell" })).toBeVisible();
    await one.page.getByLabel("Gene in").selectOption("heart");
    await expect(one.page.locator("regulens-levels")).toContainText("heart_signal.csv", { timeout: 60_000 });
    await one.close();
  });
  if (existsSync(PROGRAM))
    await test.step("that of the program", async () => {
      const site = info.outputPath("site");
      await mkdir(`${site}/standalone`, { recursive: true });
      for (const part of ["parts.json", "template.html", "view.js.gz", "tables.wasm.gz"])
        await writeFile(
          `${site}/standalone/${part}`,
          await (await page.request.get(new URL(`standalone/${part}`, baseURL).href)).body(),
        );
      const [at, table, out] = ["levels.safetensors", "liver_signal.csv", "cli.html"].map((name) =>
        info.outputPath(name),
      );
      await writeFile(at!, model.buffer);
      await writeFile(table!, liver);
      const flags = ["--model", at!, "--input", table!, "--top", "6", "--coverage", "0.95"];
      const { status, stderr } = spawnSync(PROGRAM, ["export-html", ...flags, "--site", site, "--out", out!], {
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const one = await OneFile.open(page, out!);
      await one.finished(6);
      expect(await numbers(one, gene)).toEqual(shown);
      near(await one.predictions());
      await one.close();
    });
  await test.step("the element, of one gene and of all", async () => {
    const serve = (name: string, body: Buffer) => page.route(`**/${name}`, (route) => route.fulfill({ body }));
    await serve(model.name, model.buffer);
    await serve("liver_signal.csv", Buffer.from(liver));
    const view = `model="${model.name}" data="liver_signal.csv" gene="${gene}" coverage="0.95"`;
    await host(
      page,
      `<regulens-view id="g" ${view}></regulens-view><regulens-view id="s" view="set" ${view}></regulens-view>`,
    );
    await until(page, "ready", "#g");
    // An element far from the viewport waits.
    await page.locator("#s").scrollIntoViewIfNeeded();
    await until(page, "ready", "#s");
    const results = (await told(page)).filter(({ type }) => type === "result").map(({ detail }) => detail);
    const [one, all] = ["level", "levels"].map((kind) => results.find((each) => each.kind === kind));
    expect(one.level).toBeCloseTo(predicted.get(gene)!["level"]!, 4);
    for (const [i, name] of all.genes.entries()) expect(all.level[i]).toBeCloseTo(predicted.get(name)!["level"]!, 4);
    await page.locator("#s").evaluate((view) => view.remove());
    expect(await numbers(app, gene)).toEqual(shown);
  });
});
