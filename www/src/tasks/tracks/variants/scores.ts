/**
 * Scores of many variants in typed arrays, in the order of scoring. Scored parts are appended; nothing is computed
 * here.
 */

import type { ModelCard, WindowShape, VariantFault, VariantRow, VariantScore } from "../../../../../pkg/src/index";
import { SCORE } from "../../../../../pkg/src/constants";
import { recordNamed } from "../places/locus";
import { type ReadSequences, trackOf } from "../result";

/** Scores of a variant and a track, named as in the program's table. */
export const TRACK_COLUMNS = [
  "reference_sum",
  "alternative_sum",
  "sad",
  "total",
  "log2",
  "log2_position",
  "percentile",
  "percentile_low",
  "percentile_high",
  "activity",
] as const;

/** Spread of `sad` over ensemble members. */
export const SPREAD_COLUMNS = ["sad_sd", "sad_low", "sad_high"] as const;

export type TrackColumn = (typeof TRACK_COLUMNS)[number] | (typeof SPREAD_COLUMNS)[number];

/** The columns of a model, as in the program's table. */
export function trackColumns({ members = [] }: Pick<ModelCard, "members">): readonly TrackColumn[] {
  if (members.length === 0) return TRACK_COLUMNS;
  return TRACK_COLUMNS.flatMap((column) => (column === "sad" ? [column, ...SPREAD_COLUMNS] : [column]));
}

/** Columns of a variant's change of attention, for models with heads. */
export const ATTENTION_COLUMNS = ["attention", "attention_layer", "attention_head", "attention_position"] as const;

export type AttentionColumn = (typeof ATTENTION_COLUMNS)[number];

const OF_ATTENTION = ATTENTION_COLUMNS.length;

/** Reason why a variant has no score: a fault found beforehand, or an allele too long for the model. */
export type NoScore = VariantFault["code"] | "too-long";

/** Scores of consecutive variants. NaN stands for no number; a variant with NaN only has no score. */
export interface ScoredPart {
  readonly count: number;
  /** Scores, [count, tracks, {@link trackColumns}]. */
  readonly tracks: Float64Array;
  /** Changes of attention, [count, {@link ATTENTION_COLUMNS}]. */
  readonly attention: Float64Array;
}

/** A part for `count` variants and `tracks` tracks, without any scores yet. */
export function emptyPart(count: number, tracks: number, columns: readonly TrackColumn[] = TRACK_COLUMNS): ScoredPart {
  return {
    count,
    tracks: new Float64Array(count * tracks * columns.length).fill(NaN),
    attention: new Float64Array(count * OF_ATTENTION).fill(NaN),
  };
}

/** Stores the rows of one variant in a part, for the `chosen` tracks. */
export function putRows(
  { tracks, attention }: ScoredPart,
  variant: number,
  rows: readonly VariantScore[],
  chosen: readonly number[],
  columns: readonly TrackColumn[] = TRACK_COLUMNS,
): void {
  if (rows.length === 0) return;
  for (const [i, track] of chosen.entries())
    for (const [column, name] of columns.entries())
      tracks[(variant * chosen.length + i) * columns.length + column] = rows[track]?.[name] ?? NaN;
  for (const [column, name] of ATTENTION_COLUMNS.entries())
    attention[variant * OF_ATTENTION + column] = rows[0]![name] ?? NaN;
}

/** The model, and the settings of its scores. */
export interface ScoredBy {
  readonly card: ModelCard;
  readonly file: string;
  readonly sha256: string;
  readonly shape: WindowShape;
  /** The program that ran it, with its version. */
  readonly program: string;
}

/** Variants of a file, and their scores so far. Appending a part returns a new object. */
export class VariantScores {
  /** The rows that can be scored, by position, so that neighbours share computations. */
  readonly order: Uint32Array;
  /** The columns of a track. */
  readonly columns: readonly TrackColumn[];
  readonly #placeOf: Int32Array;
  #tracks: Float64Array;
  #attention: Float64Array;

