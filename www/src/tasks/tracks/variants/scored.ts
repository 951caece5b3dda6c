/**
 * Scores a whole VCF in parts, so that a cancelled run keeps its results and can resume. Scores follow the session:
 * other sequences or another VCF discard them; after a change of model they remain those of the old one.
 */

import type { NamedVariant, VariantFault, VariantRow, WorkOptions } from "../../../../../pkg/src/index";
import { pacing } from "../../../../../pkg/src/progress";
import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { Caller } from "../../../rpc/rpc";
import { type Activities, type Activity, type Observable, Working } from "../../../rpc/working";
import type { TableRequest } from "../../../session/opened";
import type { CurrentModel } from "../../../session/state";
import { counted } from "../../../ui/words";
import type { TrackCalls } from "../calls";
import type { ReadSequences, VariantChange } from "../result";
import { refuseOther } from "./scored-words";
import { FIRST_VARIANTS, listVariants, type NearRows, ranked, type VariantListing } from "./listing";
import { packScores, recordsOf, scoringOrder, unpackScores, VariantScores } from "./scores";
import { tsvLines, vcfLines } from "./scores-text";
import { textOf } from "./vcf-source";

/** Percentile of random variants above which a variant is counted. */
export const PERCENTILE = 95;

/** Number of variants with a percentile, number above {@link PERCENTILE}, and a test of that against chance. */
export interface Beyond {
  readonly above: number;
  readonly of: number;
  readonly expected: number;
  /** Probability of at least that many in a binomial distribution of independent variants. */
  readonly p: number;
}

/** Probability of at least `least` of `n` independent events, each with probability `share` (0 to 1, exclusive). */
export function upperTail(least: number, n: number, share: number): number {
  if (least <= 0) return 1;
  // Terms in logarithms, since the first terms of a long list underflow.
  let log = n * Math.log1p(-share);
  const odds = Math.log(share) - Math.log1p(-share);
  let tail = 0;
  for (let i = 0; i <= n; i++) {
    if (i >= least) tail += Math.exp(log);
    log += Math.log(n - i) - Math.log(i + 1) + odds;
  }
  return Math.min(1, tail);
}

const counts = new WeakMap<VariantScores, Map<number, Beyond | undefined>>();

/** The count for a scored track, by index; undefined if no variant has a percentile. */
export function beyondOf(scores: VariantScores, track: number): Beyond | undefined {
  const known = counts.get(scores) ?? new Map<number, Beyond | undefined>();
  counts.set(scores, known);
  if (!known.has(track)) known.set(track, count(scores, track));
  return known.get(track);
}

function count(scores: VariantScores, track: number): Beyond | undefined {
  let [above, of] = [0, 0];
  for (const row of scores.rows.keys()) {
    const percentile = scores.value(row, track, "percentile");
    if (Number.isNaN(percentile)) continue;
    of++;
    if (percentile > PERCENTILE) above++;
  }
  if (of === 0) return undefined;
  const share = 1 - PERCENTILE / 100;
  return { above, of, expected: share * of, p: upperTail(above, of, share) };
}

/** Result and test: "2 of 63 above the 95th percentile of random variants; 3.2 expected by chance". */
export function beyondInWords({ above, of, expected, p }: Beyond): readonly [result: string, test: string] {
  const by = expected < 10 ? String(Number(expected.toFixed(1))) : formatCount(Math.round(expected));
  return [
    `${formatCount(above)} of ${counted(of, "variant")} above the ${PERCENTILE}th percentile of random variants; ` +
      `${by} expected by chance`,
    `One-sided binomial test, p ${p < 0.001 ? "< 0.001" : `= ${Number(p.toPrecision(2))}`}; variants are taken as ` +
      "independent.",
  ];
}

/** State of the session that scoring depends on. */
export interface ScoredFrom {
  readonly model?: CurrentModel | undefined;
  readonly sequences?: ReadSequences | undefined;
  readonly variants?:
    { readonly file: string; readonly rows: readonly VariantRow[]; readonly source: TableRequest } | undefined;
  readonly shown: readonly number[];
  readonly doing: { readonly data?: Activity };
}

