/** A model's test score beside those of simple methods on the same genes. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelCard } from "../../../pkg/src/index";
import { counted } from "../ui/words";
import { inlineStyle } from "../ui/inline-style";
import { shared } from "../ui/shared";

/** AUROC by method, from chance (0.5) to 1; for a model of a change or of tracks Pearson's r, from 0 to 1. */
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
    const { metrics, change_metrics, track_metrics } = this.card;
    if (track_metrics?.test) {
      const { test, baselines = [], ceilings = [] } = track_metrics;
      const others = [...baselines, ...ceilings].map(({ name, pearson }) => ({ name, value: pearson }));
      return this.#table(`Pearson’s r on ${counted(test.n, "bin")} it never saw, mean over tracks`, 0, [
        { name: "This model", value: test.pearson },
        ...others,
      ]);
    }
    if (change_metrics?.test) {
      const { test, baselines = [] } = change_metrics;
      return this.#table(`Pearson’s r on ${counted(test.n, "gene")} it never saw`, 0, [
        { name: "This model", value: test.pearson },
        ...baselines.map(({ name, pearson }) => ({ name, value: pearson })),
      ]);
    }
    if (!metrics?.test) return nothing;
    const { test, baselines = [] } = metrics;
    return this.#table(`AUROC on ${counted(test.n, "gene")} it never saw; bars begin at chance, 0.5`, 0.5, [
      { name: "This model", value: test.auroc },
      ...baselines.map(({ name, auroc }) => ({ name, value: auroc })),
    ]);
  }

  /** The model first, then the others. */
  #table(caption: string, least: number, methods: readonly { name: string; value: number }[]) {
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
