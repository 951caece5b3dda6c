/** The plots along a sequence: apart from the others, so that a page can load them later. */

export { attentionMap, attentionMapLayout, mapPixels, mapTop } from "./tracks/attention-map";
export { baseAtPixel, basePlace, basesPicture } from "./tracks/bases";
export { formatAttention, formatChange, formatCount, formatSigned, formatValue } from "./core/format";
export { headAttention, headAttentionLayout } from "./tracks/head-attention";
export {
  baseContributions,
  contributionAt,
  contributionsLayout,
  type ContributionsOptions,
  strongestBases,
} from "./tracks/contributions";
export type { NamedStretch } from "./tracks/motifs";
export { otherStrand } from "./marks/letters";
export { type DeletionOptions, deletionPlaces, deletionTest } from "./explain/deletion";
export { type Explanation, explanationName } from "./explain/explanations";
export { mutagenesis, mutagenesisLayout } from "./tracks/bases";
export { type PatternLogo, patternLogos, type PatternLogosOptions } from "./tracks/motifs";
export { positionFunctions, positionFunctionsLayout, positionValue } from "./tracks/head-attention";
export { basesInWords, binsInWords, binStart, formatBase } from "./tracks/axis";
export type * from "./core/options";
export type { PlotFrame } from "./core/options";
export { sequenceTracks, sequenceTracksLayout } from "./tracks/tracks";
export {
  changeOf,
  comparedTracks,
  comparedTracksLayout,
  variantTracks,
  variantTracksLayout,
} from "./tracks/variant-tracks";
