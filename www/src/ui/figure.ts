/** A plot in the page: drawn to its width, with readings by pointer or arrow keys; copied, or saved as SVG or PNG. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { inlineStyle } from "./inline-style";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { withSmallPrint } from "../export/small-print";
import type { Provenance } from "../export/plot";
import type { Reading } from "../plots/core/hover";
import { madeOf, type Drawing } from "./drawing";
import { check, paste, save } from "./icons";
import { markName, markStyles } from "./mark-name";
import { controls } from "./styles/shared";
import type { Theme } from "../plots";
import { PlotTheme } from "./theme/theme";

/** Range of widths that the plots are designed for. */
const [NARROWEST, WIDEST] = [320, 1200];
/** Minimum letter size of small print on a screen, in pixels. */
const SMALLEST = 9.5;

/**
 * A plot in the page. Sends `failed` with an `Error` if it cannot be saved or copied, `place` when the position being
 * read changes, and `choose` with that position on a click or Enter. The default slot is beside its tools.
 */
@customElement("regulens-figure")
export class Figure extends LitElement {
  @property({ attribute: false }) drawing!: Drawing;
  /** Provenance of the figure, for the saved file. */
  @property({ attribute: false }) provenance!: Provenance;
  /** The table's file, for the saved file's name. */
  @property() table = "";
  @property() label = "";
  /** The position being read; several figures can share it. */
  @property({ attribute: false }) place: number | undefined;
  /**
   * True if a range of positions can be selected, by dragging or by Shift and the arrow keys; it then sends `brush`
   * with the first and the last.
   */
  @property({ type: Boolean }) brushable = false;
  /** The selected range of positions. */
  @property({ attribute: false }) brush: readonly [number, number] | undefined;
  /** True if another drawing has the same positions, so that the one being read stays. */
  @property({ type: Boolean }) steady = false;
  @internal() private width = 0;
  /** Letter size of the small print, in pixels of the picture. */
  @internal() private print = SMALLEST;
  /** True while the save menu is open. */
  @internal() private menu = false;
  /** True once the current picture has been copied. */
  @internal() private isCopied = false;
  /** Start of the selected range. */
  #anchor: number | undefined;
  #plots = new PlotTheme(this);
  // In the next frame: a change of height within the observer's own callback is an error in the page's window.
  #resized = new ResizeObserver(() => requestAnimationFrame(this.#fit));
  /** Cache of the last picture, since the pointer's movements do not change it. */
  #drawn: { drawing: Drawing; width: number; theme: Theme; print: number; picture: string } | undefined;

