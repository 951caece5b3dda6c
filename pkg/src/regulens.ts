/** The main entry point: loads models and reads tables. */

import { oneOfOr } from "./arguments.js";
import { bounded, MODEL_SOURCE, options, READ, SOURCE, WORK } from "./boundary.js";
import { HashMismatchError, InputError, throwIfCancelled } from "./errors.js";
import { fileName, inNode, nodeModule, refuseOverLimit } from "./io/download.js";
import { bytesOf, type ModelBytes } from "./io/model-bytes.js";
import { KNOWN_TASKS, type Task } from "./card.js";
import { downloadSliced, forgetModel } from "./io/model-cache.js";
import { configure } from "./engine/place.js";
import type { DeviceChoice } from "./engine/device.js";
import { DEVICES, type LoadedModel } from "./models/model.js";
import { engineOf, type ModelOf, openModel, taskIn } from "./models/open.js";
import { host } from "./engine/platform.js";
import type { WorkOptions } from "./progress.js";
import { type Genes, readGenes } from "./io/genes.js";
import { type PlantedSites, readPlantedSites } from "./explain/planted-sites.js";
import { type Motifs, readMotifs } from "./io/motifs.js";
import type { NamedRegion } from "./engine/prepare-engine.js";
import { filesEngine } from "./files-engine.js";
import {
  type Measured,
  readMeasured,
  readRegions,
  readSequences,
  readVariants,
  type SequenceOptions,
  type Sequences,
} from "./io/sequences.js";
import type { SimdChoice } from "./engine/simd.js";
import { openSource, readTable, type ReadOptions, type Table, type TableSource } from "./io/table.js";
import type { SequencesEngine, VariantRow } from "./engine/track-engine.js";

/** Source of a model file: an address (in Node also a path), a chosen file, or its bytes. */
export type ModelSource = string | URL | Blob | Uint8Array;

/** Options for loading a model. */
export interface LoadOptions<Wanted extends Task = Task> extends WorkOptions {
  /**
   * The task that the model must have; a file of another task is refused. Default: any. With a task, its engine loads
   * in parallel with the file; without one the engine for on/off models does, and a model of another task loads the
   * full engine after its file.
   */
  task?: Wanted | undefined;
  /** The device that runs the model; default `auto`. */
  device?: DeviceChoice | undefined;
  /** The CPU's SIMD instructions; default `auto`, the fastest available. */
  simd?: SimdChoice | undefined;
  /**
   * Number of threads for computation on the CPU. Above 1, workers share the genes; the calling thread computes until
   * they have started, and computes small tables alone; for a large model of sequences it waits for the workers.
   * Default: the number of cores, up to 8; 1 in Node, which has no web workers.
   */
  workers?: number | undefined;
  /**
   * True to run a model f of a change in its symmetric form (f(A, B) − f(B, A)) / 2, which is 0 for identical cell
   * types and changes sign if they are exchanged. Default: as on the card; a model of another task is refused.
   */
  symmetric?: boolean | undefined;
  /** Expected SHA-256 of the file, in hexadecimal. Without it, `verified` is false. */
  sha256?: string | undefined;
  /** The name used in messages; default: the file's own. */
  name?: string | undefined;
  /**
   * True to cache the file in the browser under its `sha256`, for use without a network. By default only files of at
   * least 4 MB are cached. If there is no room, the file is not cached.
   */
  keep?: boolean | undefined;
}

/** Size limit for a model file, in bytes. */
export const MODEL_LIMIT = 512 * 1e6;

