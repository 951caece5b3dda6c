/** Content of a figure: a picture, and what can be read off it. */

import type { PlotFrame } from "../plots";
import type { Provenance, Saved } from "../export";

/** Values under the cursor of a figure. Pixels are those of the picture. */
export interface Reading {
  readonly left: number;
  readonly right: number;
  /** Where it is: "bin 54 of 100, +300 bp to +400 bp from the TSS". */
  readonly title: string;
  /** Names of the values' columns; the first is that of the rows' names. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly isMark: boolean; readonly values: readonly string[] }[];
}

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
  /** Places that can be read, numbered from 1; absent where there is nothing to read. */
  readonly places?: {
    readonly count: number;
    /** Name of a place: "bin". */
    readonly name: string;
    /** Places in a row, where they stand in rows under each other. */
    readonly row?: number | undefined;
    at(frame: PlotFrame, pixelX: number, pixelY: number): number | undefined;
    read(frame: PlotFrame, place: number): Reading | undefined;
  };
}

/** Provenance of a drawing of a run: with its own facts. */
export function madeOf({ facts = [] }: Pick<Drawing, "facts">, run: Provenance): Provenance {
  return facts.length > 0 ? { ...run, facts: [...(run.facts ?? []), ...facts] } : run;
}
