/** Notices above results that say what is wrong with the values that were run. */

import { html, nothing } from "lit";
import type { Understanding } from "../../../../pkg/src/index";
import { standInsIn } from "../../prepare/stand-ins";
import type { ReadTable } from "../../session/opened";
import { offScale } from "../../session/preparation";
import { mixesUnits, unitsInWords } from "./signal";
import "../../ui/notice";

/** That values are not as those of training, in the words of the data step; `of` says whose, where there are two tables. */
export function offScaleNotice(differences: readonly string[] = [], of = "") {
  return differences.length > 0
    ? html`<regulens-notice
        tone="warning"
        heading="The values${of ? ` of ${of}` : ""} are unlike those the model was trained on"
        data-off-scale
      >
        ${differences.map((text) => html`<p>${text}.</p>`)}
        <p>
          The predictions below rest on them as they are, and may mean nothing. Rescale the table where it was read, or
          make it as the model’s own data were made, and run again.
        </p>
      </regulens-notice>`
    : nothing;
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
      heading: "Unlike the data that the model was trained on",
      text: `${of}${text}`,
    })),
  ];
}

/** That means and counts stand side by side in one table. */
export function mixedUnitsNotice(table: Pick<ReadTable, "notes">, of = "") {
  return mixesUnits(table)
    ? html`<regulens-notice
        tone="warning"
        heading="The marks${of ? ` of ${of}` : ""} are not in one unit"
        data-mixed-units
      >
        <p>${unitsInWords(table)}. A mean of a bin and a number of reads in it are on different scales.</p>
        <p>Make the table of one kind of file, or rescale mark by mark: no one factor brings all of them in line.</p>
      </regulens-notice>`
    : nothing;
}
