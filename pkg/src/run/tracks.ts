/** Runs models of tracks, window by window. */

import { joined } from "../joined.js";
import type { GpuEngine } from "../engine/engine.js";
import { spreadOf } from "../engine/members.js";
import type {
  Between,
  CpuTrackModel,
  EngineEffect,
  EngineMutagenesis,
  EngineTrackModel,
  ScoreSettings,
  TrackBatch,
} from "../engine/track-engine.js";
import { type Outputs, requireAgreement, requireFinite, requireSums, unsound } from "../engine/trust.js";
import { throwIfCancelled } from "../errors.js";
import { type ModelBytes, partByPart, reading } from "../io/model-bytes.js";
import { release } from "../io/release.js";
import { pacing, yieldToOthers } from "../progress.js";
import type { CodedWindow } from "./worker-port.js";
import type { ModelOnGpu, OnCpu, Race, Runnable, Split } from "./runner.js";

/** Milliseconds that a GPU or a worker may take for one window: a full-size one takes minutes on a software adapter. */
const LIMIT = 900_000;

/**
 * Memory limit in bytes for all engines of a model's workers, and the memory of one: it never shrinks below its peak
 * during loading.
 */
const WORKERS_MEMORY = 768e6;
const ENGINE_MEMORY = 64e6;
const BYTES_A_PARAMETER = 12;

/** Maximum number of parameters of a model whose weights the calling thread holds too. */
const LARGE = 4e6;

/** Stretches of a layer per worker: several balance the load, but each packs all bins. */
const STRETCHES_A_WORKER = 2;

/** Milliseconds that the CPU may spend on a window that is computed for comparison only. */
const SPARE = 3000;

/** A model of tracks on a GPU. */
export interface WindowsOnGpu extends ModelOnGpu<CodedWindow, Outputs> {
  variant(request: VariantRequest): Promise<EngineEffect | undefined>;
}

/** A variant, and the bases that a window around it may need: `codes`, from base `first` of its record on. */
export interface VariantRequest {
  readonly codes: Uint8Array;
  readonly first: number;
  /** Position in `codes`. */
  readonly position: number;
  readonly reference: Uint8Array;
  readonly alternative: Uint8Array;
  readonly settings: ScoreSettings;
}

/** A model of tracks on the CPU, as the runner sees it. */
export class Windows implements Runnable<CodedWindow, Outputs, WindowsOnGpu> {
  readonly unit = "window";
  readonly reads = "sequences";
  readonly mostThreads: number;
  readonly apart: boolean;
  readonly cpuBatch = 1;
  readonly few = 1;
  /** Milliseconds that the CPU takes for a whole window, estimated from the self-test. */
  #milliseconds = Infinity;
  /** Models on GPUs for which the CPU has repeated a variant, or would take too long to. */
  readonly #checked = new WeakSet<WindowsOnGpu>();

  /** @param now A clock, in milliseconds. */
  constructor(
    private readonly cpu: CpuTrackModel,
    private readonly bytes: ModelBytes,
    private readonly file: string,
    private readonly now: () => number,
  ) {
    const each = ENGINE_MEMORY + BYTES_A_PARAMETER * cpu.card.parameters;
    this.apart = cpu.card.parameters > LARGE;
    this.mostThreads = Math.max(1, Math.floor(WORKERS_MEMORY / each));
  }

  gpuBatch(): number {
    return 1;
  }

  load(engine: GpuEngine): WindowsOnGpu {
    const model = reading(this.bytes, () => new engine.TrackModel(partByPart(this.bytes), this.file));
    return {
      predict: async ({ codes, attention }) => byName(await model.predict(codes, attention)),
      variant: (request) => effectOf(model, request),
      free: () => model.free(),
    };
  }

  async predict({ codes, attention }: CodedWindow, signal?: AbortSignal): Promise<Outputs> {
    const goOn = between(signal);
    await goOn();
    const outputs = byName(await this.cpu.predict(codes, attention, goOn));
    await yieldToOthers();
    throwIfCancelled(signal, "The run");
    return outputs;
  }

  /**
   * Splits a window: for an ensemble by member; for a single model into the towers of its stretches, then the layers of
   * the context stage, then the tracks. Undefined if there is only one stretch.
   */
  split(
    { codes, attention, alone = false }: CodedWindow,
    workers: number,
    signal?: AbortSignal,
  ): Split<Outputs> | undefined {
    const { cpu } = this;
    if (cpu.members > 0) return this.#members(codes, attention, between(signal));
    const ends = [...cpu.stretches];
    if (ends.length < 2) return undefined;
    const stretches = ends.map((end, index) => ({ first: ends[index - 1] ?? 0, end }));
    return {
      parts: stretches.map(({ first, end }) => ({
        limit: LIMIT,
        request: () => ({ kind: "tower", codes: codes.slice(), first, end }),
        compute: async () => ({ tower: await cpu.tower(codes, first, end) }),
      })),
      join: (found) => {
        const tower = moved(found.map(({ tower }) => tower!));
        const how = { workers, attention, alone, count: ends.length };
        return this.#rows(0, tower, {}, how);
      },
    };
  }

