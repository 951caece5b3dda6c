/** Contributions that were found of genes of runs: they cost nothing again. Without the element that finds them. */

import type { Compared } from "../../explain/contrasts";
import type { Contributions } from "../../explain/result";
import type { Drawing } from "../../ui/drawing";
import type { Symbols } from "../shared/genes/names";
import type { Along } from "./outcome";

/** By the run, and by the position of a gene in it. */
export const contributionsOf = new WeakMap<object, Map<number, Contributions>>();

/** Contributions of a gene of a run that were found last: those that its view shows. */
export function contributionsShown(run: object, index: number): Contributions | undefined {
  return contributionsOf.get(run)?.get(index);
}

/** Known contributions to what is predicted of a gene of a run against a baseline. */
export function contributionsKnown(run: object, index: number, baseline: Compared): Contributions | undefined {
  const found = contributionsShown(run, index);
  return found?.baseline === baseline ? found : undefined;
}

/** Work on an outcome along whose genes attention or contributions are chosen. */
interface Looked<Run, Gene> {
  readonly state: { readonly run?: Run | undefined; readonly gene?: Gene | undefined };
  readonly own: { along(): Along };
  readonly tables: { readonly state: { readonly symbols?: Symbols | undefined } };
}

/** The contributions along the gene that is looked at, drawn; undefined while its view shows something else. */
export function contributionsPicture<Run extends object, Gene extends { readonly index: number }>(
  { state: { run, gene }, own, tables }: Looked<Run, Gene>,
  draw: (run: Run, gene: Gene, found: Contributions, symbols?: Symbols) => Drawing,
): Drawing | undefined {
  const found = run && gene && own.along() !== "alpha" ? contributionsShown(run, gene.index) : undefined;
  return found && draw(run!, gene!, found, tables.state.symbols);
}
