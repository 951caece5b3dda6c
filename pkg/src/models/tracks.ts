/**
 * A loaded model of tracks: predicts along sequences, shows where its heads looked, and what a changed base changes.
 */

import type { CpuEngine } from "../engine/engine.js";
import { fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { LoadedModel, openFile, type OpenOptions, threadsOf } from "./model.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import type { CodedWindow } from "../run/worker-port.js";
import { yieldToOthers, type WorkOptions } from "../progress.js";
import { type Measured, readMeasured, readSequences, readVariants, type Sequences } from "../io/sequences.js";
import type { ReadOptions, TableSource } from "../io/table.js";
import type {
  CpuTrackModel,
  EngineReference,
  SequenceWindow,
  TrackBatch,
  TrackShape,
  VariantRow,
} from "../engine/track-engine.js";
import { Runner } from "../run/runner.js";
import { batchOf, between, Windows } from "../run/windows.js";
import type { Outputs } from "../engine/trust.js";
import type {
  Mutagenesis,
  MutagenesisOptions,
  TracksResult,
  Variant,
  VariantEffect,
  WindowAttention,
} from "../tasks/tracks.js";

/** The code of an unknown base. */
const UNKNOWN = 4;

const BASES = "ACGT";

/** Predictions of one record that are kept in memory, in bytes. */
const MEMORY_LIMIT = 1.5e9;

/** A loaded model of tracks along a sequence. */
export class TracksModel extends LoadedModel {
  /** What the model reads and predicts. */
  readonly task = "tracks";
  readonly #engine: CpuEngine;
  readonly #model: CpuTrackModel;
  readonly #runner: Runner<CodedWindow, Outputs>;
  /** Sizes of a window and of what is predicted for it. */
  readonly shape: TrackShape;

  private constructor(
    engine: CpuEngine,
    model: CpuTrackModel,
    runner: Runner<CodedWindow, Outputs>,
    verified: boolean,
  ) {
    super(model, runner, verified);
    this.#engine = engine;
    this.#model = model;
    this.#runner = runner;
    this.shape = model.shape;
  }

  /** @internal Opens a model file on the CPU. */
  static open(
    platform: Platform,
    running: RunningCpu,
    bytes: Uint8Array,
    file: string,
    options: OpenOptions,
  ): TracksModel {
    const { engine } = running;
    const model = openFile(() => new engine.TrackModel(bytes, file), file, options);
    const windows = new Windows(model, bytes, file, platform.now);
    const runner = new Runner(platform, windows, running, bytes, file, threadsOf(options));
    return new TracksModel(engine, model, runner, options.sha256 !== undefined);
  }

  /** Reads FASTA, plain or gzipped. */
  readSequences(source: TableSource, options: ReadOptions = {}): Promise<Sequences> {
    return this.during(undefined, () => readSequences(this.#engine, source, options));
  }

  /** Reads measured values along chromosomes: bedGraph or bigWig. */
  readMeasured(source: TableSource, options: ReadOptions = {}): Promise<Measured> {
    return this.during(undefined, () => readMeasured(this.#engine, source, options));
  }

  /** Reads the rows of a VCF file. */
  readVariants(source: TableSource, options: ReadOptions = {}): Promise<VariantRow[]> {
    return this.during(undefined, () => readVariants(this.#engine, source, options));
  }

  /** A bigWig file of values of one chromosome's bins; NaN stands for no value. */
  writeBigWig(chromosome: string, length: number, start: number, values: Float32Array): Uint8Array {
    try {
      return this.#engine.writeBigWig(chromosome, length, start, this.shape.bin, values);
    } catch (thrown) {
      throw fromEngine(thrown, InputError);
    }
  }

  /**
   * For each layer the position function of each head, [heads, 2 · bins − 1], against t − i; none for a model without.
   */
  positionFunctions(): Float32Array[] {
    return this.#model.positionFunctions();
  }

  /**
   * Predicts the tracks of a record, window by window; on the CPU, workers share the windows where a model leaves
   * memory for several.
   *
   * @throws CancelledError where `signal` fires; InputError where the predictions would not fit into memory.
   */
  predict(sequences: Sequences, record: number, options: WorkOptions = {}): Promise<TracksResult> {
    return this.during(undefined, async () => {
      const { signal, onProgress } = options;
      const { bin, tracks, length: size } = this.shape;
      const { name, length } = recordOf(sequences, record);
      const windows = sequences.windows(record, this.shape);
      const first = windows[0]?.firstBin ?? 0;
      const bins =
        windows.reduce((most, { firstBin, keep }) => Math.max(most, firstBin + keep[1] - keep[0]), first) - first;
      if (4 * bins * tracks > MEMORY_LIMIT) {
        throw new InputError(
          `${sequences.file}: ${name} has ${length.toLocaleString("en-US")} bases, whose ${tracks} tracks take ${(4e-9 * bins * tracks).toFixed(1)} GB; expected at most ${MEMORY_LIMIT / 1e9} GB.`,
          { code: "too-long", file: sequences.file, remedy: "Give a part of the sequence." },
        );
      }
      const codes = sequences.codes(record);
      const values = new Float32Array(bins * tracks);
      const began = performance.now();
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: name, done, total: windows.length, unit: "windows" });
      tell(0);
      const put = (outputs: Outputs, i: number): void => {
        const { keep, firstBin } = windows[i]!;
        const { prediction } = batchOf(outputs);
        values.set(prediction.subarray(keep[0] * tracks, keep[1] * tracks), (firstBin - first) * tracks);
        tell(i + 1);
      };
      const input = (i: number): CodedWindow => coded(windowCodes(codes, windows[i]!.start, size), false);
      const windowsOnGpu = await this.#runner.run({ count: windows.length, input, put }, signal);
      const padded = Math.max(0, size - length);
      return {
        record: name,
        length,
        origin: first * bin,
        bin,
        bins,
        values,
        windows,
        padded,
        device: this.device,
        windowsOnGpu,
        seconds: (performance.now() - began) / 1000,
      };
    });
  }

  /** Where the heads looked in the window that predicts a bin of a record's tracks, or the one nearest to it. */
  attention(sequences: Sequences, record: number, bin: number, options: WorkOptions = {}): Promise<WindowAttention> {
    return this.during(undefined, async () => {
      const { length, bins, heads } = this.shape;
      const windows = sequences.windows(record, this.shape);
      const window = windowOfBin(windows, (windows[0]?.firstBin ?? 0) + bin);
      const codes = windowCodes(sequences.codes(record), window.start, length);
      const { attention } = await this.#window(codes, true, options.signal);
      return { window, start: window.start, bins, heads, layers: attention };
    });
  }

  /**
   * What a variant changes: the window around it, once as it is and once changed.
   *
   * @throws InputError where the record has other bases there than the variant says.
   */
  variant(sequences: Sequences, record: number, variant: Variant, options: WorkOptions = {}): Promise<VariantEffect> {
    return this.during(undefined, async () => {
      const { signal, onProgress } = options;
      const { length, layers, crop, bin } = this.shape;
      const codes = sequences.codes(record);
      requireReference(sequences, record, codes, variant);
      const { position, reference, alternative } = variant;
      const window = this.#windowAround(sequences, record, position);
      const original = windowCodes(codes, window.start, length);
      const tell = (done: number): void =>
        onProgress?.({ stage: "predict", file: describe(sequences, record, variant), done, total: 2, unit: "windows" });
      tell(0);
      const before = await this.#window(original, layers > 0, signal);
      tell(1);
      // Bases behind an insertion or a deletion move along; what enters the window at its end is the record's own.
      const at = position - window.start;
      const rest = windowCodes(codes, position + reference.length, Math.max(0, length - at - alternative.length));
      const changed = new Uint8Array(length);
      changed.set(original.subarray(0, at));
      changed.set(encode(alternative).subarray(0, length - at), at);
      changed.set(rest, at + alternative.length);
      const after = await this.#window(changed, layers > 0, signal);
      tell(2);
      return {
        window,
        origin: window.start + crop * bin,
        reference: before.prediction,
        alternative: after.prediction,
        attention: { reference: before.attention, alternative: after.attention },
      };
    });
  }

  /**
   * Replaces every base from `start` up to but not including `end` by every other, one at a time, and adds up what that
   * changes in the predictions of the bins there. On the CPU, where only what a base reaches is computed again.
   *
   * @throws CancelledError where `signal` fires; InputError where the stretch is empty or leaves the window.
   */
  mutagenesis(
    sequences: Sequences,
    record: number,
    start: number,
    end: number,
    options: MutagenesisOptions = {},
  ): Promise<Mutagenesis> {
    return this.during(undefined, async () => {
      const { signal, onProgress, around = 4 } = options;
      const { length, tracks, crop, cropped, bin } = this.shape;
      const { name, length: bases } = recordOf(sequences, record);
      const window = this.#windowAround(sequences, record, Math.floor((start + end) / 2));
      if (!(start >= 0 && end > start && end <= bases) || start < window.start || end > window.start + length) {
        throw new InputError(
          `found bases ${start + 1} to ${end} of ${name}; expected a stretch within its ${bases} bases and one window of ${length}.`,
          { code: "bad-stretch", remedy: "Choose a shorter stretch within the record." },
        );
      }
      const codes = windowCodes(sequences.codes(record), window.start, length);
      const origin = window.start + crop * bin;
      const first = Math.max(0, Math.min(cropped - 1, Math.floor((start - origin) / bin) - around));
      const last = Math.max(first + 1, Math.min(cropped, Math.floor((end - 1 - origin) / bin) + 1 + around));
      const sums = (prediction: Float32Array): Float64Array => {
        const sum = new Float64Array(tracks);
        for (let i = first; i < last; i++)
          for (let track = 0; track < tracks; track++) sum[track]! += prediction[i * tracks + track]!;
        return sum;
      };
      const change = new Float32Array((end - start) * 4 * tracks);
      const total = 3 * (end - start);
      let done = 0;
      const tell = (): void => onProgress?.({ stage: "mutate", file: name, done, total, unit: "bases" });
      tell();
      let kept: EngineReference | undefined;
      try {
        kept = await this.#model.reference(codes, between(signal));
        const before = sums(kept.prediction);
        for (let position = start; position < end; position++) {
          const at = position - window.start;
          const present = codes[at]!;
          for (let code = 0; code < 4; code++) {
            if (code === present) continue;
            const after = sums((await this.#model.edited(kept, at, code, false)).prediction);
            change.set(
              after.map((sum, track) => sum - before[track]!),
              ((position - start) * 4 + code) * tracks,
            );
            done++;
            tell();
            await yieldToOthers();
            throwIfCancelled(signal, "Mutagenesis");
          }
        }
        return {
          window,
          start,
          end,
          codes: codes.slice(start - window.start, end - window.start),
          bins: [first, last] as const,
          origin,
          reference: Float32Array.from(before),
          change,
        };
      } finally {
        kept?.free();
      }
    });
  }

  /** What the model makes of one window. */
  async #window(codes: Uint8Array, attention: boolean, signal: AbortSignal | undefined): Promise<TrackBatch> {
    return batchOf(await this.#runner.predict(coded(codes, attention), signal));
  }

  /** The window in which a base is farthest from what is cropped. */
  #windowAround(sequences: Sequences, record: number, position: number): SequenceWindow {
    return windowOfBin(sequences.windows(record, this.shape), Math.floor(position / this.shape.bin));
  }
}

/** The window that predicts a bin of a record, counted from its first base, or the one nearest to it. */
function windowOfBin(windows: readonly SequenceWindow[], bin: number): SequenceWindow {
  const found = windows.find(({ firstBin, keep }) => bin < firstBin + keep[1] - keep[0]) ?? windows.at(-1);
  if (!found)
    throw new InputError("This record has no bases.", { code: "empty-record", remedy: "Choose another record." });
  return found;
}

function recordOf({ records, file }: Sequences, record: number): { name: string; length: number } {
  const found = records[record];
  if (!found)
    throw new InputError(`${file}: found ${records.length} records; expected one more.`, {
      code: "no-record",
      file,
      remedy: "Choose one of its records.",
    });
  return found;
}

function coded(codes: Uint8Array, attention: boolean): CodedWindow {
  return { kind: "window", codes, attention };
}

/** Codes of `size` bases from `start` on; those beyond the record are unknown. */
export function windowCodes(codes: Uint8Array, start: number, size: number): Uint8Array {
  const window = new Uint8Array(size).fill(UNKNOWN);
  const from = Math.max(0, start);
  window.set(codes.subarray(from, Math.max(from, Math.min(codes.length, start + size))), from - start);
  return window;
}

/** Codes of a text of bases; case does not count. */
export function encode(bases: string): Uint8Array {
  return Uint8Array.from(bases.toUpperCase(), (base) => (BASES.includes(base) ? BASES.indexOf(base) : UNKNOWN));
}

/** A text of bases from their codes. */
export function decode(codes: ArrayLike<number>): string {
  return Array.from(codes, (code) => BASES[code] ?? "N").join("");
}

/** "chr4:1,203 A>G" */
function describe(sequences: Sequences, record: number, { position, reference, alternative }: Variant): string {
  return `${sequences.records[record]?.name}:${(position + 1).toLocaleString("en-US")} ${reference}>${alternative}`;
}

function requireReference(sequences: Sequences, record: number, codes: Uint8Array, variant: Variant): void {
  const { file } = sequences;
  const { name, length } = recordOf(sequences, record);
  const { position, reference, alternative } = variant;
  const where = `${variant.source === undefined ? "" : `${variant.source}: `}${describe(sequences, record, variant)}`;
  if (!/^[ACGTN]+$/i.test(reference) || !/^[ACGTN]+$/i.test(alternative)) {
    throw new InputError(
      `${where}: found ${JSON.stringify(`${reference}>${alternative}`)}; expected bases A, C, G, T or N on both sides.`,
      { code: "bad-variant", remedy: "Write the variant as 12345 A>G; an insertion as A>AT, a deletion as AT>A." },
    );
  }
  if (position < 0 || position + reference.length > length) {
    throw new InputError(
      `${where}: found a position outside of ${name}; ${file} has its bases 1 to ${length.toLocaleString("en-US")}.`,
      { code: "outside", file, remedy: "Count positions from 1 along this record." },
    );
  }
  const wanted = encode(reference);
  const found = codes.subarray(position, position + reference.length);
  if (wanted.some((code, i) => code !== found[i])) {
    throw new InputError(
      `${where}: found the reference ${reference} in the variant, but ${decode(found)} in ${file}; expected the same.`,
      {
        code: "reference-differs",
        file,
        remedy:
          "Check that both are of the same assembly, that the sequence is of the forward strand, and that the position is counted from 1.",
      },
    );
  }
}
