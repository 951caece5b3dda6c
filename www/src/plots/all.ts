/** The plots that the npm package publishes (`regulens/plots`), by task; the page loads its own parts. */

export { averageAttention } from "./genes/average-attention";
export { betaHeatMap } from "./genes/beta";
export { commonScale, geneTracks } from "./genes/gene-tracks";
export { markAttention } from "./genes/beta";
export { probabilityHistogram } from "./genes/probability";
export { probabilityScatter } from "./genes/probability";
export type {
  AverageAttentionOptions,
  BetaHeatMapOptions,
  GeneTracksOptions,
  MarkAttentionOptions,
  ProbabilityHistogramOptions,
  ProbabilityScatterOptions,
  RunBeta,
  TracksScale,
} from "./core/options";

export { betaGroups, type BetaGroupsOptions, type WeightBar, type WeightSeries } from "./change/beta-groups";
export type { CellNames } from "./change/beta-groups";
export { changeHistogram, type ChangeHistogramOptions } from "./change/set";
export { changeScatter, type ChangeScatterOptions } from "./change/set";
export { type ChangeScale, changeTracks, type ChangeTracksOptions, commonChangeScale } from "./change/tracks";

export { classMap, type ClassMapOptions } from "./explain/class-map";
export { type CorrelationOptions, type CorrelationRow, correlationTable } from "./explain/held-out";
export { type DeletionCurve, type DeletionOptions, deletionTest, type DeletionVerdict } from "./explain/deletion";
export type { Explanation } from "./explain/explanations";
export { type HeldOutOptions, heldOutTrack } from "./explain/held-out";
export { explanationMeans, type ExplanationMeansOptions, type MeansOfGenes } from "./explain/means";
export { attributionWords, type SaliencyOptions, saliencyTracks, type SignedWords } from "./explain/saliency";

export { attentionMap, mapPixels, mapTop } from "./tracks/attention-map";
export { type BasesOptions, basesPicture } from "./tracks/bases";
export { baseContributions, type ContributionsOptions } from "./tracks/contributions";
export { headAttention } from "./tracks/head-attention";
export type { Matrix } from "./marks/letters";
export { mutagenesis } from "./tracks/bases";
export type { NamedStretch } from "./tracks/motifs";
export type * from "./core/options";
export { type PatternLogo, patternLogos, type PatternLogosOptions } from "./tracks/motifs";
export { positionFunctions } from "./tracks/head-attention";
export { sequenceTracks } from "./tracks/tracks";
export { comparedTracks, variantTracks } from "./tracks/variant-tracks";

export type { Framed } from "./core/options";
export { markColour, type MarkColour } from "./core/colour";
export type { BinFrame, PlotFrame, SignalOptions, Window } from "./core/options";
export { dark, light, type Theme } from "./core/theme";