  static override styles = [
    controls,
    markStyles,
    css`
      figure {
        position: relative;
      }

      .picture {
        position: relative;
      }

      /* Over the picture, which keeps its own name and description for screen readers. */
      .reader {
        position: absolute;
        inset: 0;
        border-radius: var(--radius-sm);
        touch-action: pan-y;
      }

      .picture > div > svg {
        display: block;
        width: 100%;
        height: auto;
      }

      .cursor {
        position: absolute;
        inset-block: 0;
        background: color-mix(in srgb, var(--color-accent) 14%, transparent);
        pointer-events: none;
      }

      .brush {
        position: absolute;
        inset-block: 0;
        border-inline: 1.5px solid var(--color-accent);
        background: color-mix(in srgb, var(--color-accent) 10%, transparent);
        pointer-events: none;
      }

      .reading {
        position: absolute;
        inset-block-start: var(--space-2);
        z-index: var(--layer-tooltip);
        max-width: min(19rem, 90%);
        padding: var(--space-2) var(--space-3);
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-surface-raised);
        box-shadow: var(--shadow-md);
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
        pointer-events: none;
      }

      .reading table {
        border-collapse: collapse;
        margin-block-start: var(--space-1);
        width: 100%;
      }

      .reading th {
        font-weight: var(--weight-normal);
        color: var(--color-ink-muted);
        text-align: end;
      }

      .reading th:first-child,
      .reading tbody th {
        text-align: start;
        color: var(--color-ink);
      }

      .reading td {
        padding-inline-start: var(--space-4);
        text-align: end;
        font-variant-numeric: tabular-nums;
      }

      .tools {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: var(--space-1);
        margin-block-start: calc(-1 * var(--space-2));
      }

      ::slotted(*) {
        margin-inline-end: auto;
      }

      /* Its picture says it: beside what stands in the slot there is no room for a word. */
      .copy {
        padding-inline: var(--space-2);
      }

      @media print {
        .tools {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    this.#resized.disconnect();
    super.disconnectedCallback();
  }

  /** Takes the width of its container, if it has one. */
  #fit = (): void => {
    // In its own pixels, whatever the page's scale.
    const width = this.clientWidth;
    if (width === 0) return;
    this.width = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
    // In a narrower container the picture is scaled down, but its small print must stay legible.
    this.print = Math.round(10 * SMALLEST * Math.max(1, this.width / width)) / 10;
  };

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // Drawn at once, since the surroundings have their size, so that nothing below moves later.
    if (this.width === 0) this.#fit();
    if (changed.has("drawing")) this.isCopied = false;
    if (!changed.has("drawing") || changed.has("place") || this.steady) return;
    // A picture with more detail at the same positions keeps the one being read.
    const before = changed.get("drawing") as Drawing | undefined;
    if (before?.places !== this.drawing?.places) this.place = undefined;
  }

  override render() {
    if (this.width === 0) return nothing;
    const { places } = this.drawing;
    const reading = this.place === undefined ? undefined : places?.read(this.frame, this.place);
    return html`<figure>
      <div class="picture">
        <div>${unsafeHTML(this.#picture())}</div>
        ${this.brushable ? this.#brushed() : nothing} ${reading ? this.#cursor(reading) : nothing}
        ${
          places
            ? html`<div
                class="reader"
                tabindex="0"
                role="slider"
                aria-label="${this.label}, read by ${places.name}"
                aria-valuemin="1"
                aria-valuemax=${places.count}
                aria-valuenow=${this.place ?? 1}
                aria-description=${
                  this.brushable
                    ? `Hold Shift with the arrow keys, or drag, to choose several ${places.name}s`
                    : nothing
                }
                aria-valuetext=${
                  reading ? spoken(reading) : `Press an arrow key to read the values ${places.name} by ${places.name}`
                }
                @pointermove=${this.#point}
                @pointerdown=${this.#point}
                @pointerup=${this.#release}
                @pointerleave=${this.#leave}
                @blur=${this.#leave}
                @click=${this.#choose}
                @keydown=${this.#step}
              ></div>`
            : nothing
        }
      </div>
      <div class="tools">
        <slot></slot>
        <button
          class="quiet small copy"
          title=${this.isCopied ? "Copied" : "Copy the picture"}
          aria-label="Copy ${this.label}"
          @click=${() => void this.#copy()}
        >
          ${this.isCopied ? check : paste}
        </button>
        <span class="visually-hidden" role="status">${this.isCopied ? "Copied" : nothing}</span>
        <button
          class="quiet small"
          aria-haspopup="dialog"
          aria-expanded=${this.menu}
          aria-label="Save ${this.label}"
          @click=${() => void this.#toggleMenu()}
        >
          ${save} Save
        </button>
        ${
          this.menu
            ? html`<regulens-save-menu
                .drawing=${this.drawing}
                .provenance=${madeOf(this.drawing, this.provenance)}
                table=${this.table}
                label=${this.label}
                .width=${this.width}
                .theme=${this.#plots.theme}
                @close=${this.#closeMenu}
              ></regulens-save-menu>`
            : nothing
        }
      </div>
    </figure>`;
  }

  /** Current width and theme of the picture. */
  get frame() {
    return { width: this.width, theme: this.#plots.theme };
  }

  #picture(): string {
    const { width, theme } = this.frame;
    const { print, drawing } = this;
    const before = this.#drawn;
    if (before?.drawing === drawing && before.width === width && before.theme === theme && before.print === print)
      return before.picture;
    const picture = withSmallPrint(drawing.draw({ width, theme }), madeOf(drawing, this.provenance), theme, print);
    this.#drawn = { drawing, width, theme, print, picture };
    return picture;
  }

  #cursor({ left, right, title, columns, rows }: Reading) {
    const share = (pixel: number): string => `${(100 * pixel) / this.width}%`;
    const onLeft = left > this.width / 2;
    const beside = onLeft
      ? { right: share(this.width - left + 12), left: "auto" }
      : { left: share(right + 12), right: "auto" };
    return html`<div
        class="cursor"
        style=${inlineStyle({ left: share(left), width: share(Math.max(2, right - left)) })}
      ></div>
      <div class="reading" style=${inlineStyle(beside)}>
        <strong>${title}</strong>
        <table>
          <thead>
            <tr>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ name, isMark, values }) =>
                html`<tr>
                  <th scope="row">${isMark ? markName(name, this.#plots.theme) : name}</th>
                  ${values.map((value) => html`<td>${value}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  /** Position of the pointer, in pixels of the picture. */
  inPicture({ clientX, clientY }: Pick<MouseEvent, "clientX" | "clientY">): { readonly x: number; readonly y: number } {
    const box = (this.renderRoot.querySelector(".picture") ?? this).getBoundingClientRect();
    // The picture may be displayed smaller than it was drawn.
    const scale = this.width / box.width;
    return { x: (clientX - box.left) * scale, y: (clientY - box.top) * scale };
  }

  #point = (event: PointerEvent): void => {
    const { x, y } = this.inPicture(event);
    const place = this.drawing.places?.at(this.frame, x, y);
    this.#read(place);
    if (!this.brushable || place === undefined) return;
    if (event.type === "pointerdown" && event.button === 0) {
      this.#anchor = place;
      // Follows the pointer beyond the picture too; a pointer that has been released cannot be captured.
      if (event.isTrusted) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    } else if (this.#anchor !== undefined && event.buttons === 1 && place !== this.#anchor) this.#extend(place);
  };

  #release = (): void => void (this.#anchor = undefined);

  /** Extends the selected range to this position. */
  #extend(place: number): void {
    const from = this.#anchor ?? place;
    this.brush = [Math.min(from, place), Math.max(from, place)];
    this.dispatchEvent(new CustomEvent("brush", { detail: this.brush }));
  }

  #brushed() {
    const { places } = this.drawing;
    const [first, last] = (this.brush ?? []).map((place) => places?.read(this.frame, place));
    if (!first || !last) return nothing;
    return html`<div
      class="brush"
      style=${inlineStyle({
        left: `${(100 * first.left) / this.width}%`,
        width: `${(100 * Math.max(2, last.right - first.left)) / this.width}%`,
      })}
    ></div>`;
  }

  #leave = (): void => this.#read(undefined);

  #choose = (): void => {
    if (this.place !== undefined) this.dispatchEvent(new CustomEvent("choose", { detail: this.place }));
  };

  #step = (event: KeyboardEvent): void => {
    if (event.key === "Enter") return this.#choose();
    const count = this.drawing.places?.count ?? 0;
    const row = this.drawing.places?.row;
    const middle = Math.ceil(count / 2);
    const from = this.place;
    const steps: Record<string, number | undefined> = {
      ArrowLeft: (from ?? middle + 1) - 1,
      ArrowDown: row === undefined ? (from ?? middle + 1) - 1 : (from ?? middle) + row,
      ArrowRight: (from ?? middle - 1) + 1,
      ArrowUp: row === undefined ? (from ?? middle - 1) + 1 : (from ?? middle) - row,
      PageDown: (from ?? middle) - 10,
      PageUp: (from ?? middle) + 10,
      Home: 1,
      End: count,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const place = Math.max(1, Math.min(count, to));
    this.#read(place);
    if (!this.brushable) return;
    if (event.shiftKey) {
      this.#anchor ??= from ?? place;
      this.#extend(place);
    } else this.#anchor = undefined;
  };

  #read(place: number | undefined): void {
    if (place === this.place) return;
    this.place = place;
    this.dispatchEvent(new CustomEvent("place", { detail: place }));
  }