export type ScoredPlace = "score" | "save";

/** State at one moment. */
export interface ScoredState extends Activities<ScoredPlace> {
  readonly scores?: VariantScores | undefined;
  readonly listing: VariantListing;
  /** Index of the displayed track among the scored ones. */
  readonly track: number;
  readonly announcement: string;
}

const EMPTY: ScoredState = { listing: FIRST_VARIANTS, track: 0, doing: {}, problems: {}, announcement: "" };

/** Target milliseconds per part: the loss on a cancel, and the wait of other work. */
const PART = 1000;

/** Maximum number of variants per part. */
const MOST = 200;

/** Maximum number of variants × tracks to score: above it, only the displayed tracks. */
const MOST_SCORES = 2_000_000;

/** Size of scores in bytes above which they are recomputed rather than stored. */
const MOST_PACKED = 50e6;

/** Growth factor of the scores after which they are packed again. */
const REPACKED = 1.25;

/** Actions of the page for the scores of a VCF. */
export class ScoredVariants extends Working<ScoredPlace, ScoredState> {
  #of: Pick<ScoredFrom, "sequences" | "variants"> = {};
  #records: Int32Array = new Int32Array(0);
  #listed: { readonly of: readonly unknown[]; readonly scores: unknown; readonly order: Uint32Array } | undefined;
  #packed: { readonly rows: unknown; readonly sha256: string; readonly done: number; readonly blob: Blob } | undefined;
  /** Milliseconds spent on scores before the current activity. */
  #spent = 0;

  constructor(
    private readonly worker: Caller<Pick<TrackCalls, "checkVariants" | "scoreVariants">>,
    private readonly from: Pick<Observable<ScoredFrom>, "state" | "subscribe">,
    private readonly genes?: { nearBy(rows: readonly VariantRow[]): NearRows | undefined },
  ) {
    super(EMPTY);
    from.subscribe((state) => this.#follow(state));
  }

  /** True if the scores are by the open model. */
  get isCurrent(): boolean {
    const { scores } = this.state;
    return scores !== undefined && scores.by.sha256 === this.from.state.model?.sha256;
  }

  /** File and number of variants scored by a model, for its methods. */
  doneBy(sha256: string): { readonly file: string; readonly variants: number } | undefined {
    const { scores } = this.state;
    const { variants } = this.#of;
    return variants && scores?.by.sha256 === sha256 && scores.done > 0
      ? { file: variants.file, variants: scores.done }
      : undefined;
  }

  /** Index of the sequence record of each row; −1 for none. */
  get records(): Int32Array {
    return this.#records;
  }

  /** The row of a variant that was tried; undefined if the file lacks it. */
  rowOf({ index, variant }: Pick<VariantChange, "index" | "variant">): number | undefined {
    const { position, reference, alternative } = variant;
    const found = this.#of.variants?.rows.findIndex(
      (row, i) =>
        row.position === position &&
        row.reference === reference &&
        row.alternative === alternative &&
        this.#records[i] === index,
    );
    return found === undefined || found < 0 ? undefined : found;
  }

  /**
   * The listed rows, in order. Scores that arrive during a computation fill in, but do not move rows that the reader is
   * looking at.
   */
  get listed(): Uint32Array {
    const { scores, listing, track, doing } = this.state;
    const rows = this.#of.variants?.rows ?? [];
    const near = this.genes?.nearBy(rows);
    const of = [rows, listing, track, near];
    const known = this.#listed;
    if (known && of.every((each, i) => each === known.of[i]) && (doing.score || known.scores === scores))
      return known.order;
    const order = listVariants(rows, listing, scores, track, near);
    this.#listed = { of, scores, order };
    return order;
  }

