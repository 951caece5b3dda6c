/** The plots that the npm package publishes (`regulens/plots`), by task; the page loads its own parts. */

export { geneTracks, commonScale } from "./genes/gene-tracks";
export { averageAttention } from "./genes/average-attention";
export { markAttention, betaHeatMap } from "./genes/beta";
export { probabilityHistogram, probabilityScatter } from "./genes/probability";

export { levelHistogram, levelScatter } from "./genes/level";
export type { LevelHistogramOptions, LevelScatterOptions } from "./genes/level";

export { changeTracks, commonChangeScale, type ChangeScale, type ChangeTracksOptions } from "./change/tracks";
export { changeHistogram, changeScatter, type ChangeHistogramOptions, type ChangeScatterOptions } from "./change/set";
export { betaGroups, type BetaGroupsOptions, type WeightBar, type WeightSeries } from "./change/beta-groups";
export type { CellNames } from "./change/beta-groups";

export { saliencyTracks, attributionWords, type SaliencyOptions, type SignedWords } from "./explain/saliency";
export { explanationMeans, type ExplanationMeansOptions, type MeansOfGenes } from "./explain/means";
export { classMap, type ClassMapOptions } from "./explain/class-map";
export { deletionTest, type DeletionCurve, type DeletionOptions, type DeletionVerdict } from "./explain/deletion";
export { heldOutTrack, correlationTable } from "./explain/held-out";
export type { CorrelationOptions, CorrelationRow, HeldOutOptions } from "./explain/held-out";
export type { Explanation } from "./explain/explanations";

export { sequenceTracks } from "./tracks/tracks";
export { comparedTracks, variantTracks } from "./tracks/variant-tracks";

// In the order of the README, which the API page follows.
export { headAttention, attentionMap, mapTop, mapPixels, positionFunctions } from "./tracks/attention";

export { baseContributions, type ContributionsOptions, type NamedStretch } from "./tracks/contributions";
export { mutagenesis } from "./tracks/bases";
export { patternLogos, type PatternLogo, type PatternLogosOptions } from "./tracks/contributions";
export { basesPicture, type BasesOptions } from "./tracks/bases";
export type { Matrix } from "./marks/letters";

export type * from "./core/options";
export { markColour, type MarkColour } from "./core/colour";
export { dark, light, type Theme } from "./core/colour";
