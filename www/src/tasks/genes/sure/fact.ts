/** Number of confident predictions in a run, for its line of figures; or the reason for none. */

import { css, html, nothing, type TemplateResult } from "lit";
import { transferInWords } from "../../shared/transfer";
import { percent } from "../../../ui/words";
import { allSeedsButton, oneOf } from "../../shared/seeds";
import type { AnyWork } from "../session";
import { coveragesWith } from "../../shared/coverages";
import { cellsInWords, countsInWords, hasSets, promiseInWords, type SaidCell, type Sets, whyWithdrawn } from "./sets";

/** Its styles, in addition to those of the line of figures. */
export const sureStyles = css`
  .sure {
    flex-grow: 2;
  }

  .sure select {
    min-height: 0;
    padding-block: 1px;
    font-size: var(--text-xs);
  }

  .sure button {
    display: inline;
    min-height: 0;
    padding: 0;
    font-size: inherit;
    text-decoration: underline;
  }

  .sure details {
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
    font-weight: var(--weight-normal);
  }
`;

/** The work of the displayed run. */
type Work = Pick<AnyWork, "state" | "outcome" | "cover" | "sayCell" | "useAllSeeds" | "isCurrent">;

/**
 * The figure, as a term with its description; empty if the run's model has no sets, and no ensemble of it could provide
 * them.
 */
export function sureFact(work: Work, seeds: number | undefined): TemplateResult | typeof nothing {
  const { run, sets, unsaid, cell } = work.state;
  if (!run) return nothing;
  const why = whyWithdrawn(run, cell);
  if (!hasSets(run.model.card)) {
    if (seeds === undefined || why) return nothing;
    return fact(
      work.outcome.confidence,
      html`<small>not said by ${oneOf(seeds)} ${allSeedsButton(seeds, () => work.useAllSeeds())}</small>`,
    );
  }
  // A run whose model or table was replaced is read-only.
  const isFixed = !work.isCurrent;
  const title =
    why || !sets
      ? work.outcome.confidence
      : html`<label
          >${work.outcome.confidence}, at
          ${choice(
            coveragesWith(sets.coverage).map((each) => [each, percent(each)] as const),
            sets.coverage,
            isFixed,
            (coverage) => void work.cover(coverage),
          )}</label
        >`;
  const said = why ? notSaid(why) : sets ? counted(sets, run.model.card, cell) : unsaid ? notSaid(unsaid) : FINDING;
  const cost = cell === "another" ? transferInWords(run.model.card) : [];
  return fact(
    title,
    html`${said} ${why && cell !== "another" ? nothing : cellChoice(work, isFixed)}
    ${cost.map((sentence) => html`<small>${sentence}</small>`)}`,
  );
}

const FINDING = html`<small>being found…</small>`;

function fact(title: string | TemplateResult, said: TemplateResult): TemplateResult {
  return html`<div class="sure">
    <dt>${title}</dt>
    <dd class="words">${said}</dd>
  </div>`;
}

function notSaid(why: string): TemplateResult {
  return html`not said: <small>${why}</small>`;
}

/** The numbers, with an explanation of their guarantee. */
function counted(sets: Sets, card: Parameters<typeof promiseInWords>[1], cell: SaidCell): TemplateResult {
  return html`${countsInWords(sets)}
    <details>
      <summary>What this promises</summary>
      ${promiseInWords(sets, card, cell)}
    </details>`;
}

/** Asks for the cell type of the data, if the model's is known. */
function cellChoice(work: Work, isFixed: boolean): TemplateResult | typeof nothing {
  const { run, cell } = work.state;
  const name = run && cellsInWords(run.model.card);
  if (name === undefined) return nothing;
  const answers = [
    [undefined, "not said"],
    ["same", name],
    ["another", "another cell type"],
  ] as const;
  const select = choice<SaidCell>(answers, cell, isFixed, (chosen) => void work.sayCell(chosen));
  return html`<small><label>Your genes are of ${select}</label></small>`;
}

/** A choice of one of several values. */
function choice<Value>(
  values: readonly (readonly [Value, string])[],
  chosen: Value,
  isFixed: boolean,
  choose: (value: Value) => void,
): TemplateResult {
  const change = ({ target }: Event): void => choose(values[(target as HTMLSelectElement).selectedIndex]![0]);
  return html`<select ?disabled=${isFixed} @change=${change}>
    ${values.map(([value, name]) => html`<option ?selected=${value === chosen}>${name}</option>`)}
  </select>`;
}
