/** Remarks on faults of the values that were run. */

import { html } from "lit";
import type { Understanding } from "../../../../../pkg/src/index";
import { standInsIn } from "../stand-ins";
import type { ReadTable } from "../../../session/opened";
import { offScale } from "../../../session/preparation";
import { mixesUnits, unitsInWords } from "../signal";
import type { Remark } from "../../../ui/notice";

/**
 * That values are not as those of training, in the words of the data step; `of` says whose, where there are two tables.
 */
export function offScaleRemark(differences: readonly string[] = [], of = ""): Remark[] {
  if (differences.length === 0) return [];
  const text = html`${differences.map((each) => html`<p>${each}.</p>`)}
    <p>
      The predictions below use them unchanged and may be meaningless. Rescale the table where it was read, or make it
      as the training data were made, and run again.
    </p>`;
  const heading = `The values${of ? ` of ${of}` : ""} are unlike the training data`;
  return [{ tone: "warning", heading, text }];
}

/** The same of a table in an element of another page, with the marks that were not measured. */
export function valuesInNotes(
  understanding: Understanding,
  of = "",
): { readonly heading: string; readonly text: string }[] {
  return [
    ...standInsIn(understanding.notes).map(({ mark, note }) => ({
      heading: `${of}${mark} was not measured`,
      text: note,
    })),
    ...offScale(understanding, {}).map((text) => ({
      heading: "Unlike the training data",
      text: `${of}${text}`,
    })),
  ];
}

/** That means and counts stand side by side in one table. */
export function mixedUnitsRemark(table: Pick<ReadTable, "notes">, of = ""): Remark[] {
  if (!mixesUnits(table)) return [];
  const text = html`<p>${unitsInWords(table)}. The mean of a bin and its read count are on different scales.</p>
    <p>Make the table from one kind of file, or rescale mark by mark: no single factor fits all marks.</p>`;
  return [{ tone: "warning", heading: `The marks${of ? ` of ${of}` : ""} have different units`, text }];
}
