/**
 * Regulens: attention models of gene regulation, run where the data are.
 *
 * Everything is computed in this page, worker or Node process: on WebGPU if it passes its checks and is faster,
 * otherwise on the CPU. No data leave the machine; only the engine, and a model given by address, are fetched.
 *
 * @packageDocumentation
 */

export { Regulens, MODEL_LIMIT, type LoadOptions, type ModelSource } from "./regulens.js";
export { LoadedModel } from "./models/model.js";
export type { Model, ModelOf } from "./models/open.js";
export { type PredictOptions, TableModel, type TableOptions } from "./models/table-model.js";
export { OnOffModel } from "./models/on-off.js";
export { type LevelClass, LevelModel } from "./models/level.js";
export {
  ChangeModel,
  type GroupingOptions,
  type MeansOfPairOptions,
  type OfPair,
  type PredictPairOptions,
} from "./models/change.js";
export { TracksModel, decode, encode } from "./models/tracks.js";
export { ALL_MARKS, type OnOffResult, type TableResult } from "./tasks/on-off.js";
export type { LevelResult } from "./tasks/level.js";
export type {
  GeneChange,
  GeneLevel,
  GeneOfTable,
  GeneOnOff,
  GeneView,
  GeneViewOptions,
  MarkOfGene,
} from "./tasks/gene-view.js";
export type { ChangeResult, MeanWeight, WeightsByDirection } from "./tasks/change.js";
export type { ClassSet, CoverageOptions, Spread, SpreadOfGene } from "./tasks/spread.js";
export type {
  BaseContributionOptions,
  BaseContributions,
  BaseDeletion,
  BaseDeletionOptions,
  MotifChange,
  MotifMatch,
  MotifName,
  Mutagenesis,
  MutagenesisOptions,
  NamedContributions,
  NamedVariant,
  NamingOptions,
  PatternSite,
  RegionOptions,
  ScoreOptions,
  ScoreVariantsOptions,
  Seqlet,
  SeqletPattern,
  TracksResult,
  Variant,
  VariantEffect,
  VariantFault,
  VariantScore,
  WindowAttention,
  WindowShape,
} from "./tasks/tracks.js";
export { CLASS_OPTIMISATION, THRESHOLD, TOLERANCE } from "./constants.js";
export {
  type ChangeClass,
  type ClassMap,
  type ClassOptimisationOptions,
  type Deletion,
  type DeletionOptions,
  type GeneChoice,
  type GeneClass,
  type Saliency,
} from "./explain/explanations.js";
export type { AttentionSpread } from "./explain/attention-spread.js";
export type { AttributionOptions, Attributions } from "./explain/attributions.js";
export type { Completeness, ExplanationMeans, MeanMethod, MeansOfClass, MeansOptions } from "./explain/means.js";
export { contrastOf } from "./explain/contrast.js";
export type { PlantedTruth } from "./explain/planted.js";
export type { PlantedSites } from "./explain/planted-sites.js";
export type { HeldOut, HeldOutOfPairOptions, HeldOutOptions, HeldOutTrack } from "./explain/held-out.js";
export { Table, type ReadOptions, type TableSource } from "./io/table.js";
export type { BinsOfChromosome } from "./io/big-wig.js";
export { Counts } from "./io/counts.js";
export type { DeviceChoice, DeviceReport } from "./engine/device.js";
export type { Configuration } from "./engine/place.js";
export type { Simd, SimdChoice } from "./engine/simd.js";
export type { Attends, CitedWork, Description, EncoderGroup, Named } from "./description.js";
export type {
  AttributionMethod,
  ClassName,
  Contrast,
  DeletionCurves,
  EngineAttributions,
  Explanation,
  HeldOutKind,
  HeldOutProfile,
  AttentionMeans,
  Batch,
  Deviation,
  EnginePrepared as Prepared,
  Intervals,
  TableLayout,
  Understanding,
} from "./engine/engine.js";
export { Measured, type SequenceOptions, type SequenceRecord, Sequences, type Stretch } from "./io/sequences.js";
export { Genes } from "./io/genes.js";
export { Motifs } from "./io/motifs.js";
export type { Reliability } from "./engine/calibration.js";
export type { EngineAttentionSpread, MembersSpread } from "./engine/members.js";
export type { ChangeOfMatch, Motif } from "./engine/motif-engine.js";
export type {
  Gene,
  GeneCompletion,
  GeneHere,
  GeneModel,
  GenesWithin,
  GeneStart,
  NearGenes,
} from "./engine/gene-engine.js";
export type { EnginePlantedSites as PlantedSequence, NamedRegion } from "./engine/prepare-engine.js";
export type {
  BaseDeletionCurves,
  BaseExplanation,
  BinValue,
  FoundPlaces,
  FoundSites,
  ScoreSettings,
  SequenceWindow,
  VariantRow,
  VariantTrackScore,
} from "./engine/track-engine.js";
export type { DeletionVerdict, MeanDeletion, PlantedShares } from "./engine/deletion.js";
export { taskOf } from "./card.js";
export type {
  Baseline,
  CellType,
  ChangeMetrics,
  ChangeScore,
  ChangeSeedScore,
  Dtype,
  EffectNull,
  EffectStratum,
  ExplanationChoice,
  GeneWindow,
  LevelMetrics,
  LevelScore,
  LevelSeedScore,
  MarkDistribution,
  Metrics,
  ModelCard,
  NamedChangeScore,
  NamedLevelScore,
  NamedTrackScore,
  Score,
  SeedScore,
  SequenceStretch,
  Task,
  TrackCard,
  TrackMetrics,
  TrackNull,
  TrackScore,
  TrackSeedScore,
  TrackValue,
  TrainingRecord,
  Transform,
  TransformKind,
} from "./card.js";
export {
  readCatalogue,
  type Catalogue,
  type CatalogueDescription,
  type CatalogueEnsemble,
  type CatalogueExample,
  type CatalogueModel,
} from "./catalogue.js";
export type { Held } from "./held.js";
export type { OnProgress, Progress, WorkOptions } from "./progress.js";
export {
  ArgumentError,
  CancelledError,
  DisposedError,
  DownloadError,
  EngineError,
  HashMismatchError,
  InputError,
  RegulensError,
  WeightsError,
} from "./errors.js";

/** The version of this package. */
export const VERSION = "0.2.0";
