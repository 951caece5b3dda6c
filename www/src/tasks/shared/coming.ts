/** What there will be to see, drawn in small: the page before its first run. */

import { css, html, LitElement, svg } from "lit";
import { customElement } from "lit/decorators.js";
import { PlotTheme } from "../../ui/theme-context";
import { markColour } from "../../plots";
import { shared } from "../../ui/shared";
import { resultsStyles } from "./results-styles";

/**
 * A profile over 48 bins of a window: `height` at its middle, `dip` at the very centre, on a floor. Drawn, not
 * measured.
 */
function profile(height: number, width: number, dip: number, floor: number): number[] {
  return Array.from({ length: 48 }, (_, bin) => {
    const x = (bin - 23.5) / 48;
    return floor + height * Math.exp(-((x / width) ** 2)) - dip * Math.exp(-((x / 0.035) ** 2));
  });
}

function path(values: readonly number[], top: number, bottom: number): string {
  return values
    .map(
      (value, i) =>
        `${i === 0 ? "M" : "L"}${((i + 0.5) * 5).toFixed(1)},${(bottom - value * (bottom - top)).toFixed(1)}`,
    )
    .join("");
}

/** What there will be to see, as three small drawings with a sentence each. */
@customElement("regulens-coming")
export class Coming extends LitElement {
  #plots = new PlotTheme(this);

  static override styles = [
    shared,
    resultsStyles,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr));
        gap: var(--space-4) var(--space-6);
      }

      svg {
        display: block;
        width: 100%;
        max-width: 20rem;
        height: auto;
        margin-block-end: var(--space-3);
        opacity: 0.85;
      }

      li {
        color: var(--color-ink-muted);
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
        max-width: 24rem;
      }

      strong {
        display: block;
        margin-block-end: 2px;
        color: var(--color-ink);
        font-size: var(--text-base);
        font-weight: var(--weight-medium);
      }
    `,
  ];

  override render() {
    return html`<section class="results" aria-labelledby="title">
      <h2 id="title">What you will see</h2>
      <ul>
        <li>
          ${this.#genes()}<strong>Which genes are on</strong>A probability for each gene, in a table to sort, search and
          save.
        </li>
        <li>
          ${this.#tracks()}<strong>Where the model looked</strong>For each gene, the attention to each bin on the signal
          of its marks, and how much each mark counted.
        </li>
        <li>
          ${this.#average()}<strong>What it looks at in general</strong>Attention averaged over the genes predicted on
          and off, around the transcription start site.
        </li>
      </ul>
    </section>`;
  }

  #colour(mark: string): string {
    return markColour(mark, this.#plots.theme).line;
  }

  #genes() {
    const rows = [0.97, 0.91, 0.74, 0.38, 0.12, 0.06];
    return html`<svg viewBox="0 0 240 84" aria-hidden="true">
      ${rows.map(
        (probability, i) => svg`
          <rect x="0" y=${i * 14 + 3} width=${44 + ((i * 17) % 30)} height="5" rx="2.5" fill="var(--color-line-strong)" opacity="0.5" />
          <rect x="96" y=${i * 14 + 3} width="144" height="5" rx="2.5" fill="var(--color-line)" />
          <rect x="96" y=${i * 14 + 3} width=${144 * probability} height="5" rx="2.5" fill=${
            probability >= 0.5 ? "var(--color-on)" : "var(--color-off)"
          } />`,
      )}
    </svg>`;
  }

  #tracks() {
    const signal = profile(0.85, 0.16, 0.55, 0.06);
    const alpha = profile(0.9, 0.07, 0, 0.04).map(
      (value, i, all) => 0.5 * value + 0.5 * (all[Math.max(0, i - 5)] ?? 0),
    );
    return html`<svg viewBox="0 0 240 84" aria-hidden="true">
      ${signal.map(
        (value, i) =>
          svg`<rect x=${i * 5} y=${80 - 72 * value} width="4.4" height=${72 * value} fill=${this.#colour(
            "H3K4me3",
          )} opacity="0.4" />`,
      )}
      <path d=${path(alpha, 8, 80)} fill="none" stroke="var(--color-ink)" stroke-width="1.6" stroke-linejoin="round" />
      <path d="M0,80.5H240" stroke="var(--color-line-strong)" />
    </svg>`;
  }

  #average() {
    const lines = [
      { mark: "H3K4me3", values: profile(0.8, 0.11, 0.18, 0.08) },
      { mark: "H3K4me1", values: profile(0.36, 0.24, 0.22, 0.1) },
      { mark: "H3K36me3", values: profile(0.2, 0.34, 0.05, 0.14) },
      { mark: "H3K27me3", values: profile(0.05, 0.4, 0, 0.12) },
    ];
    return html`<svg viewBox="0 0 240 84" aria-hidden="true">
      <path d="M120,4V80" stroke="var(--color-line-strong)" stroke-dasharray="3 3" />
      ${lines.map(
        ({ mark, values }) =>
          svg`<path d=${path(values, 4, 80)} fill="none" stroke=${this.#colour(mark)} stroke-width="1.8" stroke-linejoin="round" />`,
      )}
      <path d="M0,80.5H240" stroke="var(--color-line-strong)" />
    </svg>`;
  }
}
