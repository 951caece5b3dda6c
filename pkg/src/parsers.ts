/**
 * Reading and preparing files, without a model: signal tables, FASTA, VCF, bigWig and bedGraph; annotations of genes;
 * tables made from them.
 *
 * Loads one small WebAssembly engine when it is first needed, and nothing of the engines that run models.
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

import { filesEngine } from "./files-engine.js";
import type {
  Annotation,
  AnnotationOptions,
  PreparedTable,
  PrepareTableOptions,
  SignalFile,
  SignalOptions,
} from "./io/prepare.js";
import * as prepare from "./io/prepare.js";
import type { WorkOptions } from "./progress.js";
import * as genes from "./io/genes.js";
import * as tracks from "./io/sequences.js";
import * as tables from "./io/table.js";
import type { NamedRegion } from "./engine/prepare-engine.js";
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
export { CancelledError, DownloadError, EngineError, type ErrorDetails, InputError, RegulensError } from "./errors.js";

/** Fetches and compiles the engine ahead of the first file. @throws DownloadError, EngineError, CancelledError. */
export async function preload(options: WorkOptions = {}): Promise<void> {
  await filesEngine(options);
}

/**
 * Reads a signal table: CSV or TSV with a header, the published layouts, or deepTools' computeMatrix; plain or
 * gzipped.
 *
 * A model runs tables that it has read itself: give it the file.
 *
 * @throws InputError with file, line, column and remedy; DownloadError, EngineError, CancelledError.
 */
export async function readTable(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<tables.Table> {
  return tables.readTable(await filesEngine(options), source, options);
}

/**
 * Reads sequences: FASTA, plain or gzipped; 2bit, and FASTA with `options.fai` (and `options.gzi` where it is packed
 * with bgzip), by slices: in a worker, and of a `file:` URL in Node, only what is asked for is read. A large FASTA
 * without an index is read once, to make one.
 *
 * @throws InputError with file, line and remedy; DownloadError, EngineError, CancelledError.
 */
export async function readSequences(
  source: tables.TableSource,
  options: tracks.SequenceOptions = {},
): Promise<tracks.Sequences> {
  const engine = await filesEngine(options);
  return tracks.readSequences(engine, source, options, async () => engine);
}

/**
 * Reads the genes of a GTF, GFF3 or BED file, plain or gzipped, with their exons: by place, by name, and by the
 * beginning of a name.
 *
 * @throws InputError with file, line and remedy; DownloadError, EngineError, CancelledError.
 */
export async function readGenes(source: tables.TableSource, options: tables.ReadOptions = {}): Promise<genes.Genes> {
  return genes.readGenes(await filesEngine(options), source, options);
}

/**
 * Reads the places of a BED file, plain or gzipped. @throws InputError with file, line and remedy; DownloadError,
 * EngineError, CancelledError.
 */
export async function readRegions(
  source: tables.TableSource,
  options: tables.ReadOptions = {},
): Promise<NamedRegion[]> {
  return tracks.readRegions(await filesEngine(options), source, options);
}

/**
 * Opens bigWig or bedGraph, whose values in bins can then be asked for. In a worker, and of a `file:` URL in Node, only
 * what is needed of a bigWig file is read.
 *
 * @throws InputError with file and remedy; DownloadError, EngineError, CancelledError.
 */
export async function readMeasured(
  source: tables.TableSource,
  options: tables.ReadOptions = {},
): Promise<tracks.Measured> {
  return tracks.readMeasured(await filesEngine(options), source, options);
}

/**
 * Reads the rows of a VCF file, plain or gzipped; a row for each alternative. @throws InputError with file, line and
 * remedy; DownloadError, EngineError, CancelledError.
 */
export async function readVariants(
  source: tables.TableSource,
  options: tables.ReadOptions = {},
): Promise<VariantRow[]> {
  return tracks.readVariants(await filesEngine(options), source, options);
}

/**
 * Writes bigWig: values of bins of `size` bases of one chromosome, from base `start` on; NaN stands for no value.
 *
 * @throws RangeError for bins without a base, or beyond base 2³² − 1; DownloadError, EngineError, CancelledError.
 */
export async function writeBigWig(
  { chromosome, length, start, size }: { chromosome: string; length: number; start: number; size: number },
  values: Float32Array,
  options: WorkOptions = {},
): Promise<Uint8Array> {
  return (await filesEngine(options)).writeBigWig(chromosome, length, start, size, values);
}

/**
 * Reads genes and their TSSs: GTF, GFF3 or BED, plain or gzipped. @throws InputError with file, line and remedy;
 * DownloadError, EngineError, CancelledError.
 */
export async function readAnnotation(source: tables.TableSource, options: AnnotationOptions = {}): Promise<Annotation> {
  return prepare.readAnnotation(await filesEngine(options), source, options);
}

/**
 * Opens a file of signal for {@link prepareTable}: bigWig, bedGraph, BAM, or reads as BED. In a worker, and of a
 * `file:` URL in Node, only what is needed of an indexed file is read, however large it is.
 *
 * @throws InputError with file and remedy; DownloadError, EngineError, CancelledError.
 */
export async function openSignal(source: tables.TableSource, options: SignalOptions = {}): Promise<SignalFile> {
  return prepare.openSignal(await filesEngine(options), source, options);
}

/**
 * Makes the table that a model of histone marks reads: for each gene a window around its TSS, for each of its bins the
 * value of every mark. The numbers are those of `regulens prepare hm`.
 *
 * @param marks For each mark the file of its signal.
 * @throws InputError with file and remedy; EngineError, CancelledError.
 */
export async function prepareTable(
  annotation: Annotation,
  marks: Readonly<Record<string, SignalFile>>,
  options: PrepareTableOptions = {},
): Promise<PreparedTable> {
  return prepare.prepareTable(await filesEngine(options), annotation, marks, options);
}
