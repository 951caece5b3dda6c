/**
 * Scoring a whole VCF: part by part, so that what is done stays when it is cancelled, and goes on from there. What is
 * scored follows the session: other sequences or another VCF forget it, another model leaves it as what it is.
 */

import type { NamedVariant, VariantFault, VariantRow, WorkOptions } from "../../../../../pkg/src/index";
import { pacing } from "../../../../../pkg/src/progress";
import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { Caller } from "../../../rpc/rpc";
import { type Activities, type Activity, type Observable, AsyncState } from "../../../rpc/async-state";
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

/** Percentile of random variants beyond which a variant counts. */
export const PERCENTILE = 95;

/** Variants with a percentile, those above {@link PERCENTILE}, and the test of that number against chance. */
export interface Beyond {
  readonly above: number;
  readonly of: number;
  readonly expected: number;
  /** Probability of that many or more in a binomial distribution of independent variants. */
  readonly p: number;
}

/** Probability of `least` or more of `n` independent events, each with the probability `share` (0 to 1, exclusive). */
export function upperTail(least: number, n: number, share: number): number {
  if (least <= 0) return 1;
  // Terms from 0 on in logarithms, since the first ones of a long list are below the smallest number.
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

/** The count of a track, by its place among those that were scored; undefined where no variant has a percentile. */
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

/** "2 of 63 above the 95th percentile of random variants; 3.2 expected by chance": the result, then its test. */
export function beyondInWords({ above, of, expected, p }: Beyond): readonly [result: string, test: string] {
  const by = expected < 10 ? String(Number(expected.toFixed(1))) : formatCount(Math.round(expected));
  return [
    `${formatCount(above)} of ${counted(of, "variant")} above the ${PERCENTILE}th percentile of random variants; ` +
      `${by} expected by chance`,
    `One-sided binomial test, p ${p < 0.001 ? "< 0.001" : `= ${Number(p.toPrecision(2))}`}; variants are taken as ` +
      "independent.",
  ];
}

/** State of the session that scoring reads. */
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
  /** The track whose scores are listed, by its place among those that were scored. */
  readonly track: number;
  readonly announcement: string;
}

const EMPTY: ScoredState = { listing: FIRST_VARIANTS, track: 0, doing: {}, problems: {}, announcement: "" };

/** Milliseconds that a part is to take: what a cancelled one loses, and how long other work waits for it. */
const PART = 1000;

/** Most variants of a part. */
const MOST = 200;

/** Variants times tracks whose scores are kept: beyond that only those of the tracks that are shown. */
const MOST_SCORES = 2_000_000;

/** Bytes of scores beyond which they are computed again rather than kept. */
const MOST_PACKED = 50e6;

/** By how much more must be scored before what is computed is packed again. */
const REPACKED = 1.25;

/** Actions of the page on the scores of a VCF. */
export class ScoredVariants extends AsyncState<ScoredPlace, ScoredState> {
  #of: Pick<ScoredFrom, "sequences" | "variants"> = {};
  #records: Int32Array = new Int32Array(0);
  #listed: { readonly of: readonly unknown[]; readonly scores: unknown; readonly order: Uint32Array } | undefined;
  #packed: { readonly rows: unknown; readonly sha256: string; readonly done: number; readonly blob: Blob } | undefined;
  /** Milliseconds that went into the scores before those that go on now. */
  #spent = 0;

  constructor(
    private readonly worker: Caller<Pick<TrackCalls, "checkVariants" | "scoreVariants">>,
    private readonly from: Pick<Observable<ScoredFrom>, "state" | "subscribe">,
    private readonly genes?: { nearBy(rows: readonly VariantRow[]): NearRows | undefined },
  ) {
    super(EMPTY);
    from.subscribe((state) => this.#follow(state));
  }

  /** True if the scores are of the model that is open. */
  get isCurrent(): boolean {
    const { scores } = this.state;
    return scores !== undefined && scores.by.sha256 === this.from.state.model?.sha256;
  }

  /** File and number of variants that a model has scored, for its methods. */
  doneBy(sha256: string): { readonly file: string; readonly variants: number } | undefined {
    const { scores } = this.state;
    const { variants } = this.#of;
    return variants && scores?.by.sha256 === sha256 && scores.done > 0
      ? { file: variants.file, variants: scores.done }
      : undefined;
  }

  /** The record of the sequences that each row lies on, by its position; −1 for none. */
  get records(): Int32Array {
    return this.#records;
  }

  /** The row of a variant that was tried; undefined where the file has none. */
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
   * The rows that are listed, in order. Scores that come while others are computed fill in, and do not move a row from
   * under the reader's eyes.
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

  /** Scores what is not scored yet; all again where the model is another one. */
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

  /** The scores as bytes, to have them back later; while they are computed not each part anew. */
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

  /** Takes scores that were packed; says whether they are of these variants, these records and this model. */
  async take(blob: Blob): Promise<boolean> {
    const { model, sequences, variants } = this.from.state;
    if (!model?.shape || !sequences || !variants) return false;
    const { card, file, sha256, shape } = model;
    const scores = await unpackScores(blob, variants.rows, sequences, { card, file, sha256, shape });
    if (!scores || this.from.state.variants !== variants) return false;
    this.set({ scores, track: Math.max(0, scores.tracks.indexOf(this.from.state.shown[0] ?? 0)) });
    // That all is back is announced once, by the page.
    this.#rank("");
    return true;
  }

  /** Lists others, or in another order. */
  list(listing: VariantListing): void {
    this.set({ listing });
  }

  /** Lists the scores of another of the tracks that were scored. */
  chooseTrack(track: number): void {
    this.set({ track });
  }

  /**
   * The scores as a file: as TSV the rows that are listed, in their order, as VCF the file that was read, since its
   * readers expect that order. Undefined where that failed or was cancelled.
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

  /** Looks which rows can be scored, and refuses a file of another assembly. */
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

  /** A row with its chromosome called as the sequences call it. */
  #named(row: number): NamedVariant {
    const { sequences, variants } = this.#of;
    const { line, ...variant } = variants!.rows[row]!;
    const chromosome = sequences?.records[this.#records[row]!]?.name ?? variant.chromosome;
    return { ...variant, chromosome, source: `${variants!.file}, line ${line}` };
  }

  /** Puts what stands out first, unless the reader has chosen another order. */
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

  /** A rate is of all that was scored, so that what is left of it does not look short after a break. */
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

/** "200 of 1,000 variants are scored." */
export function scoredInWords({ done, order, isDone }: VariantScores): string {
  const all = counted(order.length, "variant");
  return `${isDone ? all : `${formatCount(done)} of ${all}`} ${order.length === 1 ? "is" : "are"} scored.`;
}

function cancelled(): WorkerError {
  return new WorkerError({ name: "CancelledError", code: "cancelled", message: "This was cancelled." });
}
