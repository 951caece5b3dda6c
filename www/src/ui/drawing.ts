/** Content of a figure: a picture, and what can be read off it. */

import type { PlotFrame } from "../plots";
import type { Places } from "../plots/core/hover";
import type { Provenance, Saved } from "../export";

/** A figure: a picture for any width and theme, and what can be read off it. */
export interface Drawing {
  /** Name of the figure in saved files. */
  readonly saved: Saved;
  /** The gene that it is about. */
  readonly gene?: string | undefined;
  /** Facts for its legend and small print beside those of its run, such as the method of an explanation. */
  readonly facts?: readonly string[] | undefined;
  draw(frame: PlotFrame): string;
  /** The numbers behind it as a table, where they can be saved. */
  tsv?(): string;
  /** Absent where there is nothing to read. */
  readonly places?: Places;
}

/** Provenance of a drawing of a run: with its own facts. */
export function madeOf({ facts = [] }: Pick<Drawing, "facts">, run: Provenance): Provenance {
  return facts.length > 0 ? { ...run, facts: [...(run.facts ?? []), ...facts] } : run;
}
