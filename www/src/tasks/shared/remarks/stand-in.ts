/** That a mark was not measured, of all results of such a table. */

import { html } from "lit";
import { listed } from "../../../session/preparation";
import { standInsIn } from "../../../prepare/stand-ins";
import type { Remark } from "../../../ui/notice";

/** The marks that a table has no measurement of; `of` says whose table it is, where there are two. */
export function standInRemark(notes: readonly string[], of = ""): Remark[] {
  const found = standInsIn(notes);
  if (found.length === 0) return [];
  const marks = listed(found.map(({ mark }) => mark));
  const [were, these, them] = found.length === 1 ? ["was", "this mark", "it"] : ["were", "these marks", "them"];
  const text = html`${found.map(({ note }) => html`<p>${note}.</p>`)}
    <p>
      The model was trained with ${these}: what it says here is a guess without ${them}, and attention to ${marks} means
      nothing.
    </p>`;
  return [{ tone: "warning", heading: `${marks} ${were} not measured${of ? ` in ${of}` : ""}`, text }];
}