  /**
   * @param tracks Indices of the scored tracks.
   * @param faults The fault that prevents scoring each row.
   */
  constructor(
    readonly rows: readonly VariantRow[],
    readonly by: ScoredBy,
    readonly tracks: readonly number[],
    readonly faults: readonly (VariantFault | undefined)[],
    order: Uint32Array,
    readonly done = 0,
    before?: VariantScores,
  ) {
    this.order = order;
    this.columns = trackColumns(by.card);
    this.#placeOf = before ? before.#placeOf : placesOf(order, rows.length);
    this.#tracks = before ? before.#tracks : new Float64Array(0);
    this.#attention = before ? before.#attention : new Float64Array(0);
  }

  /** True if everything that can be scored is. */
  get isDone(): boolean {
    return this.done === this.order.length;
  }

  /** True if they are means over ensemble members. */
  get isOfMembers(): boolean {
    return this.columns.length > TRACK_COLUMNS.length;
  }

  /** Names of the tracks. */
  get names(): readonly string[] {
    return this.tracks.map((track) => trackOf(this.by.card, track).name);
  }

  /** True if the model's card has null distributions for these scores. */
  get isRated(): boolean {
    const drawn = this.by.card.variant_null;
    const { around, strands, shifts } = SCORE;
    return drawn?.around === around && drawn.strands === strands && drawn.shifts.join(",") === shifts.join(",");
  }

  /** All numbers of the scored variants: those of tracks, then those of attention. */
  get numbers(): readonly [Float64Array, Float64Array] {
    const { done } = this;
    return [
      this.#tracks.subarray(0, done * this.tracks.length * this.columns.length),
      this.#attention.subarray(0, done * OF_ATTENTION),
    ];
  }

  /** True if the model has heads of attention. */
  get attends(): boolean {
    return this.by.shape.layers > 0;
  }

  /** The next rows to score, at most `most`. */
  next(most: number): readonly number[] {
    return [...this.order.subarray(this.done, this.done + most)];
  }

  /** Appends the scores of the next rows. The arrays are shared: earlier parts do not change in them. */
  with({ count, tracks, attention }: ScoredPart): VariantScores {
    const { rows, by, faults, order, done } = this;
    const grown = new VariantScores(rows, by, this.tracks, faults, order, done + count, this);
    grown.#tracks = added(this.#tracks, tracks, done * this.tracks.length * this.columns.length);
    grown.#attention = added(this.#attention, attention, done * OF_ATTENTION);
    return grown;
  }

  /** A number of a row and a scored track, by index; NaN for none. */
  value(row: number, track: number, column: TrackColumn): number {
    const at = this.#placeOf[row]!;
    if (at < 0 || at >= this.done) return NaN;
    const { columns } = this;
    const of = columns.indexOf(column);
    return of < 0 ? NaN : this.#tracks[(at * this.tracks.length + track) * columns.length + of]!;
  }

  /** A number of a row's change of attention; NaN for none. */
  attention(row: number, column: AttentionColumn): number {
    const at = this.#placeOf[row]!;
    if (at < 0 || at >= this.done) return NaN;
    return this.#attention[at * OF_ATTENTION + ATTENTION_COLUMNS.indexOf(column)]!;
  }

  /** Returns true if a row has a score. */
  has(row: number): boolean {
    // Every scored variant has a bin with the largest change.
    return !Number.isNaN(this.value(row, 0, "log2_position"));
  }

  /** Reason why a row will never have a score; undefined if it has, or will have, one. */
  whyNot(row: number): NoScore | undefined {
    const fault = this.faults[row];
    if (fault) return fault.code;
    return this.#placeOf[row]! < this.done && !this.has(row) ? "too-long" : undefined;
  }
}

/** Header before the numbers of packed scores. */
interface Packed {
  readonly sha256: string;
  readonly program: string;
  readonly tracks: readonly number[];
  readonly faults: readonly (VariantFault | null)[];
  readonly order: readonly number[];
  readonly done: number;
  /** The variants and records that were scored, so that the scores are not applied to others. */
  readonly of: string;
}

