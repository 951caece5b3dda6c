/** The plots along a sequence: apart from the others, so that a page can load them later. */

export { attentionMap, attentionMapLayout, type AttentionMapLayout, mapPixels, mapTop } from "./attention-map";
export { baseAtPixel, basePlace, type BasesOptions, basesPicture } from "./bases";
export { formatAttention, formatCount, formatSigned, formatValue } from "./format";
export { headAttention, headAttentionLayout, heaviest } from "./head-attention";
export { contributions, mutagenesis, mutagenesisLayout } from "./mutagenesis";
export { positionFunctions, positionFunctionsLayout, positionValue } from "./position-functions";
export { basesInWords, binAtPixelOf, binStart, formatBase } from "./sequence-axis";
export { headColour } from "./sequence-colours";
export type * from "./sequence-options";
export type { PlotFrame } from "./options";
export { pearson } from "./sequence-signal";
export { sequenceTracks, sequenceTracksLayout } from "./sequence-tracks";
export { changeOf, variantTracks, variantTracksLayout } from "./variant-tracks";
