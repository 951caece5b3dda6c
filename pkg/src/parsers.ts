/**
 * Reads and prepares files without a model: signal tables, FASTA, VCF, bigWig and bedGraph; annotations of genes, and
 * tables made with them.
 *
 * Loads one small WebAssembly engine on first use, and never the engines that run models.
 *
 * ```js
 * import { openSignal, prepareTable, readAnnotation } from "regulens/parsers";
 *
 * const genes = await readAnnotation(gtf, { biotypes: ["protein_coding"] });
 * const prepared = await prepareTable(genes, { H3K4me3: await openSignal(bigWig) });
 * ```
 *
 * @packageDocumentation
 */

import { called, check, floats, object, options as taking, READ, SOURCE, WORK } from "./boundary.js";
import * as place from "./engine/place.js";
import { filesEngine } from "./files-engine.js";
import type { Configuration } from "./engine/place.js";
import type {
  Annotation,
  AnnotationOptions,
  PreparedTable,
  PrepareTableOptions,
  SignalFile,
  SignalOptions,
} from "./io/prepare.js";
import * as prepare from "./io/prepare.js";
import { type BinsOfChromosome, bigWigOf, BINS_WANTED } from "./io/big-wig.js";
import type { WorkOptions } from "./progress.js";
import * as genes from "./io/genes.js";
import * as tracks from "./io/sequences.js";
import * as tables from "./io/table.js";
import type { NamedRegion, PrepareEngine } from "./engine/prepare-engine.js";
import type { VariantRow } from "./engine/track-engine.js";

export {
  Annotation,
  type AnnotationOptions,
  PreparedTable,
  type PrepareTableOptions,
  SignalFile,
  type SignalOptions,
} from "./io/prepare.js";
export type { NamedRegion, WindowOptions } from "./engine/prepare-engine.js";
export { Measured, type SequenceOptions, type SequenceRecord, Sequences } from "./io/sequences.js";
export type { Configuration } from "./engine/place.js";
export { Genes } from "./io/genes.js";
export type {
  Gene,
  GeneCompletion,
  GeneHere,
  GeneModel,
  GenesWithin,
  GeneStart,
  NearGenes,
} from "./engine/gene-engine.js";
export { type ReadOptions, Table, type TableSource } from "./io/table.js";
export type { TableLayout } from "./engine/engine.js";
export type { BinValue, SequenceWindow, TrackShape, VariantRow } from "./engine/track-engine.js";
export type { OnProgress, Progress, WorkOptions } from "./progress.js";
export type { BinsOfChromosome } from "./io/big-wig.js";
export {
  ArgumentError,
  CancelledError,
  DisposedError,
  DownloadError,
  EngineError,
  type ErrorDetails,
  InputError,
  RegulensError,
} from "./errors.js";

/**
 * Sets the location of the engine; identical to `Regulens.configure` of `regulens`.
 *
 * ```js
 * configure({ base: "https://example.org/regulens/0.2.0/" });
 * ```
 */
export function configure(given: Configuration): void {
  check("configure", [given], [taking("base webgpu")]);
  place.configure(given);
}

/**
 * Fetches and compiles the engine before the first file is read. @throws DownloadError, EngineError, CancelledError.
 *
 * ```js
 * addEventListener("pointerover", () => void preload(), { once: true });
 * ```
 */
export function preload(options: WorkOptions = {}): Promise<void> {
  return called(
    "preload",
    [taking(WORK)],
    [options],
    async (options: WorkOptions) => void (await filesEngine(options)),
  );
}

/**
 * Reads a signal table: CSV or TSV with a header, the published layouts, or deepTools' computeMatrix; plain or
 * gzipped.
 *
 * A model cannot use a table read here, since it reads tables in its own engine: give it the file.
 *
 * ```js
 * const table = await readTable(file);   // a File, a Blob, bytes or a URL
 * console.log(table.genes.length, table.marks, table.bins);
 * ```
 *
 * @throws InputError with file, line, column and remedy; DownloadError, EngineError, CancelledError.
 */
