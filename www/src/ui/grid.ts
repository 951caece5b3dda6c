/**
 * A table of many rows: sorted by its columns, walked by keyboard. Only the rows in view are drawn, so 20,000 scroll as
 * 20 do.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { inlineStyle } from "./inline-style";
import { markStyles } from "./mark-name";
import type { Sort } from "./sorting";
import { gridStyles } from "./styles/grid";
import { controls } from "./styles/shared";

/** A column: what it is called, how it sorts, what an item has in it. */
export interface Column<Key extends string = string> {
  readonly key: Key;
  readonly name: string;
  /** The name in full, for a screen reader and a tooltip. */
  readonly title: string;
  readonly width: string;
  /** True for a column of words, which begin at its left; numbers end at its right. */
  readonly isText?: boolean | undefined;
  /** The colour of the line under its head. */
  readonly colour?: string | undefined;
  cell(item: number): TemplateResult | string;
  /** Text of an item, where the cell is no text: names may be cut. */
  text?(item: number): string;
}

/** A bar under a number: how much of 1 it is. */
export function shade(share: number, colour: string): TemplateResult {
  return html`<span
    class="shade"
    style=${inlineStyle({ width: `${100 * Math.max(0, Math.min(1, share))}%`, background: colour })}
  ></span>`;
}

/** Pixels beyond the edge that hide next to nothing: about the space after the text of the last column. */
const MARGIN = 12;

/**
 * A table of many rows; the first column names them. Sends `sort` with a column's key, `select` with an item, `seen`
 * with the items in view. The
 * default slot is shown for no rows.
 */
@customElement("regulens-grid")
export class Grid extends LitElement {
  @property() label = "";
  @property({ attribute: false }) columns: readonly Column[] = [];
  /** Items in the order of their rows. */
  @property({ attribute: false }) order: Uint32Array = new Uint32Array(0);
  /** Source of the items; when it changes, the item that is looked at comes into view. */
  @property({ attribute: false }) of: object | undefined;
  /** The item that is looked at; another one comes into view. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) sort: Sort | undefined;
  /** The row of the keyboard's cursor. */
  @internal() private active = 0;
  @internal() private rows: RowWindow = { first: 0, last: 0 };
  /** Where columns go on beyond the right edge: how far the edge is from that of the table, in pixels. */
  @internal() private edge: number | undefined;
  @query(".grid") private grid!: HTMLElement;
  /** By how many pixels rows are laid out nearer to the beginning than they are, in a list too high to be laid out. */
  @internal() private shift = 0;
  /** Where in the list the view begins, in pixels, and where the browser scrolled to for it. */
  #top = 0;
  #scrolled = 0;
  #seen = "";
  /** True while the item that is looked at is still to come into view. */
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

  /** Brings the item that is looked at into view, as soon as there is a height to do it in. */
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

  /** Scrolls by the wheel: the browser's own step would pass over rows of a list that is not laid out in full. */
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
    // The browser's rounding is less than a row of a list that is laid out in full, and many of another.
    this.#top = height > HIGHEST ? within(top, this.#viewHeight, height) : this.#scrolled;
  }

  /** Draws what has come into view. */
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

  /** Tells which items are in view; in a grid that is not shown none is. */
  #tellSeen(): void {
    const [top, height] = [this.#top, this.#viewHeight];
    const row = (at: number): number => Math.max(0, Math.ceil(at / this.#rowHeight));
    const seen = height > 0 ? Array.from(this.order.subarray(row(top - this.#rowHeight), row(top + height))) : [];
    if (seen.join() === this.#seen) return;
    this.#seen = seen.join();
    this.dispatchEvent(new CustomEvent("seen", { detail: seen }));
  }

  /** A number that is cut would be read as another: it fades where columns go on. */
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

  /** Height of the rows' part of the grid: all but the head, which stays in view. */
  get #viewHeight(): number {
    return this.grid.clientHeight - this.#rowHeight;
  }
}

/** Rows from `first` up to but not including `last`. */
interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows drawn beyond each edge of the view, so that scrolling does not outrun drawing. */
const AROUND = 8;

/**
 * The highest list, in pixels, that is laid out as it is. Browsers lose places beyond some 17 million, and from 8
 * million on a float can no longer tell halves of a pixel.
 */
export const HIGHEST = 8_000_000;

/** Laid-out height of a list of `height` pixels. One that is not laid out in full is scrolled in longer steps. */
export function laidOut(height: number): number {
  return Math.min(height, HIGHEST);
}

/** Where in a list of `height` pixels the view begins that was scrolled to. */
export function topAt(scrollTop: number, viewHeight: number, height: number): number {
  if (height <= HIGHEST) return scrollTop;
  return within((scrollTop / (HIGHEST - viewHeight)) * (height - viewHeight), viewHeight, height);
}

/** Where to scroll so that the view begins at `top` of a list of `height` pixels. */
export function scrollTopFor(top: number, viewHeight: number, height: number): number {
  return height <= HIGHEST ? top : (within(top, viewHeight, height) / (height - viewHeight)) * (HIGHEST - viewHeight);
}

/** The beginning of a view that is nearest to `top`. */
function within(top: number, viewHeight: number, height: number): number {
  return Math.max(0, Math.min(height - viewHeight, top));
}

/** The rows to draw of `count` rows that are each `rowHeight` pixels high. */
export function visibleRows(scrollTop: number, viewHeight: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - AROUND);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + AROUND);
  return { first: Math.min(first, last), last };
}

/** Where to scroll so that `row` is wholly in view; the present position if it is already. */
export function scrollToRow(row: number, scrollTop: number, viewHeight: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return Math.max(scrollTop, top + rowHeight - viewHeight);
}
