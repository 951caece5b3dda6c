/** That a mark was not measured, of all results of such a table. */

import { html } from "lit";
import type { ModelCard } from "../../../../../pkg/src/index";
import { listed } from "../../../session/preparation";
import { costsInWords, standInsIn } from "../../../prepare/stand-ins";
import type { ReadTable } from "../../../session/opened";
import type { Remark } from "../../../ui/notice";

/** The marks that the only table, or A's and B's, have no measurement of, and what that costs the model. */
export function standInRemark(card: ModelCard, tables: readonly Pick<ReadTable, "notes">[]): Remark[] {
  const found = tables.map(({ notes }) => standInsIn(notes));
  if (found.every((each) => each.length === 0)) return [];
  const costs = costsInWords(
    card,
    found.map((each) => each.map(({ mark }) => mark)),
  );
  const said = found.flatMap((each, i) => {
    if (each.length === 0) return [];
    const of = tables.length > 1 ? ` in ${"AB"[i]}` : "";
    return `${listed(each.map(({ mark }) => mark))} ${each.length === 1 ? "was" : "were"} not measured${of}`;
  });
  const marks = listed([...new Set(found.flat().map(({ mark }) => mark))]);
  const text = html`${found.flat().map(({ note }) => html`<p>${note}.</p>`)}
    ${costs.map((cost) => html`<p>${cost}</p>`)}
    <p>Attention to ${marks} means nothing.</p>`;
  return [{ tone: "warning", heading: said.join("; "), text }];
}
