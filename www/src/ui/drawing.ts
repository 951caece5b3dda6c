/** Content of a figure: a picture, and its readings. */

import type { PlotFrame } from "../plots";
import type { Places } from "../plots/core/hover";
import type { Provenance, Saved } from "../export";

/** A figure: a picture for any width and theme, and its readings. */
export interface Drawing {
  /** Name of the figure in saved files. */
  readonly saved: Saved;
  /** The gene that it shows. */
  readonly gene?: string | undefined;
  /** Facts for its legend and small print in addition to those of its run, such as the method of an explanation. */
  readonly facts?: readonly string[] | undefined;
  draw(frame: PlotFrame): string;
  /** Its numbers as a table, if they can be saved. */
  tsv?(): string;
  /** Positions with readings, if there are any. */
  readonly places?: Places;
}

/** Provenance of a drawing: the run's, with the drawing's own facts. */
export function madeOf({ facts = [] }: Pick<Drawing, "facts">, run: Provenance): Provenance {
  return facts.length > 0 ? { ...run, facts: [...(run.facts ?? []), ...facts] } : run;
}