  /** Scores the remaining rows; all of them if the model has changed. */
  async score(): Promise<void> {
    const { variants } = this.from.state;
    if (!variants) return;
    const before = this.isCurrent ? this.state.scores : undefined;
    if (!before) this.#spent = 0;
    const began = performance.now();
    const scores = await this.do("score", variants.file, (options) => this.#score(before, options));
    this.#spent += performance.now() - began;
    if (scores) this.#rank(`Done. ${scoredInWords(scores)}`);
  }

  /** Packs the scores for storage; during a computation only from time to time. */
  packed(): Blob | undefined {
    const { scores, doing } = this.state;
    const { sequences } = this.from.state;
    if (!scores || !sequences || scores.done === 0) return undefined;
    const known = this.#packed;
    const isOfThese = known?.rows === scores.rows && known.sha256 === scores.by.sha256;
    if (isOfThese && (known.done === scores.done || (doing.score && scores.done < REPACKED * known.done)))
      return known.blob;
    const { rows, by, done, numbers } = scores;
    if (numbers[0].byteLength > MOST_PACKED) return undefined;
    this.#packed = { rows, sha256: by.sha256, done, blob: packScores(scores, sequences) };
    return this.#packed.blob;
  }

  /** Adopts packed scores; returns true if they belong to these variants, these records and this model. */
  async take(blob: Blob): Promise<boolean> {
    const { model, sequences, variants } = this.from.state;
    if (!model?.shape || !sequences || !variants) return false;
    const { card, file, sha256, shape } = model;
    const scores = await unpackScores(blob, variants.rows, sequences, { card, file, sha256, shape });
    if (!scores || this.from.state.variants !== variants) return false;
    this.set({ scores, track: Math.max(0, scores.tracks.indexOf(this.from.state.shown[0] ?? 0)) });
    // The page announces the restoration, once.
    this.#rank("");
    return true;
  }

  /** Changes the listing. */
  list(listing: VariantListing): void {
    this.set({ listing });
  }

  /** Selects the scored track whose scores are listed. */
  chooseTrack(track: number): void {
    this.set({ track });
  }

  /**
   * The scores as a file: as TSV the listed rows in their order, as VCF the original file, whose readers expect its
   * order. Undefined if that failed or was cancelled.
   */
  async file(format: "tsv" | "vcf"): Promise<Blob | undefined> {
    const { variants } = this.#of;
    const { scores } = this.state;
    if (!variants || !scores) return undefined;
    const { listed } = this;
    return this.do("save", variants.file, async ({ signal, onProgress }) => {
      const lines =
        format === "tsv"
          ? tsvLines(scores, listed, this.genes?.nearBy(scores.rows))
          : vcfLines(await textOf(variants.source, signal ? { signal } : {}), scores);
      const total = format === "tsv" ? listed.length * scores.tracks.length : variants.rows.length;
      const written: string[] = [];
      const goOn = pacing(() => {
        if (signal?.aborted) throw cancelled();
      });
      for (const line of lines) {
        written.push(line);
        if (written.length % 100 > 0) continue;
        const done = Math.min(total, written.length);
        onProgress?.({ stage: "write", file: variants.file, done, total, unit: "steps" });
        await goOn();
      }
      const type = format === "tsv" ? "text/tab-separated-values" : "text/plain";
      return new Blob(written, { type: `${type};charset=utf-8` });
    });
  }

  async #score(before: VariantScores | undefined, options: WorkOptions): Promise<VariantScores> {
    const { signal, onProgress } = options;
    let scores = before ?? (await this.#check(options));
    const total = scores.order.length;
    const tell = (done: number): void =>
      onProgress?.({ stage: "predict", file: this.#of.variants?.file, done, total, unit: "variants" });
    for (let most = 1; !scores.isDone;) {
      if (signal?.aborted) throw cancelled();
      tell(scores.done);
      const { done, tracks, by } = scores;
      const variants = scores.next(most).map((row) => this.#named(row));
      const began = performance.now();
      const part = await this.worker.call(
        "scoreVariants",
        { variants, tracks, sha256: by.sha256 },
        { signal, onProgress: (progress) => tell(done + (progress.unit === "variants" ? progress.done : 0)) },
      );
      if (signal?.aborted) throw cancelled();
      scores = scores.with(part);
      this.set({ scores });
      const speed = variants.length / Math.max(performance.now() - began, 1);
      most = Math.max(1, Math.min(MOST, 4 * variants.length, Math.round(speed * PART)));
    }
    return scores;
  }

  /** Finds the rows that can be scored, and rejects a file of another assembly. */
  async #check(options: WorkOptions): Promise<VariantScores> {
    const { model, sequences, variants, shown } = this.from.state;
    if (!model?.shape || !sequences || !variants)
      throw new WorkerError({
        ...{ name: "InputError", code: "missing" },
        message: "Variants need the sequences that they change.",
        remedy: "Give it the FASTA file of their chromosomes first.",
      });
    const { rows } = variants;
    const { faults, program } = await this.worker.call(
      "checkVariants",
      { variants: rows.map((_, row) => this.#named(row)) },
      options,
    );
    refuseOther(variants.file, sequences, rows, faults);
    const all = Array.from({ length: model.shape.tracks }, (_, track) => track);
    const tracks = rows.length * all.length <= MOST_SCORES || shown.length === 0 ? all : shown;
    const { card, file, sha256, shape } = model;
    const by = { card, file, sha256, shape, program };
    const order = scoringOrder(rows, this.#records, faults as readonly (VariantFault | undefined)[]);
    const scores = new VariantScores(rows, by, tracks, faults as readonly (VariantFault | undefined)[], order);
    this.set({ scores, track: Math.max(0, tracks.indexOf(shown[0] ?? 0)) });
    return scores;
  }

  /** A row with its chromosome in the spelling of the sequences. */
  #named(row: number): NamedVariant {
    const { sequences, variants } = this.#of;
    const { line, ...variant } = variants!.rows[row]!;
    const chromosome = sequences?.records[this.#records[row]!]?.name ?? variant.chromosome;
    return { ...variant, chromosome, source: `${variants!.file}, line ${line}` };
  }

  /** Sorts the most unusual variants first, unless the reader has chosen another order. */
  #rank(announcement: string): void {
    this.set({ announcement, ...this.#ranked() });
  }

  #ranked(): Pick<ScoredState, "listing"> | undefined {
    const { listing, scores } = this.state;
    if (listing.sort !== undefined || !scores || scores.done === 0) return undefined;
    return { listing: { ...listing, sort: ranked(scores) } };
  }

  #follow({ model, sequences, variants, doing }: ScoredFrom): void {
    const { scores } = this.state;
    if (sequences !== this.#of.sequences || variants !== this.#of.variants) {
      this.#of = { sequences, variants };
      this.#records = sequences && variants ? recordsOf(sequences, variants.rows) : new Int32Array(0);
      this.forgetAll();
      this.set({ ...EMPTY, scores: undefined });
    } else if (this.state.doing.score && (doing.data || (scores && scores.by.sha256 !== model?.sha256)))
      this.cancel("score");
  }

  /** The rate includes all scored variants, so that the remaining time is right after a break. */
  protected override doing(part: ScoredPlace, activity: Activity | undefined): Partial<ScoredState> {
    const shifted = part === "score" && activity ? { ...activity, began: activity.began - this.#spent } : activity;
    return { doing: { ...this.state.doing, [part]: shifted } };
  }

  protected override cancelled(place: ScoredPlace): Partial<ScoredState> {
    const { scores } = this.state;
    if (place !== "score" || !scores) return { announcement: "Cancelled." };
    return { announcement: `Cancelled. ${scoredInWords(scores)}`, ...this.#ranked() };
  }
}

/** Sentence: "200 of 1,000 variants are scored." */
export function scoredInWords({ done, order, isDone }: VariantScores): string {
  const all = counted(order.length, "variant");
  return `${isDone ? all : `${formatCount(done)} of ${all}`} ${order.length === 1 ? "is" : "are"} scored.`;
}

function cancelled(): WorkerError {
  return new WorkerError({ name: "CancelledError", code: "cancelled", message: "This was cancelled." });
}
