/** The answer of a gene first: its call, and the marks that make it, in a line and as signed bars. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { changeColours } from "../plots/core/colour";
import { formatSigned } from "../plots/explaining";
import { listed } from "../session/preparation";
import { inlineStyle } from "../ui/inline-style";
import { shared } from "../ui/styles/shared";
import { PlotTheme } from "../ui/theme/context";
import { type Compared, comparedWith } from "./contrasts";

/** A mark and its contribution to a score. */
export interface MarkShare {
  readonly mark: string;
  readonly value: number;
}

/** Marks that the line names. */
const NAMED = 2;

/** The share of all contributions from which a mark is named. */
const LEAST = 0.05;

/** Contributions of marks, as whole marks or as the sums of their bins, [columns] or [T, columns]. */
export function sharesOf(
  marks: readonly string[],
  { marks: whole, values }: { readonly marks?: Float32Array | undefined; readonly values: Float32Array },
): MarkShare[] {
  const n = marks.length;
  const sum = (column: number): number =>
    whole?.[column] ?? values.reduce((total, value, i) => (i % n === column ? total + value : total), 0);
  return marks.map((mark, column) => ({ mark, value: sum(column) }));
}

/** "On (P 0.93, sure): H3K4me3 +2.4 and H3K36me3 +1.5, against a gene without signal." */
export function answerInWords(
  call: string,
  about: readonly (string | undefined)[],
  shares: readonly MarkShare[] = [],
  baseline?: Compared,
): string {
  const known = about.filter((each) => each !== undefined);
  const head = `${call}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
  const all = shares.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const most = shares
    .filter(({ value }) => Math.abs(value) > LEAST * all)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, NAMED)
    .map(({ mark, value }) => `${mark} ${formatSigned(value)}`);
  if (most.length === 0 || baseline === undefined) return `${head}.`;
  return `${head}: ${listed(most)}, against ${comparedWith(baseline)}.`;
}

/** The line, and a bar for each mark once its contribution is known. */
@customElement("regulens-answer")
export class Answer extends LitElement {
  @property() line = "";
  @property({ attribute: false }) shares: readonly MarkShare[] = [];
  /** Unit of the bars: "log-odds of on". */
  @property() unit = "";
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

      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(5.5rem, 1fr));
        gap: var(--space-1) var(--space-3);
        /* Room for the bars that come, so that nothing below them jumps. */
        min-height: 2.5rem;
        font-size: var(--text-xs);
      }

      li {
        display: grid;
        grid-template-columns: auto auto;
        justify-content: space-between;
        gap: 2px var(--space-1);
      }

      .bar {
        position: relative;
        grid-column: 1 / -1;
        height: 6px;
        background: linear-gradient(var(--color-line-strong) 0 0) center / 1px 100% no-repeat;
      }

      .bar span {
        position: absolute;
        inset-block: 0;
      }
    `,
  ];

  override render() {
    const { line, shares, unit } = this;
    const most = Math.max(...shares.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
    const { up, down } = changeColours(this.#plots.theme);
    const bar = (value: number) => {
      const width = `${(50 * Math.abs(value)) / most}%`;
      const [side, background] = value < 0 ? (["right", down] as const) : (["left", up] as const);
      return html`<span style=${inlineStyle({ width, [side]: "50%", background })}></span>`;
    };
    return html`<p>${line}</p>
      <ul aria-label="Contributions of marks${unit ? `, ${unit}` : ""}" title=${unit || nothing}>
        ${shares.map(
          ({ mark, value }) =>
            html`<li>
              <span>${mark}</span><span class="number">${formatSigned(value)}</span>
              <span class="bar" aria-hidden="true">${bar(value)}</span>
            </li>`,
        )}
      </ul>`;
  }
}
