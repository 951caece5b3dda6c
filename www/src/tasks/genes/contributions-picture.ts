/** The picture of the contributions in the view of a gene. */

import type { Contributions } from "../../explain/result";
import type { Drawing } from "../../ui/drawing";
import type { Symbols } from "../shared/genes/names";
import { contributionsShown } from "./contributions-known";
import type { Along } from "./result";

/** Work on an outcome whose view of a gene shows attention or contributions. */
interface Looked<Run, Gene> {
  readonly state: { readonly run?: Run | undefined; readonly gene?: Gene | undefined };
  readonly own: { along(): Along };
  readonly tables: { readonly state: { readonly symbols?: Symbols | undefined } };
}

/** The picture of the selected gene's contributions; undefined while its view shows something else. */
export function contributionsPicture<Run extends object, Gene extends { readonly index: number }>(
  { state: { run, gene }, own, tables }: Looked<Run, Gene>,
  draw: (run: Run, gene: Gene, found: Contributions, symbols?: Symbols) => Drawing,
): Drawing | undefined {
  const found = run && gene && own.along() !== "alpha" ? contributionsShown(run, gene.index) : undefined;
  return found && draw(run!, gene!, found, tables.state.symbols);
}
