/** The answer of a gene: its call, and the contributions of its marks, in a line and as signed bars. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { changeColours } from "../plots/core/colour";
import { formatSigned } from "../plots/explaining";
import { inlineStyle } from "../ui/inline-style";
import { shared } from "../ui/styles/shared";
import { PlotTheme } from "../ui/theme/theme";
import { briefName, largestOf, type MarkShare, signedWith, spreadInWords } from "./answer-words";

/** The line, and a bar for each mark once its contribution is known. */
@customElement("regulens-answer")
export class Answer extends LitElement {
  @property() line = "";
  /** The first word of the line, and its meaning in a sentence. */
  @property({ attribute: false }) term: { readonly word: string; readonly meaning: string } | undefined;
  @property({ attribute: false }) shares: readonly MarkShare[] = [];
  /** Names of A and B, if the marks of A are followed by those of B. */
  @property({ attribute: false }) cells: readonly string[] = [];
  /** Unit of the bars: "log-odds of on". */
  @property() unit = "";
  /** The ensemble members whose mean the bars show: "5 seeds". */
  @property({ attribute: false }) members: string | undefined;
  /** The magnitude that fills half of the width; default: that of the largest bar. */
  @property({ attribute: false }) most: number | undefined;
  #plots = new PlotTheme(this);

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }

      p {
        font-weight: var(--weight-medium);
        line-height: var(--leading-snug);
      }

      abbr {
        text-underline-offset: 0.18em;
        cursor: help;
      }

      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(4rem, 1fr));
        gap: var(--space-1) 12px;
        /* Room for the bars that come, so that nothing below them jumps. */
        min-height: 2.5rem;
        font-size: 0.6875rem;
      }

      ul.two {
        grid-template-columns: repeat(auto-fit, minmax(4.5rem, 1fr));
      }

      li {
        display: grid;
        gap: 2px;
        align-content: start;
        min-width: 0;
      }

      .of {
        font-weight: var(--weight-medium);
      }

      .row {
        display: flex;
        justify-content: space-between;
        gap: 2px;
        white-space: nowrap;
      }

      .row > .number {
        margin-inline-start: auto;
      }

      /* Cell types are named once, before the first mark: with its number a name has no room in each column. */
      li:not(:first-child) .row > :first-child {
        position: absolute;
        clip-path: inset(50%);
      }

      .bar {
        position: relative;
        height: 6px;
        background: linear-gradient(var(--color-line-strong) 0 0) center / 1px 100% no-repeat;
      }

      .bar span {
        position: absolute;
        inset-block: 0;
      }

      .bar .range {
        inset-block: 2px;
        background: var(--color-ink);
      }

      .spread {
        color: var(--color-ink-muted);
        font-size: 0.6875rem;
        font-weight: var(--weight-normal);
      }
    `,
  ];

  override render() {
    const { line: said, shares, cells, unit } = this;
    const most = this.most ?? largestOf(shares);
    const spread = spreadInWords(shares, this.members);
    const { up, down } = changeColours(this.#plots.theme);
    const bar = (value: number) => {
      const width = `${(50 * Math.abs(value)) / most}%`;
      const [side, background] = value < 0 ? (["right", down] as const) : (["left", up] as const);
      return html`<span style=${inlineStyle({ width, [side]: "50%", background })}></span>`;
    };
    const line = ([low, high]: NonNullable<MarkShare["range"]>) => {
      const [left, width] = [`${50 + (50 * low) / most}%`, `max(1px, ${(50 * (high - low)) / most}%)`];
      return html`<span class="range" style=${inlineStyle({ left, width })}></span>`;
    };
    const { term } = this;
    return html`<p>
        ${term ? html`<abbr title=${term.meaning}>${term.word}</abbr>${said.slice(term.word.length)}` : said}
      </p>
      ${term ? html`<p class="visually-hidden">${term.meaning}</p>` : nothing}
      <ul
        class=${cells.length > 0 ? "two" : nothing}
        aria-label="Contributions of marks${unit ? `, ${unit}` : ""}"
        title=${unit || nothing}
      >
        ${shares.slice(0, shares.length / Math.max(1, cells.length)).map(({ mark }, i, { length }) => {
          const name = briefName(mark.split(",")[0]!);
          const title = ({ value, range }: MarkShare) => (range ? signedWith(value, range) : nothing);
          const drawn = (share: MarkShare) =>
            html`<span class="bar" aria-hidden="true" title=${title(share)}
              >${bar(share.value)}${share.range ? line(share.range) : nothing}</span
            >`;
          const row = (cell: string, share: MarkShare) =>
            html`<span class="row" title=${title(share)}
                ><span>${cell}</span> <span class="number">${formatSigned(share.value)}</span></span
              >${drawn(share)}`;
          const share = shares[i]!;
          return html`<li title=${cells.length === 0 ? title(share) : nothing}>
            <span class="of">${name}</span>
            ${
              cells.length === 0
                ? html`<span class="number">${formatSigned(share.value)}</span>${drawn(share)}`
                : cells.map((cell, at) => row(cell, shares[at * length + i]!))
            }
          </li>`;
        })}
      </ul>
      ${spread ? html`<p class="spread">${spread}</p>` : nothing}`;
  }
}
