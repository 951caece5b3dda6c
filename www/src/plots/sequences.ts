/** The plots along a sequence: apart from the others, so that a page can load them later. */

export { attentionMap, attentionMapLayout, type AttentionMapLayout, mapPixels, mapTop } from "./tracks/attention-map";
export { baseAtPixel, basePlace, type BasesOptions, basesPicture } from "./tracks/bases";
export { formatAttention, formatChange, formatCount, formatSigned, formatValue } from "./core/format";
export { headAttention, headAttentionLayout, heaviest } from "./tracks/head-attention";
export {
  baseContributions,
  baseOfContributions,
  contributionAt,
  contributionsLayout,
  type ContributionsOptions,
  strongestBases,
} from "./tracks/contributions";
export type { NamedStretch } from "./tracks/names-under";
export { type Matrix, otherStrand } from "./tracks/logo";
export { type DeletionOptions, deletionPixel, deletionStep, deletionTest, readDeletion } from "./explain/deletion";
export { type Explanation, explanationName } from "./explain/explanations";
export { mutagenesis, mutagenesisLayout } from "./tracks/mutagenesis";
export { type PatternLogo, patternLogos, type PatternLogosOptions } from "./tracks/pattern-logos";
export { positionFunctions, positionFunctionsLayout, positionValue } from "./tracks/position-functions";
export { basesInWords, binAtPixelOf, binStart, formatBase } from "./tracks/axis";
export { headColour } from "./tracks/colours";
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