/** The main entry point. */
export const Regulens = {
  /**
   * Sets the location of the engines; call it before the first model loads, since loaded engines stay.
   *
   * ```js
   * Regulens.configure({ base: "/vendor/regulens/", webgpu: false });
   * ```
   */
  configure,

  /**
   * Fetches and compiles the CPU engine of a task before the first model loads; by default the engine for on/off
   * models. Every other task uses the full engine, which also explains predictions and otherwise loads on the first
   * explanation.
   *
   * ```js
   * await Regulens.preload({ task: "change" });   // while files are being chosen
   * ```
   *
   * @throws DownloadError, EngineError, CancelledError.
   */
  async preload(options: WorkOptions & Pick<LoadOptions, "simd" | "task"> = {}): Promise<void> {
    requireChoices(options);
    await host.cpu(engineOf(options.task), options.simd, options);
  },

  /**
   * Loads a model of any task and prepares the device that runs it; `model.task` is its task. With `device: "auto"` the
   * model runs on the CPU at once, while WebGPU is measured in the background; `await model.useDevice("auto")` waits
   * for the outcome.
   *
   * ```js
   * const model = await Regulens.load("models/k562.safetensors");
   * if (model.task === "on-off") console.log(await model.predict(await model.readTable(file)));
   * if (model.task === "tracks") console.log(await model.predict(await model.readSequences(file), 0));
   * ```
   *
   * @throws DownloadError, WeightsError, HashMismatchError, EngineError, CancelledError; InputError if `task` differs
   *   from the file's.
   */
  async load<Wanted extends Task = Task>(
    source: ModelSource,
    options: LoadOptions<Wanted> = {},
  ): Promise<ModelOf[Wanted]> {
    requireChoices(options);
    const [first, { bytes, name }] = await Promise.all([
      host.cpu(engineOf(options.task), options.simd, options),
      fetchModel(source, options),
    ]);
    throwIfCancelled(options.signal, `Loading ${name}`);
    const task = taskIn(first.engine, bytes, name, options.task);
    if (options.symmetric !== undefined && task !== "change")
      throw new InputError(`${name}: found \`symmetric\`; expected a model of a change.`, { code: "no-such-form" });
    // Started already, unless the task was not given and the first engine does not run it.
    const running = await host.cpu(engineOf(task, bytes), options.simd, options);
    return onDevice(
      opened(options, () => openModel(host, task, running, bytes, name, options)),
      options,
    );
  },

  /**
   * Reads a table without a model; any model can use it.
   *
   * ```js
   * const table = await Regulens.readTable(file);   // a File, a Blob, bytes or a URL
   * console.log(model.understand(table).marks);
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
    // Requested now, so that the table does not wait for the engine.
    const opening = openSource(source, options);
    opening.catch(() => {});
    try {
      const { engine } = await host.cpu("tables", "auto", options);
      return await host.activity.during(() => readTable(engine, opening, options));
    } catch (error) {
      opening.then(({ stream }) => stream.cancel()).catch(() => {});
      throw error;
    }
  },

  /**
   * Reads sequences without a model: FASTA, plain or gzipped, as a whole; 2bit, and FASTA with an index (`fai`) or too
   * large for memory, by slices.
   *
   * ```js
   * const sequences = await Regulens.readSequences(fasta, { fai });
   * console.log(sequences.records.map(({ name, length }) => `${name}: ${length} bp`));
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readSequences(source: TableSource, options: SequenceOptions = {}): Promise<Sequences> {
    const engine = await sequencesEngine(options);
    return host.activity.during(() => readSequences(engine, source, options, () => filesEngine(options)));
  },

  /**
   * Reads the genes of a GTF, GFF3 or BED file with their exons.
   *
   * ```js
   * using genes = await Regulens.readGenes(gtf);
   * const { chromosome, tss } = genes.find("TP53");
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readGenes(source: TableSource, options: ReadOptions = {}): Promise<Genes> {
    return readGenes(await filesEngine(options), source, options);
  },

  /**
   * Reads the regions of a BED file.
   *
   * ```js
   * const regions = await Regulens.readRegions(bed);
   * for (const { name, sequence, start, end } of regions) console.log(name, sequence, start, end);
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readRegions(source: TableSource, options: ReadOptions = {}): Promise<NamedRegion[]> {
    return readRegions(await filesEngine(options), source, options);
  },

  /**
   * Reads a bedGraph or bigWig file without a model.
   *
   * ```js
   * using measured = await Regulens.readMeasured(bigWig);
   * const values = measured.bins("chrII", 20_000, 100, 128, "mean");   // [100]
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readMeasured(source: TableSource, options: ReadOptions = {}): Promise<Measured> {
    const engine = await sequencesEngine(options);
    return host.activity.during(() => readMeasured(engine, source, options));
  },

  /**
   * Reads the variants of a VCF file, one per alternative.
   *
   * ```js
   * const variants = await Regulens.readVariants(vcf);
   * console.log(variants[0]?.position, variants[0]?.alternative);
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readVariants(source: TableSource, options: ReadOptions = {}): Promise<VariantRow[]> {
    const engine = await sequencesEngine(options);
    return host.activity.during(() => readVariants(engine, source, options));
  },

  /**
   * Reads the sites planted in simulated sequence, for `deletion` of a model of tracks.
   *
   * ```js
   * const model = await Regulens.load("tracks.safetensors", { task: "tracks" });
   * const truth = await Regulens.readPlantedSites(sites);   // simulated.sites.tsv
   * const { curves } = await model.deletion(sequences, 0, 0, { truth });
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readPlantedSites(source: TableSource, options: ReadOptions = {}): Promise<PlantedSites> {
    return readPlantedSites(await filesEngine(options), source, options);
  },

  /**
   * Reads the motifs of a file: MEME's minimal format, or JASPAR's matrices.
   *
   * ```js
   * using found = await Regulens.readMotifs(meme);
   * console.log(found.motifs.length, found.motifs[0]?.name);
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readMotifs(source: TableSource, options: ReadOptions = {}): Promise<Motifs> {
    const engine = await sequencesEngine(options);
    return host.activity.during(() => readMotifs(engine, source, options));
  },
};

bounded(
  "Regulens",
  Regulens,
  {
    preload: [options(WORK, "task simd")],
    load: [MODEL_SOURCE, options(READ, "task device simd workers symmetric sha256 keep")],
    readTable: [SOURCE, options(READ)],
    readSequences: [SOURCE, options(READ, "fai gzi")],
    readGenes: [SOURCE, options(READ)],
    readRegions: [SOURCE, options(READ)],
    readMeasured: [SOURCE, options(READ)],
    readVariants: [SOURCE, options(READ)],
    readPlantedSites: [SOURCE, options(READ)],
    readMotifs: [SOURCE, options(READ)],
  },
  { configure: [options("base webgpu")] },
);

/** Requires valid names for the options that select a task, instructions or a device. */
function requireChoices({ task, simd, device }: Pick<LoadOptions, "task" | "simd" | "device">): void {
  oneOfOr("task", task, KNOWN_TASKS, "no-such-task");
  oneOfOr("simd", simd, ["auto", "plain", "relaxed"], "no-such-simd");
  oneOfOr("device", device, DEVICES, "no-such-device");
}

/** Returns the started engine that reads sequences. */
async function sequencesEngine(options: ReadOptions): Promise<SequencesEngine> {
  const { engine } = await host.cpu("full", "auto", options);
  return engine;
}

/** Opens the downloaded bytes; a file whose hash differs is removed from the cache. */
function opened<Loaded>({ sha256 }: LoadOptions, open: () => Loaded): Loaded {
  try {
    return open();
  } catch (error) {
    if (sha256 !== undefined && error instanceof HashMismatchError) void forgetModel(sha256);
    throw error;
  }
}

/** Prepares the requested device. */
async function onDevice<Loaded extends LoadedModel>(model: Loaded, options: LoadOptions): Promise<Loaded> {
  const { device = "auto", signal, onProgress } = options;
  if (device === "auto") {
    // The CPU computes until the GPU has been measured; freeing the model ends the measurement.
    model.useDevice(device).catch(() => {});
    return model;
  }
  try {
    await model.useDevice(device, { signal, onProgress });
  } catch (error) {
    model.free();
    throw error;
  }
  return model;
}

async function fetchModel(source: ModelSource, options: LoadOptions): Promise<{ bytes: ModelBytes; name: string }> {
  if (source instanceof Uint8Array) return { bytes: source, name: options.name ?? "model" };
  if (source instanceof Blob) {
    const name = options.name ?? (source as Partial<File>).name ?? "model";
    refuseOverLimit(name, source.size, MODEL_LIMIT);
    return { bytes: await bytesOf(source, name), name };
  }
  if (!(typeof source === "string" || source instanceof URL))
    return { bytes: new Uint8Array(source), name: options.name ?? "model" };
  const url = await address(source);
  const name = options.name ?? fileName(url);
  return {
    bytes: await downloadSliced(url, options.sha256, {
      keep: options.keep,
      signal: options.signal,
      onProgress: options.onProgress,
      stage: "weights",
      file: name,
      limit: MODEL_LIMIT,
    }),
    name,
  };
}

/** Returns an address to fetch: in Node, a text without a scheme is a path. */
async function address(source: string | URL): Promise<string | URL> {
  if (source instanceof URL || !inNode() || /^[a-z][a-z0-9+.-]+:/i.test(source)) return source;
  const { pathToFileURL } = await nodeModule<{ pathToFileURL(path: string): URL }>("node:url");
  return pathToFileURL(source);
}