  async #toggleMenu(): Promise<void> {
    if (this.menu) return this.#closeMenu();
    try {
      await import("./save-menu");
      this.menu = true;
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: error, bubbles: true, composed: true }));
    }
  }

  /** Copies the picture as the menu would save it. */
  async #copy(): Promise<void> {
    const { drawing, provenance, frame } = this;
    const shown = { drawing, provenance: madeOf(drawing, provenance), ...frame };
    // Begun within the click, since browsers only then grant access to the clipboard.
    const png = import("./save-menu").then(({ pngOf }) => pngOf(shown));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
      this.isCopied = this.drawing === drawing;
    } catch {
      const detail = new Error("This browser does not let pictures be copied; save it as PNG.");
      this.dispatchEvent(new CustomEvent("failed", { detail, bubbles: true, composed: true }));
    }
  }

  #closeMenu = (): void => {
    const hadFocus = this.renderRoot.querySelector("regulens-save-menu")?.matches(":focus-within") === true;
    this.menu = false;
    // A click elsewhere keeps the focus there.
    if (hadFocus) this.renderRoot.querySelector<HTMLElement>(".tools [aria-haspopup]")?.focus();
  };
}

/** A reading as a sentence. */
function spoken({ title, columns, rows }: Reading): string {
  return `${title}: ${rows
    .map(({ name, values }) => `${name} ${values.map((value, i) => `${columns[i + 1]} ${value}`).join(", ")}`)
    .join("; ")}`;
}
