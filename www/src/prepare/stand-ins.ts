/** Marks of a table that were not measured: what the notes before its header say of them. */

/** As `SignalTable::with_stand_in` writes it: `H3K9me3: not measured; 0.43 stands in for it in all bins: …`. */
const NOTE = /^(.+): not measured; (\S+) stands in for it in all bins/;

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