  /** Splits a window by ensemble member. */
  #members(codes: Uint8Array, attention: boolean, goOn: Between): Split<Outputs> {
    const { cpu } = this;
    return {
      parts: Array.from({ length: cpu.members }, (_, member) => ({
        limit: LIMIT,
        request: () => ({ kind: "member", codes: codes.slice(), attention, member }),
        compute: async () => byName(await cpu.member(member, codes, attention, goOn)),
      })),
      join: (found) => ({ output: byName(cpu.together(found.map(batchOf))) }),
    };
  }

  /**
   * Splits a layer of the context stage that reads `h` into stretches of bins; after the last layer, whoever has its
   * rows continues to their tracks. Dilated blocks run on one worker, and the tracks follow. `before` is the attention
   * of the preceding layers.
   */
  #rows(layer: number, h: Float32Array, before: Outputs, how: HowSplit): Split<Outputs> {
    const { cpu } = this;
    const { bins, heads, contextLayers } = cpu.shape;
    const { attention } = how;
    // With attention only, no tracks are computed: the run that it belongs to has them already.
    const alone = how.alone && layer + 1 >= contextLayers;
    const stretches = shares(bins, contextLayers > 0 ? STRETCHES_A_WORKER * how.workers : 1);
    return {
      parts: stretches.map(({ first, end }) => ({
        limit: LIMIT,
        request: () => ({ kind: "rows", values: h.slice(), layer, first, end, attention, alone }),
        compute: async () => ({ ...(await cpu.contextRows(layer, h, first, end, attention)) }),
      })),
      join: (found) => {
        const rows = moved(found.map(({ rows }) => rows!));
        const maps = found.map(({ attention }) => attention!);
        const all = maps[0]!.length > 0 ? { ...before, [`attention.${layer}`]: byHead(maps, heads) } : before;
        if (contextLayers === 0) return this.#tracks(rows, how.count);
        return layer + 1 < contextLayers
          ? this.#rows(layer + 1, rows, all, how)
          : { output: { prediction: rows, ...all } };
      },
    };
  }

  /** Splits the tracks for all bins of the dilated blocks' output into `count` stretches. */
  #tracks(stage: Float32Array, count: number): Split<Outputs> {
    const { cpu } = this;
    const { bins, crop, cropped } = cpu.shape;
    const channels = stage.length / bins;
    return {
      parts: shares(cropped, count).map(({ first, end }) => {
        const part = (): Float32Array => stage.slice((crop + first) * channels, (crop + end) * channels);
        return {
          limit: LIMIT,
          request: () => ({ kind: "tracks", values: part(), bins: end - first }),
          compute: async () => ({ tracks: await cpu.tracks(part(), end - first) }),
        };
      }),
      join: (found) => ({ output: { prediction: moved(found.map(({ tracks }) => tracks!)) } }),
    };
  }

  /** The effect of a variant; undefined if an allele is too long. */
  async variant(request: VariantRequest, signal?: AbortSignal): Promise<EngineEffect | undefined> {
    const goOn = between(signal);
    await goOn();
    const effect = await effectOf(this.cpu, request, goOn);
    await yieldToOthers();
    throwIfCancelled(signal, "The run");
    return effect;
  }

  /**
   * Throws an `EngineError` if the GPU's result for a variant is not valid. A variant computes less than a window, with
   * kernels of other sizes, so its first result is checked separately.
   */
  async checkEffect(model: WindowsOnGpu, request: VariantRequest, effect: EngineEffect | undefined): Promise<void> {
    if (!effect) return;
    const found = [effect.reference, effect.alternative].map(byName);
    const window = { kind: "window", codes: request.codes, attention: this.cpu.shape.layers > 0 } as const;
    for (const outputs of found) this.requireSound(outputs, window);
    if (this.#checked.has(model)) return;
    if (this.#milliseconds < SPARE) {
      const expected = await effectOf(this.cpu, request);
      if (!expected) return;
      requireAgreement(found[0]!, byName(expected.reference), "a window");
      requireAgreement(found[1]!, byName(expected.alternative), "a variant");
    }
    this.#checked.add(model);
  }

  /** Substitutes bases, in the calling thread: only what a base affects is recomputed. */
  mutagenesis(
    { codes, start, end, settings }: { codes: Uint8Array; start: number; end: number; settings: ScoreSettings },
    onExchange: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<EngineMutagenesis> {
    const goOn = between(signal);
    return this.cpu.mutagenesis(codes, start, end, settings, async (done = 0, total = 0) => {
      onExchange(done, total);
      await goOn();
    });
  }

  count(): number {
    return 1;
  }

  limit(): number {
    return LIMIT;
  }

  async known(onCpu: OnCpu<CodedWindow, Outputs>): Promise<{ input: CodedWindow; outputs: Outputs }> {
    const { codes } = this.cpu.selfTest();
    const { length, layers } = this.cpu.shape;
    const input = { kind: "window", codes, attention: layers > 0 } as const;
    const began = this.now();
    const outputs = await onCpu(() => ({ ...input, codes: codes.slice() }));
    this.#milliseconds = (Math.max(this.now() - began, 0.1) * length) / codes.length;
    return { input, outputs };
  }

  requireSound(outputs: Outputs, { attention }: CodedWindow): void {
    const { cropped, tracks, layers, heads, bins } = this.cpu.shape;
    const { prediction, attention: looked, spread } = batchOf(outputs);
    for (const values of [prediction, ...Object.values(spread ?? {})]) {
      if (values.length !== cropped * tracks) throw unsound("the wrong number of values");
      requireFinite(values, "a predicted value");
    }
    if (!attention) return;
    if (looked.length !== layers || looked.some((layer) => layer.length !== heads * bins * bins))
      throw unsound("the wrong number of attention weights");
    for (const layer of looked) requireSums(layer, bins, "attention");
  }

  /** Samples the whole window, once. */
  sample(
    outputs: Outputs,
    input: CodedWindow,
    again: boolean,
  ): { input: CodedWindow; outputs: Outputs; what: string } | undefined {
    return this.#milliseconds < SPARE && !again ? { input, outputs, what: "a window" } : undefined;
  }

  /** Measures the CPU by the self-test; the GPU by a second window, since the first one compiles kernels. */
  async rates({ onGpu, onCpu, now }: Race<CodedWindow, Outputs>): Promise<{ cpu: number; webgpu: number }> {
    const codes = new Uint8Array(this.cpu.shape.length).map((_, i) => (i * i) % 4);
    const window = { kind: "window", codes, attention: false } as const;
    await this.known(onCpu);
    await onGpu(window);
    const began = now();
    await onGpu(window);
    return { cpu: 1000 / this.#milliseconds, webgpu: 1000 / Math.max(now() - began, 0.1) };
  }

  free(): void {
    this.cpu.free();
  }
}

function effectOf(
  model: EngineTrackModel,
  { codes, first, position, reference, alternative, settings }: VariantRequest,
  goOn?: Between,
): Promise<EngineEffect | undefined> {
  return model.variant(codes, first, position, reference, alternative, settings, goOn);
}

/** Settings for splitting a window. */
interface HowSplit {
  readonly workers: number;
  readonly attention: boolean;
  /** True if only the attention is needed. */
  readonly alone: boolean;
  /** Number of stretches of the tracks that follow dilated blocks. */
  readonly count: number;
}

/** Divides `all` bins into at most `count` stretches, of which the last may be shorter. */
function shares(all: number, count: number): { first: number; end: number }[] {
  const most = Math.ceil(all / count);
  return Array.from({ length: Math.ceil(all / most) }, (_, part) => ({
    first: part * most,
    end: Math.min(all, (part + 1) * most),
  }));
}

/** Joins stretches [heads, bins of the stretch, all bins] to [heads, all bins, all bins], and releases them. */
function byHead(stretches: readonly Float32Array[], heads: number): Float32Array {
  return moved(
    Array.from({ length: heads }, (_, head) =>
      stretches.map((maps) => maps.subarray((head * maps.length) / heads, ((head + 1) * maps.length) / heads)),
    ).flat(),
  );
}

/** Concatenates the parts, and releases them. */
function moved(parts: readonly Float32Array[]): Float32Array {
  const all = joined(parts);
  // Released at the end: parts may share a buffer.
  for (const part of parts) release(part);
  return all;
}

/**
 * The outputs by name: `prediction`, `attention.LAYER` for each layer, and for an ensemble `prediction.sd`,
 * `prediction.low` and `prediction.high`.
 */
export function byName({ prediction, attention, spread }: TrackBatch): Outputs {
  const parts = (name: string, of: object): Outputs =>
    Object.fromEntries(Object.entries(of).map(([part, values]) => [`${name}.${part}`, values]));
  return { prediction, ...parts("attention", attention), ...parts("prediction", spread ?? {}) };
}

/** The inverse of {@link byName}. */
export function batchOf(outputs: Outputs): TrackBatch {
  const attention: Float32Array[] = [];
  for (let layer = outputs["attention.0"]; layer; layer = outputs[`attention.${attention.length}`])
    attention.push(layer);
  const { prediction = new Float32Array(0) } = outputs;
  const spread = outputs["prediction.sd"] && spreadOf((part) => outputs[`prediction.${part}`]!);
  return { prediction, attention, ...(spread && { spread }) };
}

/** Makes a function that checks for a cancel between two steps of a window, and stops the window there. */
function between(signal: AbortSignal | undefined): Between {
  return pacing(() => throwIfCancelled(signal, "The run"));
}
