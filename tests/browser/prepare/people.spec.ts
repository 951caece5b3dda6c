// Annotations in the shapes that people have, dropped on the page: of the list that the tests of program and package
// run whole, each form of a file, what is said, and what is refused.

import { expect, test } from "../support/fixtures.ts";
import { dropFiles, type TestFile } from "../support/app-page.ts";
import { PreparePage } from "../support/prepare-page.ts";
import { readFileSync } from "node:fs";
import { RULER, written } from "../../files/people/form.mjs";

interface Case {
  case: string;
  annotation: string[];
  annotationForm?: string;
  signal?: string[];
  signalForm?: string;
  /** The value of the bin behind each gene's TSS. */
  values?: Record<string, number>;
  /** Words of the notes. */
  said?: string[];
  /** Words of the error. */
  error?: string[];
}

const LIST = new URL("../../files/people/prepare.json", import.meta.url);
const CASES = (JSON.parse(readFileSync(LIST, "utf8")) as Case[]).filter(
  ({ annotationForm, said = [], error }) => annotationForm || said.length > 0 || error,
);

const MARKS = ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"];
const ANNOTATION = "genes.txt";
const signalOf = (mark: string): string => `K562.${mark}.txt`;

/** The bins of each gene's first mark. */
function binsOf(table: string): Map<string, number[]> {
  const bins = new Map<string, number[]>();
  for (const row of table
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .slice(1)) {
    const [gene = "", , value] = row.split(",");
    bins.set(gene, [...(bins.get(gene) ?? []), Number(value)]);
  }
  return bins;
}

test("annotations as people have them are prepared right by the page", async ({ page }) => {
  expect(CASES.length).toBeGreaterThanOrEqual(8);
  const prepare = await new PreparePage(page).open();
  const remove = (name: string): Promise<void> =>
    prepare.view.getByRole("button", { name: `Remove ${name}`, exact: true }).click();
  for (const { case: about, annotation, annotationForm, signal, signalForm, values, said, error } of CASES)
    await test.step(about, async () => {
      const genes: TestFile = { name: ANNOTATION, buffer: written(annotation, annotationForm) };
      const buffer = written(signal ?? RULER, signalForm);
      await dropFiles(page, [...MARKS.map((mark) => ({ name: signalOf(mark), buffer })), genes]);
      if (error) {
        const alert = prepare.row(ANNOTATION).getByRole("alert");
        for (const word of error) await expect(alert).toContainText(word);
      } else {
        await prepare.make.click();
        await expect(prepare.made).toBeVisible();
        const { text } = await prepare.save();
        const found = [...binsOf(text)].map(([gene, bins]) => [gene, bins[50]]);
        expect(Object.fromEntries(found), about).toEqual(values);
        const became = prepare.view.getByRole("button", { name: /^Gene report/ });
        const notes = (await became.isVisible()) ? (await prepare.app.save(/^Gene report/)).bytes : "";
        const all = `${await prepare.view.textContent()}${text}${String(notes)}`.replace(/\s+/g, " ");
        for (const word of said ?? []) expect(all, about).toContain(word);
      }
      for (const name of [...MARKS.map(signalOf), ANNOTATION]) await remove(name);
    });
});