/** Identifies the data of scores: variants as in their file, and the records of the sequences. */
function ofInWords(rows: readonly VariantRow[], { records }: Pick<ReadSequences, "records">): string {
  const variants = rows.map((row) => `${row.chromosome}:${row.position} ${row.reference}>${row.alternative}`);
  return [...records.map(({ name, length }) => `${name} ${length}`), ...variants].join("\n");
}

/** Packs scores into bytes: a line of JSON, and the numbers. */
export function packScores(scores: VariantScores, sequences: Pick<ReadSequences, "records">): Blob {
  const { rows, by, tracks, faults, order, done } = scores;
  const packed: Packed = {
    ...{ sha256: by.sha256, program: by.program, tracks, done, order: [...order] },
    faults: Array.from(rows, (_, row) => faults[row] ?? null),
    of: ofInWords(rows, sequences),
  };
  return new Blob([`${JSON.stringify(packed)}\n`, ...(scores.numbers as readonly BlobPart[])]);
}

/**
 * Unpacks scores; undefined if they belong to other variants, other records, or another model than `by`.
 */
export async function unpackScores(
  blob: Blob,
  rows: readonly VariantRow[],
  sequences: Pick<ReadSequences, "records">,
  by: Omit<ScoredBy, "program">,
): Promise<VariantScores | undefined> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const head = bytes.indexOf(10);
  try {
    const packed = JSON.parse(new TextDecoder().decode(bytes.subarray(0, head))) as Packed;
    const { sha256, program, tracks, faults, done } = packed;
    const isOfThese = sha256 === by.sha256 && packed.of === ofInWords(rows, sequences) && faults.length === rows.length;
    const order = Uint32Array.from(packed.order);
    const isInPlace = order.every((row) => row < rows.length) && done >= 0 && done <= order.length;
    if (!isOfThese || !isInPlace || !tracks.every((track) => track < by.shape.tracks)) return undefined;
    const numbers = new Float64Array(bytes.slice(head + 1).buffer);
    const split = done * tracks.length * trackColumns(by.card).length;
    if (numbers.length !== split + done * OF_ATTENTION) return undefined;
    const found = faults.map((fault) => fault ?? undefined);
    const empty = new VariantScores(rows, { ...by, program: String(program) }, tracks, found, order);
    return empty.with({ count: done, tracks: numbers.slice(0, split), attention: numbers.slice(split) });
  } catch {
    // Not JSON, or not followed by whole numbers.
    return undefined;
  }
}

/** Index of the sequence record of each row; −1 for none. */
export function recordsOf(sequences: ReadSequences, rows: readonly VariantRow[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(rows, ({ chromosome }) => {
    const found = known.get(chromosome) ?? recordNamed(sequences, chromosome);
    known.set(chromosome, found);
    return found;
  });
}

/** The order of scoring: by record, then by position, then as in the file. */
export function scoringOrder(
  rows: readonly VariantRow[],
  records: Int32Array,
  faults: readonly (VariantFault | undefined)[],
): Uint32Array {
  const order = [...rows.keys()].filter((i) => faults[i] === undefined);
  order.sort((a, b) => records[a]! - records[b]! || rows[a]!.position - rows[b]!.position || a - b);
  return Uint32Array.from(order);
}

/** Position of each row in an order; −1 for none. */
function placesOf(order: Uint32Array, rows: number): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  order.forEach((row, place) => (places[row] = place));
  return places;
}

/** An array with `more` stored from `at` on: the same array if it has room, otherwise one twice as long. */
function added(array: Float64Array, more: Float64Array, at: number): Float64Array {
  let room = array;
  if (at + more.length > array.length) {
    room = new Float64Array(Math.max(at + more.length, 2 * array.length)).fill(NaN);
    room.set(array.subarray(0, at));
  }
  room.set(more, at);
  return room;
}
