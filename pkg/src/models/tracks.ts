/**
 * A loaded model of tracks: predictions along sequences, attention of the heads, and effects of changed bases.
 */

import {
  given,
  isStretch,
  numberOr,
  recordNumber,
  requireLength,
  seedOr,
  shufflesOr,
  someOf,
  strandsOr,
  trackNumber,
  wholeNumber,
  wholeNumberOr,
} from "../arguments.js";
import {
  bounded,
  floats,
  list,
  MOTIFS,
  named,
  object,
  options,
  READ,
  RESULT,
  SEQUENCES,
  SOURCE,
  WORK,
} from "../boundary.js";
import { InputError, throwIfCancelled } from "../errors.js";
import { BASES_ONLY, decode, differs, encode, windowCodes } from "./bases.js";
import { changedBases, checkVariants, recordsByName } from "./check-variants.js";
import { LoadedModel, openFile, type OpenOptions, threadsOf } from "./model.js";
import type { Intervals } from "../engine/calibration.js";
import type { FullEngine } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { pacing, type WorkOptions } from "../progress.js";
import type { CodedWindow } from "../run/worker-port.js";
import { contributionsOf, matchOf, namedContributions, type WindowedPlace } from "../explain/base-contributions.js";
import { sitesOf } from "../explain/planted-sites.js";
import { filesEngine } from "../files-engine.js";
import { type BinsOfChromosome, bigWigOf, BINS_WANTED } from "../io/big-wig.js";
import { type ModelBytes, partByPart } from "../io/model-bytes.js";
import { release } from "../io/release.js";
import { type Motifs, readMotifs } from "../io/motifs.js";
import {
  type Measured,
  readMeasured,
  readSequences,
  readVariants,
  type SequenceOptions,
  type Sequences,
  type Stretch,
} from "../io/sequences.js";
import type { ReadOptions, TableSource } from "../io/table.js";
import type {
  BaseExplanation,
  CpuTrackModel,
  EngineEffect,
  ScoreSettings,
  SequencesEngine,
  SequenceWindow,
  VariantRow,
} from "../engine/track-engine.js";
import { naming } from "../run/named.js";
import { Runner } from "../run/runner.js";
import { batchOf, Windows, type WindowsOnGpu } from "../run/tracks.js";
import type { Outputs } from "../engine/trust.js";
import { type CoverageOptions, coverageOf } from "../tasks/spread.js";
import type {
  BaseContributionOptions,
  BaseContributions,
  BaseDeletion,
  BaseDeletionOptions,
  MotifChange,
  Mutagenesis,
  MutagenesisOptions,
  NamedContributions,
  NamedVariant,
  NamingOptions,
  RegionOptions,
  ScoreOptions,
  ScoreVariantsOptions,
  TracksResult,
  Variant,
  VariantEffect,
  VariantFault,
  VariantScore,
  WindowAttention,
  WindowShape,
} from "../tasks/tracks.js";

export { decode, encode } from "./bases.js";

/** Memory limit for the predictions of one record, in bytes. */
const MEMORY_LIMIT = 1.5e9;

/** Numbers per bin and track of an ensemble: the mean, and its spread. */
const OF_ENSEMBLE = 4;

/** Predictions per call of the engine for intervals, so that its memory never holds a copy of all of them. */
const INTERVALS_AT_ONCE = 4e6;

/** A loaded model of tracks along a sequence. */
export class TracksModel extends LoadedModel {
  /** Task: the model's input and output. */
  readonly task = "tracks";
  readonly reads = "sequences";
  readonly #engine: SequencesEngine;
  readonly #model: CpuTrackModel;
  readonly #windows: Windows;
  readonly #runner: Runner<CodedWindow, Outputs, WindowsOnGpu>;
  /** Sizes of a window and of the predictions for it. */
  readonly shape: WindowShape;

  private constructor(
    engine: FullEngine,
    model: CpuTrackModel,
    windows: Windows,
    runner: Runner<CodedWindow, Outputs, WindowsOnGpu>,
    verified: boolean,
  ) {
    super(model, runner, engine, verified);
    this.#engine = engine;
    this.#model = model;
    this.#windows = windows;
    this.#runner = runner;
    const { bin, ...sizes } = model.shape;
    this.shape = { ...sizes, binSize: bin };
  }

