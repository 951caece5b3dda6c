/** Marks of a table that were not measured: what the notes before its header say of them. */

/** As `SignalTable::with_stand_in` writes it: `H3K9me3: not measured; 0.43 stands in for it in all bins: …`. */
const NOTE = /^(.+): not measured; (\S+) stands in for it in all bins/;

/** The same note, as it is written before the header. */
export function noteOf(mark: string, value: string, what: string): string {
  return `${mark}: not measured; ${value} stands in for it in all bins: ${what}`;
}

/** What is to be known before a value stands in for a mark. */
export const BEFORE_STAND_IN =
  "The model reads every one of its marks, and one that was not measured is not 0. Add it, or choose a model " +
  "that does " +
  "not read it; or have one value stand in for it, in every bin of every gene. The model was never trained on such " +
  "input: its predictions become guesses, and attention to that mark means nothing. The table and the results say so.";

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
