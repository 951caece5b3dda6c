/**
 * Regulens: attention models of gene regulation, run where the data are.
 *
 * Everything is computed in this page, worker or Node process: on WebGPU where it can be trusted and is faster, else
 * on the CPU. Nothing is sent anywhere; what is fetched is the engine, and the model whose address is given.
 *
 * @packageDocumentation
 */

export { Regulens, MODEL_LIMIT, type LoadOptions, type ModelSource } from "./regulens.js";
export { Lens, type PredictOptions, type PredictPairOptions, type TableOptions } from "./models/lens.js";
export {
  CLASS_OPTIMISATION,
  type ClassMap,
  type ClassOptimisationOptions,
  type Deletion,
  type DeletionCurves,
  type DeletionOptions,
  deletionSteps,
  type GeneChoice,
  type GeneClass,
  type Replacement,
  type Saliency,
} from "./explain/explanations.js";
export type { Explanation } from "./explain/importance.js";
export { Table, type ReadOptions, type TableSource } from "./io/table.js";
export { Counts } from "./io/counts.js";
export { ALL_MARKS, type ChangeResult, THRESHOLD, type Result } from "./run/result.js";
export type { DeviceChoice, DeviceReport } from "./engine/device.js";
export type { Simd, SimdChoice } from "./engine/simd.js";
export type {
  AttentionMeans,
  Attends,
  Batch,
  Deviation,
  EncoderGroup,
  EnginePrepared as Prepared,
  TableLayout,
  Understanding,
} from "./engine/engine.js";
export {
  TrackLens,
  decode,
  encode,
  type Mutagenesis,
  type MutagenesisOptions,
  type Tracks,
  type Variant,
  type VariantEffect,
  type WindowAttention,
} from "./models/track-lens.js";
export { Measured, type SequenceRecord, Sequences } from "./io/sequences.js";
export type { BinValue, SequenceWindow, TrackShape, VariantRow } from "./engine/track-engine.js";
export { isOfChange, isOfTracks } from "./card.js";
export type {
  Baseline,
  ChangeMetrics,
  ChangeScore,
  MarkDistribution,
  ModelCard,
  Score,
  SeedScore,
  TrackCard,
  TrackMetrics,
  TrackScore,
  TrainingRecord,
} from "./card.js";
export {
  readCatalogue,
  type Catalogue,
  type CatalogueExample,
  type CatalogueInt8,
  type CatalogueModel,
} from "./catalogue.js";
export type { OnProgress, Progress, WorkOptions } from "./progress.js";
export { TOLERANCE } from "./engine/trust.js";
export {
  CancelledError,
  DownloadError,
  EngineError,
  HashMismatchError,
  InputError,
  RegulensError,
  WeightsError,
} from "./errors.js";

/** The version of this package. */
export const VERSION = "0.1.0";
