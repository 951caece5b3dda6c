/** The window of a model of genes. */

import type { ModelCard } from "../../../../pkg/src/index";
import type { Window } from "../../plots";
import type { OpenedModel } from "../../session/opened";

/** The window that a model of genes sees: its card always says one. */
export function cardWindow({ window }: Pick<ModelCard, "window">): NonNullable<ModelCard["window"]> {
  if (!window) throw new Error("This model’s card does not state its window around a gene.");
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
