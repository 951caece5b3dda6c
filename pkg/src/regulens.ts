/** The entry point: loads models and reads tables. */

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

/** Where a model file comes from: an address (in Node also a path), a file that the user chose, or its bytes. */
export type ModelSource = string | URL | Blob | Uint8Array;

/** Options for loading a model. */
export interface LoadOptions<Wanted extends Task = Task> extends WorkOptions {
  /**
   * The task that the model must have; a file of another task is refused. Default: any. With it the engine of that
   * task loads beside the file; without it the one that says which genes are on does, and a model of another task loads
   * the full engine after its file.
   */
  task?: Wanted | undefined;
  /** The device that runs it; default `auto`. */
  device?: DeviceChoice | undefined;
  /** The CPU's instructions; default `auto`, the fastest available. */
  simd?: SimdChoice | undefined;
  /**
   * Number of threads when the CPU computes. More than one means workers that share the genes; the calling thread
   * computes until they have started, and handles tables of few genes alone; of a large model of sequences it waits
   * for them. Default: the number of cores, up to 8; 1 in Node, which has no web workers.
   */
  workers?: number | undefined;
  /**
   * True asks a model f of a change for its symmetric form (f(A, B) − f(B, A)) / 2: 0 where both cell types are the
   * same, and of the other sign where they are exchanged. Default: the card's; a model of another task is refused.
   */
  symmetric?: boolean | undefined;
  /** SHA-256 that the file must have, in hexadecimal. Without it the model is shown as unverified. */
  sha256?: string | undefined;
  /** The name used in messages; by default the file's own. */
  name?: string | undefined;
  /**
   * True if the browser keeps the file under its `sha256`, so that it can be opened without a network. By default only
   * files of 4 MB or more are kept. If there is no room, none is.
   */
  keep?: boolean | undefined;
}

/** Largest model file that is loaded. */
export const MODEL_LIMIT = 512 * 1e6;

/** The way in. */
export const Regulens = {
  /**
   * Says where engines come from, before the first model is loaded: what is loaded already stays.
   *
   * ```js
   * Regulens.configure({ base: "/vendor/regulens/", webgpu: false });
   * ```
   */
  configure,

  /**
   * Fetches and compiles the CPU engine of a task ahead of the first model, which then need not wait for it; without a
   * task the one that says which genes are on. That of any other task is the full engine, which explains predictions
   * too, and loads with the first explanation otherwise.
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
   * Loads a model of any task and prepares the device that runs it; `model.task` is its task.
   * With `device: "auto"` the CPU can be used at once; whether WebGPU is faster is found out meanwhile, and
   * `await model.useDevice("auto")` waits for that.
   *
   * ```js
   * const model = await Regulens.load("models/k562.safetensors");
   * if (model.task === "on-off") console.log(await model.predict(await model.readTable(file)));
   * if (model.task === "tracks") console.log(await model.predict(await model.readSequences(file), 0));
   * ```
   *
   * @throws DownloadError, WeightsError, HashMismatchError, EngineError, CancelledError; InputError where `task` is
   * another than the file's.
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
    // Started already, but for a model whose task nobody said, and one that the first engine does not run.
    const running = await host.cpu(engineOf(task, bytes), options.simd, options);
    return onDevice(
      opened(options, () => openModel(host, task, running, bytes, name, options)),
      options,
    );
  },

  /**
   * Reads a table without a model; it can be given to any model.
   *
   * ```js
   * const table = await Regulens.readTable(file);   // a File, a Blob, bytes or a URL
   * console.log(model.understand(table).marks);
   * ```
   *
   * @throws InputError, DownloadError, EngineError, CancelledError.
   */
  async readTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
    // Asked for at once: the table need not wait for the engine.
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
   * Reads the places of a BED file.
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
   * Reads the rows of a VCF file.
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
   * Reads what was planted in simulated sequence, to give it to `deletion` of a model of tracks.
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

/** Requires that names which choose among things are those of some. */
function requireChoices({ task, simd, device }: Pick<LoadOptions, "task" | "simd" | "device">): void {
  oneOfOr("task", task, KNOWN_TASKS, "no-such-task");
  oneOfOr("simd", simd, ["auto", "plain", "relaxed"], "no-such-simd");
  oneOfOr("device", device, DEVICES, "no-such-device");
}

/** Returns the engine that reads sequences, started. */
async function sequencesEngine(options: ReadOptions): Promise<SequencesEngine> {
  const { engine } = await host.cpu("full", "auto", options);
  return engine;
}

/** Opens the downloaded bytes; a file whose hash differs from its name is not kept. */
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
    // The CPU computes until it is known whether a GPU is faster; freeing the model ends the search.
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

/** An address that can be fetched: in Node, a text without a scheme is a path. */
async function address(source: string | URL): Promise<string | URL> {
  if (source instanceof URL || !inNode() || /^[a-z][a-z0-9+.-]+:/i.test(source)) return source;
  const { pathToFileURL } = await nodeModule<{ pathToFileURL(path: string): URL }>("node:url");
  return pathToFileURL(source);
}
