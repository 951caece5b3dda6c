/**
 * A table of many rows, sorted by its columns, navigated by keyboard. Only the rows in view are drawn, so that 20,000
 * scroll like 20.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { inlineStyle } from "./inline-style";
import { markStyles } from "./mark-name";
import type { Sort } from "./sorting";
import { gridStyles } from "./styles/grid";
import { controls } from "./styles/shared";

/** A column: its name, its sorting, and its cells. */
export interface Column<Key extends string = string> {
  readonly key: Key;
  readonly name: string;
  /** The name in full, for a screen reader and a tooltip. */
  readonly title: string;
  readonly width: string;
  /** True for a column of text, which is left-aligned; numbers are right-aligned. */
  readonly isText?: boolean | undefined;
  /** The colour of the line under its heading. */
  readonly colour?: string | undefined;
  cell(item: number): TemplateResult | string;
  /** Text of an item, if the cell is not plain text: names may be truncated. */
  text?(item: number): string;
}

/** A bar under a number, for its fraction of 1. */
export function shade(share: number, colour: string): TemplateResult {
  return html`<span
    class="shade"
    style=${inlineStyle({ width: `${100 * Math.max(0, Math.min(1, share))}%`, background: colour })}
  ></span>`;
}

/** Pixels beyond the edge that hide almost nothing: about the space after the text of the last column. */
const MARGIN = 12;

/**
 * A table of many rows; the first column names them. Sends `sort` with a column's key, `select` with an item, `seen`
 * with the items in view. The default slot is shown if there are no rows.
 */
