/** The plots along a sequence: apart from the others, so that a page can load them later. */

export { attentionMap, attentionMapLayout, mapPixels, mapTop } from "./tracks/attention-map";
export { baseAtPixel, basePlace, basesPicture } from "./tracks/bases";
export { formatAttention, formatChange, formatCount, formatSigned, formatValue } from "./core/format";
export { headAttention, headAttentionLayout } from "./tracks/head-attention";
export {
  baseContributions,
  baseOfContributions,
  contributionAt,
  contributionsLayout,
  type ContributionsOptions,
  strongestBases,
} from "./tracks/contributions";
export type { NamedStretch } from "./tracks/names-under";
export { otherStrand } from "./tracks/logo";
export { type DeletionOptions, deletionPixel, deletionStep, deletionTest, readDeletion } from "./explain/deletion";
export { type Explanation, explanationName } from "./explain/explanations";
export { mutagenesis, mutagenesisLayout } from "./tracks/mutagenesis";
export { type PatternLogo, patternLogos, type PatternLogosOptions } from "./tracks/pattern-logos";
export { positionFunctions, positionFunctionsLayout, positionValue } from "./tracks/position-functions";
export { basesInWords, binAtPixelOf, binStart, formatBase } from "./tracks/axis";
export type * from "./tracks/options";
export type { PlotFrame } from "./core/options";
export { sequenceTracks, sequenceTracksLayout } from "./tracks/tracks";
export {
  changeOf,
  comparedTracks,
  comparedTracksLayout,
  variantTracks,
  variantTracksLayout,
} from "./tracks/variant-tracks";
