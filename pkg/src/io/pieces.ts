/**
 * Pieces of a genome in a FASTA, as a single-file page stores them: the name of each record gives its position, and the
 * description gives the length of the whole sequence.
 *
 *     >chr7:5530601-5566779 piece of 159345973
 */

import { InputError } from "../errors.js";

/** The fields of a FASTA record that are used here. */
interface PieceRecord {
  readonly name: string;
  readonly description: string;
  readonly length: number;
}

/** Position of a record in its genome. */
interface Piece {
  readonly sequence: string;
  /** First base, from 0, and end (excluded). */
  readonly start: number;
  readonly end: number;
  /** Length of the whole sequence in bases. */
  readonly of: number;
}

/** Name and description of the record for the bases `start` to `end` (excluded, from 0) of a sequence. */
export function pieceHeader(sequence: string, start: number, end: number, of: number): [string, string] {
  return [`${sequence}:${start + 1}-${end}`, `piece of ${of}`];
}

function pieceOf({ name, description, length }: PieceRecord): Piece | undefined {
  const [, sequence, first, last] = /^(.+):(\d+)-(\d+)$/.exec(name) ?? [];
  const of = /^piece of (\d+)$/.exec(description)?.[1];
  if (sequence === undefined || of === undefined) return undefined;
  const piece = { sequence, start: Number(first) - 1, end: Number(last), of: Number(of) };
  return piece.end - piece.start === length && piece.end <= piece.of ? piece : undefined;
}

/** The pieces in these records; undefined if any record is not a piece. */
export function piecesOf(records: readonly PieceRecord[]): readonly Piece[] | undefined {
  const pieces = records.map(pieceOf);
  return pieces.length > 0 && pieces.every((piece) => piece !== undefined) ? pieces : undefined;
}

/**
 * A genome of which only pieces are present. Absent bases throw: predictions from unknown bases would be wrong.
 */
export class Pieces {
  readonly isSliced = true;
  readonly records: readonly { name: string; description: string; length: number }[];
  readonly #of: readonly (readonly { readonly piece: Piece; readonly record: number }[])[];

  /** @param fasta The bases of the records, in the order of the pieces. */
  constructor(
    pieces: readonly Piece[],
    private readonly fasta: { codes(record: number, start: number, end: number): Uint8Array; free(): void },
    private readonly file: string,
  ) {
    const names = [...new Set(pieces.map(({ sequence }) => sequence))];
    this.#of = names.map((name) =>
      pieces.flatMap((piece, record) => (piece.sequence === name ? [{ piece, record }] : [])),
    );
    this.records = names.map((name, i) => ({ name, description: "", length: this.#of[i]![0]!.piece.of }));
  }

  codes(sequence: number, start: number, end: number): Uint8Array {
    if (end <= start) return new Uint8Array(0);
    const found = this.#of[sequence]?.find(({ piece }) => piece.start <= start && end <= piece.end);
    if (found) return this.fasta.codes(found.record, start - found.piece.start, end - found.piece.start);
    const { name } = this.records[sequence]!;
    const where = `${name}:${(start + 1).toLocaleString("en-US")}-${end.toLocaleString("en-US")}`;
    throw new InputError(
      `${this.file}: the model needs ${where}; this file has only the bases around the places that it was saved for.`,
      {
        code: "beyond-pieces",
        file: this.file,
        remedy: "Choose one of its places, or give the genome itself to the page of Regulens.",
      },
    );
  }

  free(): void {
    this.fasta.free();
  }
}
