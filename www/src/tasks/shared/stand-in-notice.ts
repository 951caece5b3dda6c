/** The notice that a mark was not measured, above all results of such a table. */

import { html, nothing } from "lit";
import { listed } from "../../session/preparation";
import { standInsIn } from "../../prepare/stand-ins";
import "../../ui/notice";

/** A notice of the marks that a table has no measurement of; `of` says whose table it is, where there are two. */
export function standInNotice(notes: readonly string[], of = "") {
  const found = standInsIn(notes);
  if (found.length === 0) return nothing;
  const marks = listed(found.map(({ mark }) => mark));
  return html`<regulens-notice
    tone="warning"
    heading="${marks} ${found.length === 1 ? "was" : "were"} not measured${of ? ` in ${of}` : ""}"
    data-stand-in
  >
    ${found.map(({ note }) => html`<p>${note}.</p>`)}
    <p>
      The model was trained with ${found.length === 1 ? "this mark" : "these marks"}: what it says here is a guess
      without ${found.length === 1 ? "it" : "them"}, and attention to ${marks} means nothing.
    </p>
  </regulens-notice>`;
}
