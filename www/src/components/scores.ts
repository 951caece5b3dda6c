/** A model's test score beside those of simple methods on the same genes. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelCard } from "../../../pkg/src/index";
import { counted } from "../state/words";
import { inlineStyle } from "./inline-style";
import { shared } from "./shared";

/** AUROC by method, from chance (0.5) to 1. */
@customElement("regulens-scores")
export class Scores extends LitElement {
  @property({ attribute: false }) card!: ModelCard;

  static override styles = [
    shared,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
      }

      caption {
        padding-block-end: var(--space-1);
        text-align: start;
        color: var(--color-ink-muted);
      }

      th,
      td {
        padding: 3px 0;
        font-weight: var(--weight-normal);
        text-align: start;
        vertical-align: middle;
      }

      th {
        padding-inline-end: var(--space-3);
      }

      td.bar {
        width: 34%;
      }

      td.value {
        width: 3.2em;
        text-align: end;
      }

      .own th,
      .own .value {
        font-weight: var(--weight-strong);
      }

      .track {
        height: 5px;
        border-radius: var(--radius-full);
        background: var(--color-surface-sunken);
      }

      .track > div {
        height: 100%;
        border-radius: inherit;
        background: var(--color-line-strong);
      }

      .own .track > div {
        background: var(--color-accent);
      }
    `,
  ];

  override render() {
    const { metrics } = this.card;
    if (!metrics?.test) return nothing;
    const methods = [{ name: "This model", auroc: metrics.test.auroc, own: true }, ...(metrics.baselines ?? []).map((baseline) => ({ ...baseline, own: false }))];
    return html`<table>
      <caption>
        AUROC on ${counted(metrics.test.n, "gene")} it never saw; bars begin at chance, 0.5
      </caption>
      ${methods.map(
        ({ name, auroc, own }) => html`<tr class=${own ? "own" : ""}>
          <th scope="row">${name}</th>
          <td class="bar" aria-hidden="true">
            <div class="track"><div style=${inlineStyle({ width: `${Math.max(0, 200 * (auroc - 0.5))}%` })}></div></div>
          </td>
          <td class="value number">${auroc.toFixed(3)}</td>
        </tr>`,
      )}
    </table>`;
  }
}
