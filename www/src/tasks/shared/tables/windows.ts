/** The window of a model of genes, and what is read off one of its bins. */

import type { BinReading, Window } from "../../../plots";
import type { OpenedModel } from "../../../session/opened";
import type { Reading } from "../../../ui/drawing";

/** The window that a model of genes sees. */
export function windowOf({ model: { card } }: { readonly model: OpenedModel }): Window {
  return {
    anchor: card.window.anchor || "TSS",
    upstream: card.window.upstream,
    downstream: card.window.downstream,
    strand: "genomic",
  };
}

/** What is read off a bin. */
export function atBin(
  bin: BinReading | undefined,
  columns: readonly string[],
  rows: (bin: number) => Reading["rows"],
): Reading | undefined {
  return bin && { left: bin.left, right: bin.right, title: bin.text, columns, rows: rows(bin.bin) };
}
