/** Sections of the card of a model that reads tables. */

import { html, nothing, type TemplateResult } from "lit";
import type { ModelCard } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import type { Theme } from "../../../plots";
import type { OpenedModel } from "../../../session/opened";
import { markName } from "../../../ui/mark-name";
import { cardWindow, isFlipped } from "./windows";

function windowInWords(card: ModelCard): string {
  const { bins, bin_size } = card;
  const { anchor, upstream, downstream } = cardWindow(card);
  return (
    `${bins} bins of ${bin_size} bp, from −${formatCount(upstream)} to +${formatCount(downstream)} bp around the ` +
    `${anchor}`
  );
}

function transformInWords({ transform }: ModelCard): string {
  const scale = transform.scale
    ? `, then × ${transform.scale.map((factor) => Number(factor.toPrecision(3))).join(", ")} by mark`
    : "";
  return `${transform.kind === "log1p" ? "ln(1 + x) of each value" : "none: values as they are"}${scale}`;
}

/** Input of a model, after the text `before`. */
export function readsTable(
  { card, description: { without } }: OpenedModel,
  theme: Theme,
  before: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<dl>
    ${before}
    <dt>Marks</dt>
    <dd class="marks">${card.marks.map((name) => markName(name, theme))}</dd>
    <dt>Window</dt>
    <dd>${windowInWords(card)}</dd>
    <dt>Strand</dt>
    <dd>
      ${
        isFlipped(card)
          ? "bin 1 is the furthest upstream on the gene's own strand"
          : "bin 1 has the lowest coordinate, whatever the gene's strand"
      }
    </dd>
    ${
      card.assembly
        ? html`<dt>Assembly</dt>
            <dd>${card.assembly}</dd>`
        : nothing
    }
    ${
      without
        ? html`<dt>Attention</dt>
            <dd>${without}</dd>`
        : nothing
    }
    <dt>Transform</dt>
    <dd>${transformInWords(card)}</dd>
  </dl>`;
}
