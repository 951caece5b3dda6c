/** Units of a table's values, mark by mark, and which marks nobody measured: as far as the table says. */

import type { BinColumn } from "../../export/columns";
import type { SignalOptions } from "../../plots";
import { standInsIn } from "./stand-ins";
import type { Preparation, ReadTable } from "../../session/opened";
import type { TableLayout } from "../../../../pkg/src/index";

/** Facts about a table, by its layout. */
export interface LayoutFacts {
  /** Naming of its columns. */
  readonly columns: string;
  /** True if its values are counts of reads. */
  readonly counts: boolean;
}

/** Each layout. */
export const LAYOUTS: Readonly<Record<TableLayout, LayoutFacts>> = {
  "attentive-chrome": { columns: "no header: AttentiveChrome's published columns", counts: true },
  "deep-diff": { columns: "no header: DeepDiff's published columns", counts: true },
  headed: { columns: "a header that names the marks", counts: false },
  "compute-matrix": { columns: "deepTools computeMatrix: samples are marks", counts: false },
};

/** Properties of a table that tell its units. */
type Described = Pick<ReadTable, "layout" | "notes" | "marks"> & { readonly simulated?: boolean };

/** As `Plan::describe` writes the first note: `A, C: counts of reads; B: mean signal; 100 bins of 100 bp, …`. */
const PART = /^(.+): (counts of reads|mean signal|sum of signal|largest signal)$/;

/** As `SignalTable::scale` notes it. */
const SCALED = /^(.+) multiplied by \S+$/;

/** Unit of a table that does not say what its values are. */
const AS_GIVEN = "as in the table";

/** Unit of each mark's values, in the words of the table's own notes; no entry where it has none. */
function described(notes: readonly string[]): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  for (const part of notes.flatMap((note) => note.split("; "))) {
    const [, marks, unit] = PART.exec(part) ?? [];
    if (marks === undefined || unit === undefined) continue;
    for (const mark of marks.split(", ")) units.set(mark, unit === "counts of reads" ? "reads per bin" : unit);
  }
  return units;
}

/** Returns true if bigWig means and counts of reads stand in one table: no factor brings both to one scale. */
export function mixesUnits({ notes }: Pick<ReadTable, "notes">): boolean {
  return new Set(described(notes).values()).size > 1;
}

/** Units of a table's marks, in a sentence: "H3K4me3: mean signal; H3K9me3: reads per bin". */
export function unitsInWords({ notes }: Pick<ReadTable, "notes">): string {
  const units = described(notes);
  return [...new Set(units.values())]
    .map((unit) => `${[...units].flatMap(([mark, its]) => (its === unit ? [mark] : [])).join(", ")}: ${unit}`)
    .join("; ");
}

/** Unit of one mark's values: `reads per bin`, `mean signal, rescaled`. */
function unitOf({ layout, notes, simulated }: Described, { scale }: Preparation, mark: string): string {
  const is = (other: string): boolean => other.toLowerCase() === mark.toLowerCase();
  const said = [...described(notes)].find(([name]) => is(name))?.[1];
  // The published layouts hold counts of reads, and so do the simulator's tables.
  const counts = LAYOUTS[layout].counts || simulated === true;
  const isScaled = Object.keys(scale ?? {}).some(is) || notes.some((note) => is(SCALED.exec(note)?.[1] ?? ""));
  return `${said ?? (counts ? "reads per bin" : AS_GIVEN)}${isScaled ? ", rescaled" : ""}`;
}

/** By mark that was not measured, the value that stands in for it. */
export function standInValues({ notes }: Pick<ReadTable, "notes">): Readonly<Record<string, string>> {
  return Object.fromEntries(standInsIn(notes).map(({ mark, value }) => [mark, value]));
}

/** Description of the values of these marks, for a figure. */
export function signalOf(
  table: Described,
  preparation: Preparation,
  marks: readonly string[],
  changed = false,
): SignalOptions {
  const standIns = standInValues(table);
  const measured = marks.filter((mark) => !Object.hasOwn(standIns, mark));
  const units = measured.map((mark) => `${unitOf(table, preparation, mark)}${changed ? ", changed" : ""}`);
  const isOne = new Set(units).size < 2;
  return {
    signalName: isOne ? units[0] : undefined,
    units: isOne ? undefined : Object.fromEntries(measured.map((mark, i) => [mark, units[i]])),
    standIns: Object.keys(standIns).length > 0 ? standIns : undefined,
  };
}

/** Notes by which a table that is written anew, prepared, still says what its values are. */
export function notesOf(table: Described, { scale = {} }: Preparation): string[] {
  const said = described(table.notes).size > 0;
  const counts = unitOf({ ...table, notes: [] }, {}, "") === "reads per bin";
  return [
    ...(!said && counts && !table.simulated ? [`${table.marks.join(", ")}: counts of reads`] : []),
    ...table.notes,
    ...Object.entries(scale).map(([mark, factor]) => `${mark} multiplied by ${factor}`),
  ];
}

/** The header of a column of signal or α: one of a mark that was not measured says so. */
export function columnName(what: string, mark: string, standIns: Readonly<Record<string, string>> = {}): string {
  const name = `${what}_${mark.replaceAll(" ", "_")}`;
  return Object.hasOwn(standIns, mark) ? `${name}_not_measured` : name;
}

/** A column by bin of signal or α, without numbers where the mark was not measured. */
export function markColumn(
  what: string,
  mark: string,
  standIns: Readonly<Record<string, string>> | undefined,
  at: (bin: number) => number,
): BinColumn {
  const isMeasured = !Object.hasOwn(standIns ?? {}, mark);
  return [columnName(what, mark, standIns), isMeasured ? at : () => Number.NaN];
}
