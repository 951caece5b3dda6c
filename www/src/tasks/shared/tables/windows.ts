/** The window of a model of genes, and what is read off one of its bins. */

import type { ModelCard } from "../../../../../pkg/src/index";
import type { BinReading, Window } from "../../../plots";
import type { OpenedModel } from "../../../session/opened";
import type { Reading } from "../../../ui/drawing";

/** The window that a model of genes sees: its card always says one. */
export function cardWindow({ window }: Pick<ModelCard, "window">): NonNullable<ModelCard["window"]> {
  if (!window) throw new Error("The card of this model says no window around a gene.");
  return { ...window, anchor: window.anchor || "TSS" };
}

/** True of bins whose first is the furthest upstream on the gene's own strand. */
export function isFlipped({ strand }: Pick<ModelCard, "strand">): boolean {
  return strand === "transcription";
}

/** The order of bins, in words. */
export function orderInWords(card: Pick<ModelCard, "strand">): string {
  return isFlipped(card) ? "in the direction of transcription" : "in genomic order";
}

/** The same, as plots take it. */
export function windowOf({ model: { card } }: { readonly model: OpenedModel }): Window {
  // Plots know one other order than the genomic.
  return { ...cardWindow(card), strand: card.strand as Window["strand"] };
}

/** Readout of a bin. */
export function atBin(
  bin: BinReading | undefined,
  columns: readonly string[],
  rows: (bin: number) => Reading["rows"],
): Reading | undefined {
  return bin && { left: bin.left, right: bin.right, title: bin.text, columns, rows: rows(bin.bin) };
}
