/** Which rows of a long list are drawn: those in view, and some around them. */

/** Rows from `first` up to but not including `last`. */
export interface RowWindow {
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
export function within(top: number, viewHeight: number, height: number): number {
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
