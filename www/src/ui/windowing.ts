/** Which rows of a long list are drawn: those in view, and some around them. */

/** Rows from `first` up to but not including `last`. */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** Rows drawn beyond each edge of the view, so that scrolling does not outrun drawing. */
const AROUND = 8;

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
