/** Marks of a table that were not measured: what the notes before its header say of them. */

import type { ModelCard } from "../../../../pkg/src/index";

/** As `SignalTable::with_stand_in` writes it: `H3K9me3: not measured; 0.43 stands in for it in all bins: …`. */
const NOTE = /^(.+): not measured; (\S+) stands in for it in all bins/;

/** The same note, as it is written before the header. */
export function noteOf(mark: string, value: string, what: string): string {
  return `${mark}: not measured; ${value} stands in for it in all bins: ${what}`;
}

/** Advice to read before a value stands in for a mark. */
export const BEFORE_STAND_IN =
  "The model needs all of its marks, and an unmeasured mark is not 0. Add it, or use one value for it in every bin of " +
  "every gene. Attention to that mark is then meaningless. The table, the results and saved files note this.";

/** The part of a card that is read. */
type Costs = Pick<ModelCard, "marks" | "missing_marks"> & Partial<Pick<ModelCard, "task">>;

/**
 * The cost of marks that were not measured, a sentence each, as it was measured of the model (`regulens calibrate
 * missing-marks`). `lacking` are the marks of the only table, or of A's and of B's.
 */
export function costsInWords(card: Costs, lacking: readonly (readonly string[])[]): string[] {
  const { marks, missing_marks: found, task } = card;
  const absent = marks.filter((mark) => lacking.some((each) => each.includes(mark)));
  if (absent.length === 0) return [];
  if (!found) {
    return ["What this costs the model was not measured; regulens calibrate missing-marks measures it on test genes."];
  }
  const isChange = lacking.length > 1;
  const [score, calls] = isChange
    ? ["Pearson’s r", "a different up/down call"]
    : task === "level"
      ? ["Pearson’s r", "a level that differs twofold or more"]
      : ["AUROC", "a different on/off call"];
  const sentences = absent.map((mark) => {
    const [a = false, b = false] = lacking.map((each) => each.includes(mark));
    // The card's cases: in A alone or in the only table, in B alone, in both.
    const at = (a && b ? 2 : b ? 1 : 0) * marks.length + marks.indexOf(mark);
    const of = !isChange ? "" : a && b ? " in A and B" : b ? " in B" : " in A";
    return (
      `Without ${mark}${of} the model gave ${found.changed_calls[at]} of ${found.genes} ${found.data} ${calls}, ` +
      `and its ${score} was ${found.scores[at]?.toFixed(3)} (${found.score.toFixed(3)} with all marks).`
    );
  });
  return absent.length > 1 ? [...sentences, "Each was left out alone; their joint cost was not measured."] : sentences;
}

/** A mark and the value that is in all its bins. */
export interface StandInNote {
  readonly mark: string;
  readonly value: string;
  /** The whole note. */
  readonly note: string;
}

/** The stand-ins of a table, by its notes. */
export function standInsIn(notes: readonly string[]): StandInNote[] {
  return notes.flatMap((note) => {
    const [, mark, value] = NOTE.exec(note) ?? [];
    return mark === undefined || value === undefined ? [] : [{ mark, value, note }];
  });
}

/** "H3K9me3 not measured, 0.43 in its place": for figures and files; empty where all marks were measured. */
export function standInsInWords(notes: readonly string[]): string[] {
  return standInsIn(notes).map(({ mark, value }) => `${mark} not measured, ${value} in its place`);
}
