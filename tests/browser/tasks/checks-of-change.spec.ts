// Models of a change are checked as models that tell on from off are: the inputs that move them furthest, and a mark
// that they did not see.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { violations } from "../support/axe.ts";
import { choose, pair } from "../support/change-page.ts";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage, type TestFile } from "../support/app-page.ts";

const MODEL = "deep-diff-raw-d-k562-h1";
const GENES = 6;
const STEPS = "8";

/** Rows of a table with tabs, by its header. */
function rowsOf(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""])));
}

/** Rows that `regulens interpret` writes for files. */
function interpreted(files: readonly TestFile[], command: readonly string[]): Record<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), "regulens-change-"));
  try {
    for (const { name, buffer } of files) writeFileSync(join(folder, name), buffer);
    const model = join(import.meta.dirname, `../../../models/${MODEL}.safetensors`);
    const asked = ["interpret", ...command, "--model", model, "--steps", STEPS, "--out", "out.tsv"];
    execFileSync(PROGRAM, asked, { cwd: folder, stdio: "pipe" });
    return rowsOf(readFileSync(join(folder, "out.tsv"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A track of another assay on most genes of the pair, whose ids have other versions. */
function unseen(): TestFile {
  const lines = ["gene,bin,RNAPII"];
  for (let gene = 1; gene <= GENES - 2; gene++)
    for (let bin = 1; bin <= 200; bin++)
      lines.push(`ENSG${String(gene).padStart(11, "0")}.2,${bin},${(gene * 5 + bin * bin) % 13}`);
  return { name: "rnapii.csv", buffer: Buffer.from(`${lines.join("\n")}\n`) };
}

test("a change has the inputs that move it furthest, and a mark that it did not see, with the program's numbers", async ({
  page,
}) => {
  const app = await new AppPage(page).open(`?device=cpu&model=${MODEL}`);
  const [a, b] = pair(GENES);
  await choose(page, "A", [a, b]);
  await app.run.click();
  await expect(page.getByRole("grid", { name: /genes/i }).first()).toBeVisible();
  await app.tab("Test");
  const analyses = page.locator("regulens-analyses");
  await expect(analyses).toContainText("Class optimisation is included once its inputs are computed.");

  await test.step("the inputs are found for both directions, and are the program's", async () => {
    const classes = analyses.getByRole("group", { name: "Class optimisation" });
    await classes.getByLabel("Steps").fill(STEPS);
    await classes.getByLabel("Steps").blur();
    await classes.getByRole("button", { name: "Compute both inputs" }).click();
    await expect(
      classes.getByRole("img", {
        name: /^Input that moves the predicted log2 fold change furthest up \(higher in H1/,
      }),
    ).toBeVisible({ timeout: 120_000 });
    await classes.getByRole("combobox", { name: "Class" }).selectOption("down");
    await expect(classes.getByRole("img", { name: /furthest down \(higher in K562/ })).toBeVisible();
    const saved = rowsOf((await app.save(/Save class optimisation of the class down as TSV/)).bytes.toString("utf8"));
    expect(saved).toHaveLength(200);
    for (const { cell_type, mark, bin, value } of interpreted([], ["class-optimisation", "--class", "down"]))
      expect(Math.abs(Number(saved[Number(bin) - 1]?.[`${cell_type}_${mark}`]) - Number(value))).toBeLessThan(1e-4);
  });

  await test.step("the deletion test over genes takes them too", async () => {
    const ofAll = page.locator("regulens-set-test");
    await ofAll.getByRole("button", { name: /^Test [\d,]+ genes$/ }).click();
    await expect(ofAll.getByRole("img", { name: /^Deletion test.*class optimisation/s })).toBeVisible({
      timeout: 240_000,
    });
  });

  await test.step("a track of B is held against B's marks over the genes that are higher there", async () => {
    const panel = analyses.getByRole("group", { name: "Held-out track" });
    await expect(panel).toContainText("H1.csv has no mark that the model does not read");
    const track = unseen();
    await panel.locator("input[type=file]").setInputFiles({ ...track, mimeType: "text/csv" });
    await expect(panel).toContainText(`rnapii.csv: ${GENES - 2} genes of ${GENES} matched by name`);
    const genes = panel.getByRole("combobox", { name: "Genes" });
    await expect(genes).toHaveValue("up");
    await expect(panel.getByRole("combobox", { name: "Cell type" })).toHaveValue("b");
    for (const [of, cell, prefix] of [
      ["up", "b", "B"],
      ["down", "a", "A"],
    ] as const) {
      await genes.selectOption(of);
      await panel.getByRole("combobox", { name: "Cell type" }).selectOption(cell);
      const expected = interpreted(
        [a, b, track],
        [
          ...["held-out", "--input", a.name, "--input-b", b.name, "--held-out-input", track.name],
          ...["--held-out", "RNAPII", "--class", of, "--cell-type", cell],
        ],
      );
      await panel.getByRole("button", { name: "Correlate" }).click();
      if (expected[0]?.explained_genes === "0") {
        await expect(panel).toContainText("so there is nothing to average");
        continue;
      }
      const figure = panel.getByRole("img", {
        name: new RegExp(`^Correlation of the importance of H3K4me3 in ${prefix === "A" ? "K562" : "H1"} with RNAPII`),
      });
      await expect(figure).toBeVisible({ timeout: 120_000 });
      expect(await figure.getAttribute("aria-label")).toContain("its difference from the other cell type: ");
      const saved = rowsOf((await app.save(/Save correlations of H3K4me3 with RNAPII as TSV/)).bytes.toString("utf8"));
      expect(saved.map(({ explanation }) => explanation)).toEqual(expected.map(({ explanation }) => explanation));
      expect(expected.find(({ explanation }) => explanation === "signal")?.of).toBe(`${prefix}_H3K4me3`);
      for (const [i, { explanation, pearson_r }] of saved.entries())
        if (expected[i]?.r === "") expect(pearson_r).toBe("none");
        else expect(Math.abs(Number(pearson_r) - Number(expected[i]?.r)), explanation).toBeLessThan(1e-4);
    }
  });
  await expect(app.alert()).toHaveCount(0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await violations(page)).toEqual([]);
});