  /** @internal Opens a model file on the CPU. */
  static open(
    platform: Platform,
    running: RunningCpu<"full">,
    bytes: ModelBytes,
    file: string,
    options: OpenOptions,
  ): TracksModel {
    const { engine } = running;
    const make = (): CpuTrackModel => {
      const model = new engine.TrackModel(partByPart(bytes), file, true);
      // Computes the hash of the bytes as they are now; the engine caches it.
      void model.sha256;
      return model;
    };
    const model = openFile(make, file, options, bytes);
    const windows = new Windows(model, bytes, file, platform.now);
    const runner = new Runner(platform, windows, running, bytes, file, threadsOf(options));
    return new TracksModel(engine, model, windows, runner, options.sha256 !== undefined);
  }

  /**
   * Reads sequences: FASTA as a whole; 2bit, and FASTA with an index or too large for memory, by slices.
   *
   * ```js
   * const sequences = await model.readSequences(fasta);
   * ```
   */
  readSequences(source: TableSource, options: SequenceOptions = {}): Promise<Sequences> {
    return this.during(undefined, () => readSequences(this.#engine, source, options, () => filesEngine(options)));
  }

  /**
   * Reads measured values along chromosomes: bedGraph or bigWig.
   *
   * ```js
   * using measured = await model.readMeasured(bigWig);
   * ```
   */
  readMeasured(source: TableSource, options: ReadOptions = {}): Promise<Measured> {
    return this.during(undefined, () => readMeasured(this.#engine, source, options));
  }

  /**
   * Reads the variants of a VCF file, one per alternative.
   *
   * ```js
   * const variants = await model.readVariants(vcf);
   * ```
   */
  readVariants(source: TableSource, options: ReadOptions = {}): Promise<VariantRow[]> {
    return this.during(undefined, () => readVariants(this.#engine, source, options));
  }

  /**
   * Reads the motifs of a file: MEME's minimal format, or JASPAR's matrices.
   *
   * ```js
   * using motifs = await model.readMotifs(meme);   // or JASPAR, HOCOMOCO, HOMER, TRANSFAC
   * ```
   */
  readMotifs(source: TableSource, options: ReadOptions = {}): Promise<Motifs> {
    return this.during(undefined, () => readMotifs(this.#engine, source, options));
  }

  /**
   * Writes a bigWig file of values of one chromosome's bins, as `writeBigWig` of `regulens/parsers` does; NaN stands
   * for no value. `binSize` defaults to the model's.
   *
   * ```js
   * const { values } = await model.predict(sequences, "chrII");
   * const bins = { chromosome: "chrII", length: 813_184, start: 0 };
   * const bytes = await model.writeBigWig(bins, values.slice());
   * ```
   */
  writeBigWig(
    { binSize = this.shape.binSize, ...place }: Omit<BinsOfChromosome, "binSize"> & { binSize?: number | undefined },
    values: Float32Array,
  ): Promise<Uint8Array> {
    return this.during(undefined, () => bigWigOf(this.#engine, { ...place, binSize }, values));
  }

  /**
   * Position function of each head, [heads, 2 · bins − 1], against t − i, one array per layer; empty without them.
   *
   * ```js
   * const layers = model.positionFunctions();
   * if (layers.length > 0) console.log(layers.length, "layers", layers[0]);
   * ```
   */
  positionFunctions(): Float32Array[] {
    return this.#model.positionFunctions();
  }

  /**
   * Predicts the tracks of a record, or of a region of it, window by window; on the CPU, workers share the windows if
   * the model's size leaves memory for several.
   *
   * ```js
   * const model = await Regulens.load("models/basenji-attention-two-sided-simulated.safetensors", { task: "tracks" });
   * const sequences = await model.readSequences(fasta);
   * const { values, origin, bins } = await model.predict(sequences, 0);   // a record is its number or its name
   * ```
   *
   * @throws CancelledError if `signal` fires; InputError if the predictions would not fit into memory, or the region is
   *   not within the record.
   */
  predict(sequences: Sequences, record: number | string, options: RegionOptions = {}): Promise<TracksResult> {
    return this.during(undefined, async () => {
      const at = numberOf(sequences, record);
      const { signal, onProgress, region } = options;
      const { binSize, tracks, length: size } = this.shape;
      const { name, length } = recordOf(sequences, at);
      const { windows, first, origin } = this.#windowsOf(sequences, at, region);
      const bins =
        windows.reduce((most, { firstBin, keep }) => Math.max(most, firstBin + keep[1] - keep[0]), first) - first;
      const numbers = bins * tracks * (this.#model.members > 0 ? OF_ENSEMBLE : 1);
      if (4 * numbers > MEMORY_LIMIT) {
        throw new InputError(
          `${sequences.file}: ${name} has ${length.toLocaleString("en-US")} bases, whose ${tracks} tracks take ` +
            `${(4e-9 * numbers).toFixed(1)} GB; expected at most ${MEMORY_LIMIT / 1e9} GB.`,
          { code: "too-long", file: sequences.file, remedy: "Give a part of the sequence." },
        );
      }
      // Predictions of all windows by name; for an ensemble, with their spread.
      const all: Record<string, Float32Array> = {};
      const began = performance.now();
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: name, done, total: windows.length, unit: "windows" });
      tell(0);
      const put = (outputs: Outputs, i: number): void => {
        const { keep, firstBin } = windows[i]!;
        for (const [name, values] of Object.entries(outputs)) {
          // A single window's values are the result itself, without a copy.
          if (windows.length === 1 && values.length === bins * tracks) all[name] = values;
          else {
            const whole = (all[name] ??= new Float32Array(bins * tracks));
            whole.set(values.subarray(keep[0] * tracks, keep[1] * tracks), (firstBin - first) * tracks);
            release(values);
          }
        }
        tell(i + 1);
      };
      const input = (i: number): CodedWindow => coded(windowCodes(sequences, at, windows[i]!.start, size));
      const called = (i: number): string => windowName(name, windows[i]!.start);
      const windowsOnGpu = await this.#runner.run({ count: windows.length, input, put, name: called }, signal);
      const { prediction: values, spread } = batchOf(all);
      // Padding of the record's last, incomplete bin with unknown bases is not reported.
      const ends = region ? windows : windows.length > 1 ? [] : windows;
      const beyond = ({ start }: SequenceWindow): number => Math.max(0, -start) + Math.max(0, start + size - length);
      const padded = ends.reduce((sum, window) => sum + beyond(window), 0);
      return {
        record: name,
        length,
        origin,
        binSize,
        bins,
        values,
        ...(spread && { spread }),
        windows,
        padded,
        device: this.device,
        windowsOnGpu,
        seconds: (performance.now() - began) / 1000,
      };
    });
  }

  /**
   * Prediction interval of each bin of each track: the intervals contain the measured value for a fraction `coverage`
   * of bins, as `regulens predict --coverage` writes them, provided that windows are drawn like those of the
   * calibration. A window counts as one draw, however many bins it has (split-conformal prediction of groups; Lee,
   * Barber, Willett, 2023). Intervals are wider for higher predictions, or where ensemble members disagree, and never
   * below 0. They hold for predictions by {@link predict}, of one strand; not for another assembly, nor for simulated
   * sequence if the model was trained on a genome. If the sequence was padded with unknown bases (`padded` above 0),
   * all ends are NaN, since no calibration window was padded. Needs a model whose card has `track_conformal`.
   * ```js
   * const result = await model.predict(sequences, "chrII");
   * const { low, high } = await model.intervals(result, { coverage: 0.9 });   // [bins, tracks], as `result.values`
   * ```
   *
   * @throws InputError if the model was not calibrated, or on too few windows for the coverage.
   */
  intervals(
    { values, spread, padded = 0 }: Pick<TracksResult, "values" | "spread"> & Partial<Pick<TracksResult, "padded">>,
    options: CoverageOptions = {},
  ): Promise<Intervals> {
    return this.during(undefined, async () => {
      const { tracks } = this.shape;
      const count = values?.length ?? 0;
      requireLength("values", values, Math.max(1, Math.ceil(count / tracks)) * tracks);
      const sd = this.#model.members > 0 ? (spread?.sd ?? new Float32Array(0)) : undefined;
      if (sd) requireLength("values in `spread.sd`", sd, count);
      const coverage = coverageOf(options);
      const found = { low: new Float32Array(count), high: new Float32Array(count) };
      const step = Math.max(1, Math.floor(INTERVALS_AT_ONCE / tracks)) * tracks;
      for (let from = 0; from < count; from += step) {
        throwIfCancelled(options.signal, "Finding the intervals");
        const of = (all: Float32Array): Float32Array => all.subarray(from, from + step);
        const apart = sd ? of(sd) : new Float32Array(0);
        const { low, high } = this.#model.intervals(of(values), apart, coverage, padded);
        found.low.set(low, from);
        found.high.set(high, from);
      }
      return found;
    });
  }

  /**
   * Attention of the heads in the window that predicts a bin of a record, or of a region of it.
   *
   * ```js
   * const attention = await model.attention(sequences, "chr1", 40);
   * ```
   *
   * @param bin From 0, the first predicted bin.
   * @throws InputError if there is no such bin.
   */
  attention(
    sequences: Sequences,
    record: number | string,
    bin: number,
    options: RegionOptions = {},
  ): Promise<WindowAttention> {
    return this.during(undefined, async () => {
      const at = numberOf(sequences, record);
      const { length, bins, heads } = this.shape;
      const { windows, first } = this.#windowsOf(sequences, at, options.region);
      const last = windows.at(-1);
      const predicted = last ? last.firstBin + last.keep[1] - last.keep[0] - first : 0;
      const window = windowOfBin(windows, first + wholeNumber("bin", bin, 0, predicted - 1, "no-such-bin"));
      const codes = windowCodes(sequences, at, window.start, length);
      const { name } = recordOf(sequences, at);
      const named = (): string => windowName(name, window.start);
      const layers = await naming(this.#attention(codes, options.signal), named);
      return { window, start: window.start, bins, heads, layers };
    });
  }

  /**
   * Attributes the sum of a track over a record, or over a region of it, to each base, as `regulens interpret
   * attribute` does: on the CPU, one window after another.
   *
   * ```js
   * const { contributions } = await model.contributions(sequences, "chr1", 0);
   * ```
   *
   * @param track Its index, from 0, or its name.
   * @throws CancelledError if `signal` fires; InputError if the model has no such track, or the region is not within
   *   the record.
   */
  contributions(
    sequences: Sequences,
    record: number | string,
    track: number | string,
    options: BaseContributionOptions = {},
  ): Promise<BaseContributions> {
    return this.during(undefined, () => {
      const at = numberOf(sequences, record);
      const number = trackNumber(track, this.card.tracks ?? []);
      return contributionsOf(this.#model, this.#placeOf(sequences, at, options.region), number, options);
    });
  }

  /**
   * As {@link contributions}, and finds seqlets (stretches that contribute more than those of shuffles do), their motif
   * names and their patterns, as `regulens interpret motifs` does: shuffles of at most 16 windows are attributed too.
   *
   * ```js
   * const { names, seqlets } = await model.motifs(sequences, "sim1", "ATAC", motifs);
   * ```
   *
   * @param track Its index, from 0, or its name.
   * @throws CancelledError if `signal` fires; InputError if the model has no such track, or the region is not within
   *   the record.
   */
  motifs(
    sequences: Sequences,
    record: number | string,
    track: number | string,
    motifs: Motifs,
    options: NamingOptions = {},
  ): Promise<NamedContributions> {
    return this.during(undefined, () => {
      const at = numberOf(sequences, record);
      const number = trackNumber(track, this.card.tracks ?? []);
      const place = this.#placeOf(sequences, at, options.region);
      return namedContributions(this.#engine, this.#model, place, number, requireMotifs(motifs), options);
    });
  }

  /**
   * Motif matches that a variant creates, destroys or changes by at least one bit, most significant first; q is at most
   * 0.05, unless another limit is given.
   *
   * ```js
   * const changes = await model.variantMotifs(sequences, "sim1", variant, motifs);
   * ```
   *
   * @throws InputError if the record's bases differ from the variant's reference.
   */
  variantMotifs(
    sequences: Sequences,
    record: number | string,
    variant: Variant,
    motifs: Motifs,
    options: { q?: number | undefined } = {},
  ): Promise<MotifChange[]> {
    return this.during(undefined, () => {
      const at = numberOf(sequences, record);
      requireReference(sequences, at, variant);
      numberOr("largest q", options.q, 0, 1, "bad-q");
      const { position, reference, alternative } = variant;
      const set = requireMotifs(motifs).on(this.#engine);
      const first = Math.max(0, position - set.reach);
      const last = Math.min(recordOf(sequences, at).length, position + reference.length + set.reach);
      const codes = sequences.codes(at, first, last);
      const [from, to] = [encode(reference), encode(alternative)];
      const changes = set.changes(codes, position - first, from, to, options.q);
      return changes.map(({ motif, change, q, bits, reference, alternative }) => ({
        ...{ motif, kind: change, q, bits },
        reference: reference && matchOf(reference, first),
        alternative: alternative && matchOf(alternative, first),
      }));
    });
  }

  /**
   * Measures how much of a track's sum over a record, or over a region of it, is lost as the bases that an explanation
   * ranks first are replaced, as `regulens interpret deletion` does: on the CPU, one window after another.
   *
   * ```js
   * const { curves } = await model.deletion(sequences, "sim1", "ATAC", { region: { start: 20_000, end: 22_048 } });
   * ```
   *
   * @param track Its index, from 0, or its name.
   * @throws CancelledError if `signal` fires; InputError if the model has no such track, or the region is not within
   *   the record.
   */
  deletion(
    sequences: Sequences,
    record: number | string,
    track: number | string,
    options: BaseDeletionOptions = {},
  ): Promise<BaseDeletion> {
    return this.during(undefined, async () => {
      const at = numberOf(sequences, record);
      const { signal, onProgress, region, motifs, truth } = options;
      const number = trackNumber(track, this.card.tracks ?? []);
      const [strands, shuffles, seed] = [
        strandsOr(options.strands),
        shufflesOr(options.shuffles),
        seedOr(options.seed),
      ];
      const asked = someOf("explanation", options.explanations, WITH_MOTIFS, "no-such-explanation");
      const explanations = asked ?? (motifs && WITH_MOTIFS);
      const known = explanations?.includes("motifs") ? requireMotifs(motifs).on(this.#engine) : undefined;
      const { binSize, length: size } = this.shape;
      const { name, length } = recordOf(sequences, at);
      const { windows } = this.#windowsOf(sequences, at, region);
      const tell = (done: number): void =>
        onProgress?.({ stage: "explain", file: name, done, total: windows.length, unit: "windows" });
      tell(0);
      const test = this.#model.deletionTest(number, given({ explanations, strands, shuffles, seed }));
      try {
        if (known) test.know(known, sequences.codes(at, region?.start ?? 0, region?.end ?? length));
        if (truth) test.plant(sitesOf(truth, name));
        let bases = 0;
        for (const [i, window] of windows.entries()) {
          const codes = windowCodes(sequences, at, window.start, size);
          let told = 0;
          await test.add(
            name,
            window.start,
            length,
            codes,
            Uint32Array.from(window.keep),
            pacing((share) => {
              throwIfCancelled(signal, "The deletion test");
              if (share === told) return;
              told = share;
              tell(i + share);
            }),
          );
          throwIfCancelled(signal, "The deletion test");
          bases += (window.keep[1] - window.keep[0]) * binSize;
          tell(i + 1);
        }
        return { record: name, track: number, windows: windows.length, bases, ...test.finish() };
      } finally {
        test.free();
      }
    });
  }

  /**
   * Computes the effect of a variant: predicts a window centred on it, with the reference and with the alternative.
   *
   * ```js
   * const effect = await model.variant(sequences, "sim1", { position: 35_520, reference: "G", alternative: "C" });
   * ```
   *
   * @throws InputError if the record's bases differ from the variant's reference, or an allele is longer than half of
   *   the predicted part of a window.
   */
  variant(
    sequences: Sequences,
    record: number | string,
    variant: Variant,
    options: ScoreOptions = {},
  ): Promise<VariantEffect> {
    return this.during(undefined, async () => {
      const at = numberOf(sequences, record);
      const { onProgress } = options;
      const what = describe(sequences, at, variant);
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: what, done, total: 1, unit: "variants" });
      tell(0);
      const effect = await this.#effect(sequences, at, variant, options);
      if (!effect) throw tooLong(what, this.shape);
      tell(1);
      const { start, bins, reference, alternative, rows } = effect;
      return {
        start,
        origin: start + this.shape.crop * this.shape.binSize,
        bins,
        reference: reference.prediction,
        alternative: alternative.prediction,
        ...(reference.spread && { spread: { reference: reference.spread, alternative: alternative.spread! } }),
        attention: { reference: reference.attention, alternative: alternative.attention },
        scores: rows,
      };
    });
  }

  /**
   * Scores variants: one row per variant and track, as `regulens interpret variants --tsv` writes them. Alternatives
   * without bases (`<DEL>`, `*`), or longer than half of the predicted part of a window, have no rows. Consecutive
   * variants at the same position share the computation of the reference. `checkVariants` reports beforehand which
   * variants cannot be scored.
   *
   * ```js
   * const scores = await model.scoreVariants(sequences, await model.readVariants(vcf), { around: 2 });
   * ```
   *
   * @throws CancelledError if `signal` fires; InputError if a record is missing, or its bases differ from the variant's
   *   reference.
   */
  scoreVariants(
    sequences: Sequences,
    variants: readonly NamedVariant[],
    options: ScoreVariantsOptions = {},
  ): Promise<VariantScore[]> {
    return this.during(undefined, async () => {
      const scores: VariantScore[] = [];
      const tell = (done: number): void =>
        options.onProgress?.({
          stage: "predict",
          file: sequences.file,
          done,
          total: variants.length,
          unit: "variants",
        });
      const recordOfVariant = recordsOf(sequences, variants);
      for (const [i, variant] of variants.entries()) {
        tell(i);
        if (!BASES_ONLY.test(variant.alternative)) {
          options.onScored?.(i, []);
          continue;
        }
        const record = recordOfVariant(variant);
        const effect = await this.#effect(sequences, record, variant, options);
        const { position, id = ".", reference, alternative } = variant;
        const sequence = variant.chromosome ?? sequences.records[record]!.name;
        const of = { sequence, position: position + 1, id, reference, alternative };
        const rows = (effect?.rows ?? []).map((row) => ({ ...of, ...row }));
        scores.push(...rows);
        options.onScored?.(i, rows);
      }
      tell(variants.length);
      return scores;
    });
  }

  /**
   * For each variant, in order, the fault that prevents scoring it; undefined if there is none. If many variants have
   * `reference-differs`, the VCF is probably of another assembly.
   *
   * ```js
   * const faults = await model.checkVariants(sequences, variants);   // undefined: it can be scored
   * ```
   *
   * @throws CancelledError if `signal` fires.
   */
  checkVariants(
    sequences: Sequences,
    variants: readonly NamedVariant[],
    options: WorkOptions = {},
  ): Promise<(VariantFault | undefined)[]> {
    return this.during(undefined, () => checkVariants(sequences, variants, options));
  }

  /**
   * The bases that each variant changes, from 0, in order: without bases that both alleles share. An insertion or
   * deletion in a repeat is moved to its first position, where it is scored, however it is written; an insertion is
   * represented by the base before it. Undefined for a variant in which `checkVariants` finds a fault.
   *
   * ```js
   * const stretches = await model.changedBases(sequences, variants);
   * ```
   *
   * @throws CancelledError if `signal` fires.
   */
  changedBases(
    sequences: Sequences,
    variants: readonly NamedVariant[],
    options: WorkOptions = {},
  ): Promise<(Stretch | undefined)[]> {
    return this.during(undefined, () => changedBases(this.#model, this.shape.length, sequences, variants, options));
  }

  /**
   * Substitutes every base from `start` to `end` (excluded) by every other, one at a time, and sums the changes in the
   * surrounding predictions, as `regulens interpret mutagenesis` does. On the CPU, which recomputes only what a base
   * affects.
   *
   * ```js
   * const mutagenesis = await model.mutagenesis(sequences, "chr1", 10_000, 10_040);
   * ```
   *
   * @throws CancelledError if `signal` fires; InputError if the stretch is empty or extends beyond the record.
   */
  mutagenesis(
    sequences: Sequences,
    record: number | string,
    start: number,
    end: number,
    options: MutagenesisOptions = {},
  ): Promise<Mutagenesis> {
    return this.during(undefined, async () => {
      const at = numberOf(sequences, record);
      const { signal, onProgress } = options;
      const { name, length } = recordOf(sequences, at);
      if (!isStretch(start, end, length)) {
        throw new InputError(
          `found bases ${start + 1} to ${end} of ${name}; expected a stretch within its ${length} bases.`,
          { code: "bad-stretch", remedy: "Choose a stretch within the record." },
        );
      }
      const { codes, first } = this.#surroundings(sequences, at, start, end);
      const running = this.#windows.mutagenesis(
        { codes, start: start - first, end: end - first, settings: settingsOf(options) },
        (done, total) => onProgress?.({ stage: "mutate", file: name, done, total, unit: "bases" }),
        signal,
      );
      const found = await naming(running, () => `${name}:${start + 1}-${end}`);
      const { sums, changes, heights } = found;
      return {
        start,
        end,
        codes: found.codes,
        bins: found.bins,
        reference: sums,
        change: changes,
        contribution: heights,
      };
    });
  }

  /** The attention of a window that has already been predicted. */
  async #attention(codes: Uint8Array, signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const window = { kind: "window", codes, attention: true, alone: true } as const;
    const { prediction, attention } = batchOf(await this.#runner.predict(window, signal));
    release(prediction);
    return attention;
  }

  /** Computes the effect of a variant of a record; undefined if an allele is too long. */
  async #effect(
    sequences: Sequences,
    record: number,
    variant: Variant,
    options: ScoreOptions,
  ): Promise<EngineEffect | undefined> {
    requireReference(sequences, record, variant);
    const { position, reference, alternative } = variant;
    const seen = this.#surroundings(sequences, record, position, position + reference.length);
    const request = {
      ...seen,
      position: position - seen.first,
      reference: encode(reference),
      alternative: encode(alternative),
      settings: settingsOf(options),
    };
    const onGpu = await this.#runner.onGpu(
      async (model) => ({ effect: await model.variant(request), model }),
      ({ effect, model }) => this.#windows.checkEffect(model, request, effect),
      options.signal,
    );
    const what = describe(sequences, record, variant);
    return onGpu ? onGpu.effect : naming(this.#windows.variant(request, options.signal), () => what);
  }

  /** Returns the part of a record that a window around some of its bases can need, with a margin. */
  #surroundings(
    sequences: Sequences,
    record: number,
    start: number,
    end: number,
  ): { codes: Uint8Array; first: number } {
    const first = Math.max(0, start - this.shape.length);
    const last = Math.min(recordOf(sequences, record).length, end + this.shape.length);
    return { codes: sequences.codes(record, first, last), first };
  }

  /** A record, or a region of it, with its windows. */
  #placeOf(sequences: Sequences, record: number, region: RegionOptions["region"]): WindowedPlace {
    recordOf(sequences, record);
    return { sequences, record, windows: this.#windowsOf(sequences, record, region).windows };
  }

  /** The windows of a record or a region, the index of the first bin that they keep, and its first base. */
  #windowsOf(
    sequences: Sequences,
    record: number,
    region: RegionOptions["region"],
  ): { windows: readonly SequenceWindow[]; first: number; origin: number } {
    const { name, length } = recordOf(sequences, record);
    if (!region) {
      const windows = sequences.windows(record, this.shape);
      const first = windows[0]?.firstBin ?? 0;
      return { windows, first, origin: first * this.shape.binSize };
    }
    const { start, end, isWhole } = region;
    if (!isStretch(start, end, length)) {
      throw new InputError(
        `found the region ${name}:${start + 1}-${end}; expected one within the ${length} bases of ${name}.`,
        { code: "beyond-sequence", file: sequences.file, remedy: "Choose a region within the sequence." },
      );
    }
    const { windows, start: origin } = sequences.around(record, region, this.shape, isWhole);
    return { windows, first: 0, origin };
  }
}

/** The window that predicts a bin of a record, counted from its first base, or else the nearest window. */
function windowOfBin(windows: readonly SequenceWindow[], bin: number): SequenceWindow {
  const found = windows.find(({ firstBin, keep }) => bin < firstBin + keep[1] - keep[0]) ?? windows.at(-1);
  if (!found)
    throw new InputError("This record has no bases.", { code: "empty-record", remedy: "Choose another record." });
  return found;
}

/** Record index of each variant, by the rule of `checkVariants`. */
function recordsOf(sequences: Sequences, variants: readonly NamedVariant[]): (variant: NamedVariant) => number {
  const { records, file } = sequences;
  const meant = recordsByName(sequences, variants);
  return (variant) => {
    const { chromosome, source } = variant;
    const found = meant(variant);
    if (found >= 0) return found;
    const names = records.slice(0, 4).map(({ name }) => name);
    const isLent = chromosome !== undefined && sequences.find(chromosome) >= 0;
    const what = chromosome === undefined ? "a variant without a chromosome" : `the sequence ${chromosome}`;
    const has = `${names.join(", ")}${records.length > names.length ? ` and ${records.length - names.length} more` : ""}`;
    throw new InputError(
      `${source === undefined ? "" : `${source}: `}found ${what}` +
        (isLent
          ? `, for which other variants have a closer or another name; ${file} has ${has}.`
          : `; ${file} has ${has}.`),
      { code: "no-such-record", file, remedy: "Name the sequence of the variant as the FASTA file does." },
    );
  };
}

/** Checks and returns the given settings, which the engine accepts unchecked. */
function settingsOf({ around, strands, shifts }: ScoreOptions): ScoreSettings {
  wholeNumberOr("number of bins around", around, 0, Number.MAX_SAFE_INTEGER, "bad-around");
  strandsOr(strands);
  if (shifts !== undefined && !(shifts.length > 0 && shifts.every(Number.isInteger))) {
    throw new InputError(`found shifts [${shifts.join(", ")}]; expected whole numbers of bases, at least one.`, {
      code: "bad-shifts",
      remedy: "Leave them out to take the sequence as it is.",
    });
  }
  return given({ around, strands, shifts });
}

function tooLong(what: string, { cropped, binSize }: WindowShape): InputError {
  return new InputError(
    `${what}: found an allele that is too long; expected at most ${Math.floor((cropped * binSize) / 2)} bases, half ` +
      "of what the model predicts.",
    { code: "allele-too-long", remedy: "Try a shorter variant." },
  );
}

/** Index of a record given by its index or its name. */
function numberOf({ records, file }: Sequences, record: number | string): number {
  return recordNumber(record, records, file);
}

function recordOf({ records }: Sequences, record: number): { name: string; length: number } {
  return records[record]!;
}

/** Explanations to test with known motifs, in the engine's order; the engine skips those that the model lacks. */
const WITH_MOTIFS: readonly BaseExplanation[] = ["gradient", "integrated-gradients", "attention", "motifs", "random"];

function requireMotifs(motifs: Motifs | undefined): Motifs {
  if (motifs) return motifs;
  throw new InputError("found no motifs to test; expected those that are known.", {
    code: "no-motifs",
    remedy: "Give `motifs`, as `readMotifs` reads them, or leave them out of `explanations`.",
  });
}

function coded(codes: Uint8Array): CodedWindow {
  return { kind: "window", codes, attention: false };
}

/** Name of a window, as in the program's messages: "chr4, the window at 16384". */
function windowName(record: string, start: number): string {
  return `${record}, the window at ${start}`;
}

/** A variant in words: "chr4:1,203 A>G". */
function describe(sequences: Sequences, record: number, { position, reference, alternative }: Variant): string {
  return `${sequences.records[record]?.name}:${(position + 1).toLocaleString("en-US")} ${reference}>${alternative}`;
}

function requireReference(sequences: Sequences, record: number, variant: Variant): void {
  const { file } = sequences;
  const { name, length } = recordOf(sequences, record);
  const { position, reference, alternative } = variant;
  const where = `${variant.source === undefined ? "" : `${variant.source}: `}${describe(sequences, record, variant)}`;
  if (!BASES_ONLY.test(reference) || !BASES_ONLY.test(alternative)) {
    throw new InputError(
      `${where}: found ${JSON.stringify(`${reference}>${alternative}`)}; expected bases A, C, G, T or N on both sides.`,
      { code: "bad-variant", remedy: "Write the variant as 12345 A>G; an insertion as A>AT, a deletion as AT>A." },
    );
  }
  if (!Number.isInteger(position))
    throw new InputError(`${where}: found the position ${String(position)}; expected a whole number of bases.`, {
      code: "bad-variant",
      remedy: "Give the position of the variant's first base, from 0.",
    });
  if (position < 0 || position + reference.length > length) {
    throw new InputError(
      `${where}: found a position outside of ${name}; ${file} has its bases 1 to ${length.toLocaleString("en-US")}.`,
      { code: "outside", file, remedy: "Count positions from 1 along this record." },
    );
  }
  const found = sequences.codes(record, position, position + reference.length);
  if (differs(encode(reference), found)) {
    throw new InputError(
      `${where}: found the reference ${reference} in the variant, but ${decode(found)} in ${file}; expected the same.`,
      {
        code: "reference-differs",
        file,
        remedy:
          "Check that both are of the same assembly, that the sequence is of the forward strand, and that the " +
          "position is counted from 1.",
      },
    );
  }
}

const PLACE = [SEQUENCES, named("record")];
const REGION = `${WORK}region `;
const BASES = `${REGION}method strands shuffles seed `;
const SCORE = `${WORK}around strands shifts `;

bounded(
  "model",
  TracksModel.prototype,
  {
    readSequences: [SOURCE, options(READ, "fai gzi")],
    readMeasured: [SOURCE, options(READ)],
    readVariants: [SOURCE, options(READ)],
    readMotifs: [SOURCE, options(READ)],
    writeBigWig: [object("bins", BINS_WANTED), floats("values")],
    predict: [...PLACE, options(REGION)],
    intervals: [object("result", RESULT), options(WORK, "coverage")],
    attention: [...PLACE, named("bin"), options(REGION)],
    contributions: [...PLACE, named("track"), options(BASES)],
    motifs: [...PLACE, named("track"), MOTIFS, options(BASES, "seqlets q least")],
    variantMotifs: [...PLACE, object("variant"), MOTIFS, options("q")],
    deletion: [...PLACE, named("track"), options(BASES, "explanations motifs truth")],
    variant: [...PLACE, object("variant"), options(SCORE)],
    scoreVariants: [SEQUENCES, list("variants"), options(SCORE, "onScored")],
    checkVariants: [SEQUENCES, list("variants"), options(WORK)],
    changedBases: [SEQUENCES, list("variants"), options(WORK)],
    mutagenesis: [...PLACE, named("start"), named("end"), options(SCORE)],
  },
  { positionFunctions: [] },
);
