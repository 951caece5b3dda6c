/**
 * Demonstration on the page's first screen: an example gene as the page draws it, and the marks that carry its
 * prediction. `build-first-gene.mjs` precomputed the numbers; opening the gene computes them here.
 */

import { css, html, LitElement } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { carriedBy } from "./carried";
import { geneTracks } from "../../../plots";
import type { Session } from "../../../session/session";
import { controls } from "../../../ui/styles/shared";
import { PlotTheme } from "../../../ui/theme/theme";
import first from "./first-gene.json";

/** Range of widths that the plot is designed for. */
const [NARROWEST, WIDEST] = [320, 900];

/** The example gene. */
@customElement("regulens-first-gene")
export class FirstGene extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** True if it can be opened now. */
  @property({ type: Boolean }) ready = false;
  @internal() private width = 0;
  /** True if the most important mark is removed. */
  @internal() private taken = false;
  readonly #plots = new PlotTheme(this);
  readonly #resized = new ResizeObserver(([entry]) => {
    this.width = Math.round(Math.max(NARROWEST, Math.min(WIDEST, entry?.contentRect.width ?? 0)));
  });

  static override styles = [
    controls,
    css`
      section {
        display: flex;
        flex-direction: column;
        gap: var(--space-2);
        height: 100%;
        padding-block: var(--space-3);
      }

      .picture {
        min-height: 19rem;
      }

      .picture > svg {
        display: block;
        max-width: 100%;
        height: auto;
      }

      .story {
        line-height: var(--leading-snug);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }

      label {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        cursor: pointer;
      }
    `,
  ];

  override firstUpdated(): void {
    const place = this.renderRoot.querySelector(".picture");
    if (place) this.#resized.observe(place);
  }

  override disconnectedCallback(): void {
    this.#resized.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    const { mark, probability, without, others, gene } = first;
    const story = carriedBy(probability, [
      { mark, probability: without.probability },
      { mark: "", probability: others },
    ]);
    return html`<section class="panel" aria-label="An example">
      <p class="story"><strong>${story?.heading}</strong> ${story?.text}</p>
      <div class="picture">${this.width > 0 ? unsafeHTML(this.#picture()) : ""}</div>
      <div class="actions">
        <button ?disabled=${!this.ready} @click=${this.#open}>Open this gene</button>
        <label class="small">
          <input
            type="checkbox"
            .checked=${this.taken}
            @change=${(event: Event) => (this.taken = (event.target as HTMLInputElement).checked)}
          />
          Take ${mark} away
        </label>
        <span class="small muted">${gene} is simulated.</span>
      </div>
    </section>`;
  }

  #picture(): string {
    const { marks, mark, signal, alpha, probability, without, gene, window, binSize, label } = first;
    const taken = marks.indexOf(mark);
    return geneTracks({
      ...{ width: this.width, theme: this.#plots.theme, gene, marks, binSize, label },
      window: { ...window, strand: "genomic" },
      signal: signal.map((value, i) => (this.taken && i % marks.length === taken ? 0 : value)),
      alpha: this.taken ? without.alpha : alpha,
      probability: this.taken ? without.probability : probability,
      signalName: this.taken ? `reads per bin, without ${mark}` : "reads per bin",
    });
  }

  #open = (): void => {
    const example = this.session.state.catalogue?.examples.find(({ id }) => id === first.example);
    if (example) void this.session.openExample(example, first.gene);
  };
}
