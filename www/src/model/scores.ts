/** A model's test score beside those of simple methods on the same data. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelCard } from "../../../pkg/src/index";
import type { Scores as Shown } from "../tasks/facts";
import { factsOf } from "../tasks/index";
import { inlineStyle } from "../ui/inline-style";
import { shared } from "../ui/shared";

/** A bar a method, from what chance reaches to 1. */
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
    const scores = factsOf(this.card)?.scores(this.card);
    return scores ? this.#table(scores) : nothing;
  }

  #table({ caption, least, methods }: Shown) {
    return html`<table>
      <caption>
        ${caption}
      </caption>
      ${methods.map(
        ({ name, value }, i) =>
          html`<tr class=${i === 0 ? "own" : ""}>
            <th scope="row">${name}</th>
            <td class="bar" aria-hidden="true">
              <div class="track">
                <div style=${inlineStyle({ width: `${Math.max(0, (100 * (value - least)) / (1 - least))}%` })}></div>
              </div>
            </td>
            <td class="value number">${value.toFixed(3)}</td>
          </tr>`,
      )}
    </table>`;
  }
}
