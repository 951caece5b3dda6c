// A model of level: its file opens, its list and the answer of a gene are levels, and so is what is saved.

import { readFile } from "node:fs/promises";
import { AppPage, QUICK } from "../support/app-page.ts";
import { stored } from "../support/kept.ts";
import { expect, test } from "../support/fixtures.ts";
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
  const others = { explanation: undefined, calibration: undefined, conformal: undefined };
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
    const answer = page.locator("regulens-level-gene regulens-answer");
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
  await test.step("nothing on it is of a class, and it says that no page of one file has it", async () => {
    await expect(page.locator("regulens-levels")).not.toContainText("P(on)");
    await app.openBarMenu("Export");
    await expect(page.getByText("No page of one file shows levels")).toBeVisible();
    await page.keyboard.press("Escape");
  });
  await test.step("it is there again after a reload", async () => {
    await expect.poll(() => stored(page)).toMatchObject({ view: { kind: "levels" } });
    await page.reload();
    await app.finished(GENES);
    await expect(page.locator("regulens-level-gene")).toBeVisible();
  });
});