export function readTable(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<tables.Table> {
  return reads("readTable", source, options, tables.readTable);
}

/**
 * Reads sequences: FASTA, plain or gzipped, as a whole; 2bit, and FASTA with `options.fai` (and `options.gzi` if it is
 * bgzip-compressed), by slices. Workers, and Node for `file:` URLs, then read only the requested bases. A large FASTA
 * without an index is read once to build one.
 *
 * ```js
 * const genome = await readSequences(new URL("sacCer3.2bit", location.href));
 * console.log(genome.records.map(({ name, length }) => `${name}: ${length} bp`));
 * ```
 *
 * @throws InputError with file, line and remedy; DownloadError, EngineError, CancelledError.
 */
export function readSequences(
  source: tables.TableSource,
  options: tracks.SequenceOptions = {},
): Promise<tracks.Sequences> {
  return reads("readSequences", source, options, readIndexed, "fai gzi");
}

/**
 * Reads the genes of a GTF, GFF3 or BED file, plain or gzipped, with their exons, for look-up by position, name, or
 * beginning of a name.
 *
 * ```js
 * const genes = await readGenes(file);
 * const around = genes.within("chrII", 20_000, 40_000);
 * ```
 *
 * @throws InputError with file, line and remedy; DownloadError, EngineError, CancelledError.
 */
export function readGenes(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<genes.Genes> {
  return reads("readGenes", source, options, genes.readGenes);
}

/**
 * Reads the regions of a BED file, plain or gzipped. @throws InputError with file, line and remedy; DownloadError,
 * EngineError, CancelledError.
 *
 * ```js
 * const regions = await readRegions(file);   // { name, start, end } from 0, the end not included
 * ```
 */
export function readRegions(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<NamedRegion[]> {
  return reads("readRegions", source, options, tracks.readRegions);
}

/**
 * Opens bigWig or bedGraph, to query values in bins. Workers, and Node for `file:` URLs, read only the needed parts of
 * a bigWig file.
 *
 * ```js
 * using measured = await readMeasured(file);
 * console.log(measured.kind);
 * ```
 *
 * @throws InputError with file and remedy; DownloadError, EngineError, CancelledError.
 */
export function readMeasured(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<tracks.Measured> {
  return reads("readMeasured", source, options, tracks.readMeasured);
}

/**
 * Reads the variants of a VCF file, plain or gzipped, one per alternative. @throws InputError with file, line and
 * remedy; DownloadError, EngineError, CancelledError.
 *
 * ```js
 * const variants = await readVariants(file);
 * console.log(variants[0]?.position, variants[0]?.alternative);
 * ```
 */
export function readVariants(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<VariantRow[]> {
  return reads("readVariants", source, options, tracks.readVariants);
}

/**
 * Writes bigWig: values of bins of `binSize` bases on one chromosome, from base `start` on; NaN stands for no value.
 *
 * ```js
 * const bins = { chromosome: "chrII", length: 813_184, start: 20_000, binSize: 128 };
 * const bytes = await writeBigWig(bins, new Float32Array([0, 1.5, 2]));
 * ```
 *
 * @throws RangeError for empty bins, or bins beyond base 2³² − 1; DownloadError, EngineError, CancelledError.
 */
export function writeBigWig(
  bins: BinsOfChromosome,
  values: Float32Array,
  options: WorkOptions = {},
): Promise<Uint8Array> {
  const wanted = [object("bins", BINS_WANTED), floats("values"), taking(WORK)];
  return called("writeBigWig", wanted, [bins, values, options], async (bins, values, options) =>
    bigWigOf(await filesEngine(options), bins, values),
  );
}

/**
 * Reads genes and their TSSs: GTF, GFF3 or BED, plain or gzipped. @throws InputError with file, line and remedy;
 * DownloadError, EngineError, CancelledError.
 *
 * ```js
 * const annotation = await readAnnotation(gtf, { biotypes: ["protein_coding"] });
 * ```
 */
export function readAnnotation(source: tables.TableSource, options: AnnotationOptions = {}): Promise<Annotation> {
  return reads("readAnnotation", source, options, prepare.readAnnotation, "biotypes genes dropVersions");
}

/**
 * Opens a file of signal for {@link prepareTable}: bigWig, bedGraph, BAM, or reads as BED. Workers, and Node for
 * `file:` URLs, read only the needed parts of an indexed file, however large it is.
 *
 * ```js
 * const signal = await openSignal(bam, { index: bai });
 * ```
 *
 * @throws InputError with file and remedy; DownloadError, EngineError, CancelledError.
 */
export function openSignal(source: tables.TableSource, options: SignalOptions = {}): Promise<SignalFile> {
  return reads("openSignal", source, options, prepare.openSignal, "index");
}

/**
 * Makes the table that a model of histone marks reads: the value of every mark in each bin of a window around each
 * gene's TSS. The numbers equal those of `regulens prepare hm`.
 *
 * ```js
 * const annotation = await readAnnotation(gtf);
 * const marks = { H3K4me3: await openSignal(bigWig) };
 * using prepared = await prepareTable(annotation, marks, { bins: 100, binSize: 100 });
 * const table = await model.readTable(prepared.file());
 * ```
 *
 * @param marks The signal file of each mark.
 * @throws InputError with file and remedy; EngineError, CancelledError.
 */
export function prepareTable(
  annotation: Annotation,
  marks: Readonly<Record<string, SignalFile>>,
  options: PrepareTableOptions = {},
): Promise<PreparedTable> {
  const wanted = [object("annotation", "what `readAnnotation` gives"), object("marks"), taking(...WINDOWS)];
  return called("prepareTable", wanted, [annotation, marks, options], async (annotation, marks, options) =>
    prepare.prepareTable(await filesEngine(options), annotation, marks, options),
  );
}

const WINDOWS = [
  READ,
  "standIns valuesOf bins binSize upstream downstream",
  "strandFlip values minMapq keepDuplicates missingAsZero",
];

/** Reads a file in the engine for files. */
function reads<Options extends WorkOptions, Found>(
  method: string,
  source: tables.TableSource,
  options: Options,
  read: (engine: PrepareEngine, source: tables.TableSource, options: Options) => Promise<Found>,
  also = "",
): Promise<Found> {
  return called(method, [SOURCE, taking(READ, also)], [source, options], async (source, options) =>
    read(await filesEngine(options), source, options),
  );
}

function readIndexed(
  engine: PrepareEngine,
  source: tables.TableSource,
  options: tracks.SequenceOptions,
): Promise<tracks.Sequences> {
  return tracks.readSequences(engine, source, options, async () => engine);
}
