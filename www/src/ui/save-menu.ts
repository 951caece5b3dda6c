/**
 * Exports of a figure: SVG, PNG, its numbers, a copy, a sentence for its legend; in the width of a journal's column, on
 * white by default. Loaded when it is opened.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { copyText, saveFile } from "../export/save";
import { downloadName } from "../export/names";
import { PLOT_DPI, pngFile, type Provenance, svgFile } from "../export/plot";
import { legendSentence, withSmallPrint } from "../export/small-print";
import { dark, light, type Theme } from "../plots/core/colour";
import { unescapeXml } from "../plots/core/svg";
import type { Drawing } from "./drawing";
import { controls } from "./styles/shared";

/** Widths of columns and pages of journals, in millimetres; by default as on the screen. */
const WIDTHS = [
  { millimetres: 89, name: "89 mm, one column" },
  { millimetres: 120, name: "120 mm, a column and a half" },
  { millimetres: 183, name: "183 mm, two columns" },
] as const;
const DPI = [300, 600] as const;
const INCH = 25.4;

interface Choice {
  readonly millimetres: number | undefined;
  readonly ground: "light" | "dark";
  readonly dpi: number;
}

/** The latest choice, which also applies to the next figure. */
let choice: Choice = { millimetres: undefined, ground: "light", dpi: 300 };

/** A figure as displayed. */
interface Shown {
  readonly drawing: Drawing;
  readonly provenance: Provenance;
  /** Width in pixels. */
  readonly width: number;
  readonly theme: Theme;
}

/** The figure as saved. */
function plotOf({ drawing, provenance, theme: shown, width }: Shown): string {
  const { millimetres, ground } = choice;
  // A page around the element may have set its own colours.
  const theme = shown.name === ground ? shown : ground === "dark" ? dark : light;
  const wide = millimetres === undefined ? width : Math.round((millimetres / INCH) * PLOT_DPI);
  return withSmallPrint(drawing.draw({ width: wide, theme }), provenance, theme);
}

/** The figure as PNG. */
export function pngOf(shown: Shown): Promise<Blob> {
  return pngFile(plotOf(shown), choice.dpi);
}

/** The menu. Sends `close` when done, and `failed` with an `Error` if a save fails. */
@customElement("regulens-save-menu")
export class SaveMenu extends LitElement {
  @property({ attribute: false }) drawing!: Drawing;
  @property({ attribute: false }) provenance!: Provenance;
  @property() table = "";
  @property() label = "";
  /** Displayed width of the figure in pixels, and its colours. */
  @property({ attribute: false }) width = 0;
  @property({ attribute: false }) theme: Theme = light;
  @internal() private choice = choice;
  @internal() private said = "";

  static override styles = [
    controls,
    css`
      :host {
        position: absolute;
        inset-inline-end: 0;
        inset-block-end: calc(100% + var(--space-2));
        z-index: var(--layer-tooltip);
        width: min(24rem, 100%);
        padding: var(--space-4);
        border: var(--border);
        border-radius: var(--radius-lg);
        background: var(--color-surface-raised);
        box-shadow: var(--shadow-md);
      }

      .menu,
      .legend {
        display: grid;
        gap: var(--space-3);
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      label {
        display: grid;
        gap: 2px;
        flex: 1 1 6rem;
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      .legend {
        gap: var(--space-2);
        padding-block-start: var(--space-3);
        border-block-start: var(--border);
      }

      .legend p {
        max-height: 8rem;
        overflow: auto;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.#outside);
    this.addEventListener("keydown", this.#escape);
  }

  override disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this.#outside);
    this.removeEventListener("keydown", this.#escape);
    super.disconnectedCallback();
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector("button")?.focus();
  }

  override render() {
    const { millimetres, ground, dpi } = this.choice;
    const shown = Math.round((this.width / PLOT_DPI) * INCH);
    return html`<div class="menu" role="dialog" aria-label="Save ${this.label}">
      <div class="row">
        <button class="small" aria-label="Save ${this.label} as SVG" @click=${this.#svg}>SVG</button>
        <button class="small" aria-label="Save ${this.label} as PNG" @click=${() => void this.#png()}>PNG</button>
        ${
          this.drawing.tsv
            ? html`<button class="small" aria-label="Save ${this.label} as TSV" @click=${this.#tsv}>TSV</button>`
            : nothing
        }
        <button class="small" aria-label="Copy picture of ${this.label}" @click=${() => void this.#copy()}>
          Copy picture
        </button>
      </div>
      <div class="row">
        <label
          >Width
          <select
            @change=${(event: Event) =>
              this.#choose({ millimetres: Number((event.target as HTMLSelectElement).value) || undefined })}
          >
            <option value="" ?selected=${millimetres === undefined}>as shown, ${shown} mm</option>
            ${WIDTHS.map(
              (each) =>
                html`<option value=${each.millimetres} ?selected=${each.millimetres === millimetres}>
                  ${each.name}
                </option>`,
            )}
          </select></label
        >
        <label
          >Ground
          <select
            @change=${(event: Event) =>
              this.#choose({ ground: (event.target as HTMLSelectElement).value === "dark" ? "dark" : "light" })}
          >
            <option value="light" ?selected=${ground === "light"}>light</option>
            <option value="dark" ?selected=${ground === "dark"}>dark</option>
          </select></label
        >
        <label
          >PNG
          <select @change=${(event: Event) => this.#choose({ dpi: Number((event.target as HTMLSelectElement).value) })}>
            ${DPI.map((each) => html`<option value=${each} ?selected=${each === dpi}>${each} dpi</option>`)}
          </select></label
        >
      </div>
      <div class="legend small">
        <p>${this.#legend}</p>
        <div class="row">
          <button class="quiet small" @click=${() => void this.#copyLegend()}>Copy this sentence for the legend</button>
          <span role="status">${this.said}</span>
        </div>
      </div>
    </div>`;
  }

  #choose(change: Partial<Choice>): void {
    this.choice = choice = { ...this.choice, ...change };
  }

  get #legend(): string {
    const title = /<title>([^<]*)<\/title>/.exec(this.drawing.draw({ width: this.width, theme: light }))?.[1] ?? "";
    return legendSentence(unescapeXml(title), this.provenance);
  }

  #svg = (): void => {
    saveFile(this.#name("svg"), svgFile(plotOf(this), this.provenance, this.choice.millimetres));
    this.#close();
  };

  #tsv = (): void => {
    saveFile(this.#name("tsv"), this.drawing.tsv?.() ?? "");
    this.#close();
  };

  async #png(): Promise<void> {
    try {
      saveFile(this.#name("png"), await pngOf(this));
      this.#close();
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: error, bubbles: true, composed: true }));
    }
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": pngOf(this) })]);
      this.said = "The picture was copied.";
    } catch {
      this.said = "This browser does not let pictures be copied; save it as PNG.";
    }
  }

  async #copyLegend(): Promise<void> {
    this.said = (await copyText(this.#legend)) ? "Copied." : "This browser does not let text be copied; select it.";
  }

  #name(extension: "svg" | "png" | "tsv"): string {
    return downloadName(this.table, this.drawing.saved, extension, this.drawing.gene);
  }

  #outside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.#close();
  };

  #escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.#close();
  };

  #close(): void {
    this.dispatchEvent(new CustomEvent("close"));
  }
}