@customElement("regulens-grid")
export class Grid extends LitElement {
  @property() label = "";
  @property({ attribute: false }) columns: readonly Column[] = [];
  /** Items in the order of their rows. */
  @property({ attribute: false }) order: Uint32Array = new Uint32Array(0);
  /** Source of the items; when it changes, the selected item is scrolled into view. */
  @property({ attribute: false }) of: object | undefined;
  /** The selected item; a new one is scrolled into view. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) sort: Sort | undefined;
  /** The row of the keyboard cursor. */
  @internal() private active = 0;
  @internal() private rows: RowWindow = { first: 0, last: 0 };
  /** Distance in pixels between the right edges of view and table, if further columns are hidden. */
  @internal() private edge: number | undefined;
  @query(".grid") private grid!: HTMLElement;
  /** Offset in pixels by which rows are laid out nearer to the start, in a list too high for the browser. */
  @internal() private shift = 0;
  /** Top of the view in the list, in pixels, and the corresponding scroll position. */
  #top = 0;
  #scrolled = 0;
  #seen = "";
  /** True until the selected item has been scrolled into view. */
  #isToShow = false;
  #resized = new ResizeObserver(() => {
    this.#show();
    this.#look();
  });

  static override styles = [controls, markStyles, gridStyles];

  override disconnectedCallback(): void {
    this.#resized.disconnect();
    super.disconnectedCallback();
  }

  override firstUpdated(): void {
    this.#resized.observe(this.grid);
    this.#look();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("selected") || changed.has("of")) this.#isToShow = true;
    if (!changed.has("order")) return;
    this.active = 0;
    if (this.grid) this.#scrollTo(0);
    this.#look();
  }

  override updated(): void {
    this.#show();
    this.#lookRight();
  }

  override focus(options?: FocusOptions): void {
    this.grid.focus(options);
  }

  /** Scrolls the selected item into view, as soon as the grid has a height. */
  #show(): void {
    if (!this.#isToShow || this.selected === undefined || this.order.length === 0 || this.#viewHeight <= 0) return;
    this.#isToShow = false;
    const position = this.order.indexOf(this.selected);
    if (position < 0) return;
    this.active = position;
    this.#scrollTo(scrollToRow(position, this.#top, this.#viewHeight, this.#rowHeight));
    this.#look();
  }

  override render() {
    const count = this.order.length;
    const end = this.edge === undefined ? undefined : `${this.edge}px`;
    const { first, last } = this.rows;
    const shown = Array.from(this.order.subarray(first, last));
    const template = this.columns.map(({ width }) => width).join(" ");
    return html`<div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label=${this.label}
        aria-rowcount=${count + 1}
        aria-colcount=${this.columns.length}
        aria-activedescendant=${count > 0 ? `row-${this.active}` : nothing}
        @scroll=${this.#look}
        @keydown=${this.#key}
        @wheel=${this.#height > HIGHEST ? this.#wheel : nothing}
      >
        <div class="head row" role="row" aria-rowindex="1" style=${inlineStyle({ "grid-template-columns": template })}>
          ${this.columns.map((column, i) => this.#head(column, i))}
        </div>
        <div class="body" role="rowgroup" style=${inlineStyle({ height: `${laidOut(this.#height)}px` })}>
          ${shown.map((item, i) => this.#row(item, first + i, template))}
        </div>
        ${count === 0 ? html`<p class="none"><slot></slot></p>` : nothing}
      </div>
      ${end ? html`<div class="edge" style=${inlineStyle({ "inset-inline-end": end })}></div>` : nothing}`;
  }

  #head({ key, name, title, colour = "transparent", isText }: Column, position: number) {
    const { sort } = this;
    const sorted = sort?.key === key ? (sort.descending ? "descending" : "ascending") : "none";
    return html`<div
      role="columnheader"
      aria-sort=${sorted}
      aria-label=${title}
      class=${position === 0 || isText ? "" : "value"}
      style=${inlineStyle({ "border-block-end-color": colour })}
    >
      <button
        class="quiet ${name.includes("\u200b") ? "breaks" : ""}"
        tabindex="-1"
        title=${title}
        @click=${() => this.dispatchEvent(new CustomEvent("sort", { detail: key }))}
      >
        <span>${name}</span
        ><span class="arrow" aria-hidden="true">${sorted === "none" ? "" : sorted === "descending" ? "▼" : "▲"}</span>
      </button>
    </div>`;
  }

  #row(item: number, position: number, template: string) {
    const classes = ["row", item === this.selected ? "selected" : "", position === this.active ? "active" : ""].join(
      " ",
    );
    return html`<div
      class=${classes}
      id="row-${position}"
      role="row"
      aria-rowindex=${position + 2}
      aria-selected=${item === this.selected}
      aria-current=${item === this.selected ? "true" : nothing}
      style=${inlineStyle({
        "grid-template-columns": template,
        transform: `translateY(${position * this.#rowHeight - this.shift}px)`,
      })}
      @click=${() => this.#choose(position)}
    >
      ${this.columns.map(({ cell, text, isText }, i) => {
        const content = cell(item);
        const title = i > 0 ? nothing : (text?.(item) ?? (typeof content === "string" ? content : nothing));
        const kind = i === 0 ? "name" : isText ? "" : "value";
        return html`<div role="gridcell" class=${kind} title=${title}>${content}</div>`;
      })}
    </div>`;
  }

  #choose(position: number): void {
    this.active = position;
    const item = this.order[position];
    if (item !== undefined) this.dispatchEvent(new CustomEvent("select", { detail: item }));
  }

  #key = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
    const moves: Record<string, number | undefined> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.order.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(this.order.length - 1, to));
      this.#scrollTo(scrollToRow(this.active, this.#top, this.#viewHeight, this.#rowHeight));
      this.#look();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(this.active);
    }
  };

  /** Scrolls by the wheel: the browser's own step would skip rows of a compressed list. */
  #wheel = (event: WheelEvent): void => {
    const { deltaX, deltaY, deltaMode } = event;
    if (event.ctrlKey || event.shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) return;
    event.preventDefault();
    const unit =
      deltaMode === WheelEvent.DOM_DELTA_LINE
        ? this.#rowHeight
        : deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? this.#viewHeight
          : 1;
    this.#scrollTo(this.#top + deltaY * unit);
    this.#look();
  };

  #scrollTo(top: number): void {
    const height = this.#height;
    this.grid.scrollTop = scrollTopFor(top, this.#viewHeight, height);
    this.#scrolled = this.grid.scrollTop;
    // The browser's rounding is less than a row in a list of full height, but many rows in a compressed one.
    this.#top = height > HIGHEST ? within(top, this.#viewHeight, height) : this.#scrolled;
  }

  /** Draws the rows that have come into view. */
  #look = (): void => {
    if (!this.grid) return;
    const { scrollTop } = this.grid;
    if (scrollTop !== this.#scrolled) this.#top = topAt(scrollTop, this.#viewHeight, this.#height);
    this.#scrolled = scrollTop;
    this.shift = this.#top - scrollTop;
    const { first, last } = visibleRows(this.#top, this.#viewHeight, this.#rowHeight, this.order.length);
    if (first !== this.rows.first || last !== this.rows.last) this.rows = { first, last };
    this.#lookRight();
    this.#tellSeen();
  };

  /** Reports the items in view; none in a hidden grid. */
  #tellSeen(): void {
    const [top, height] = [this.#top, this.#viewHeight];
    const row = (at: number): number => Math.max(0, Math.ceil(at / this.#rowHeight));
    const seen = height > 0 ? Array.from(this.order.subarray(row(top - this.#rowHeight), row(top + height))) : [];
    if (seen.join() === this.#seen) return;
    this.#seen = seen.join();
    this.dispatchEvent(new CustomEvent("seen", { detail: seen }));
  }

  /** A truncated number would be misread: numbers fade at the edge if further columns are hidden. */
  #lookRight(): void {
    const { scrollWidth, clientWidth, clientLeft, scrollLeft, offsetWidth } = this.grid;
    const goesOn = scrollWidth - clientWidth - scrollLeft > MARGIN;
    this.edge = goesOn ? offsetWidth - clientWidth - clientLeft : undefined;
  }

  /** Height of a row in pixels: the token's 2.25 rem at the reader's own text size. */
  get #rowHeight(): number {
    return 2.25 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** Height of all rows. */
  get #height(): number {
    return this.order.length * this.#rowHeight;
  }

  /** Height of the rows' part of the grid: all except the heading, which stays in view. */
  get #viewHeight(): number {
    return this.grid.clientHeight - this.#rowHeight;
  }
}

/** Rows from `first` to `last` (excluded). */
interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows drawn beyond each edge of the view, so that scrolling does not outrun drawing. */
const AROUND = 8;

/**
 * Maximum height, in pixels, of a list that is laid out in full. Browsers lose positions beyond some 17 million, and
 * from 8 million on a float can no longer represent halves of a pixel.
 */
export const HIGHEST = 8_000_000;

/** Laid-out height of a list of `height` pixels. A compressed list is scrolled in longer steps. */
export function laidOut(height: number): number {
  return Math.min(height, HIGHEST);
}

/** Top of the view, for a scroll position in a list of `height` pixels. */
export function topAt(scrollTop: number, viewHeight: number, height: number): number {
  if (height <= HIGHEST) return scrollTop;
  return within((scrollTop / (HIGHEST - viewHeight)) * (height - viewHeight), viewHeight, height);
}

/** Scroll position for a view that begins at `top` in a list of `height` pixels. */
export function scrollTopFor(top: number, viewHeight: number, height: number): number {
  return height <= HIGHEST ? top : (within(top, viewHeight, height) / (height - viewHeight)) * (HIGHEST - viewHeight);
}

/** The valid top of a view nearest to `top`. */
function within(top: number, viewHeight: number, height: number): number {
  return Math.max(0, Math.min(height - viewHeight, top));
}

/** The rows to draw, of `count` rows that are each `rowHeight` pixels high. */
export function visibleRows(scrollTop: number, viewHeight: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - AROUND);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + AROUND);
  return { first: Math.min(first, last), last };
}

/** Scroll position at which `row` is completely in view; the current one if it already is. */
export function scrollToRow(row: number, scrollTop: number, viewHeight: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}
