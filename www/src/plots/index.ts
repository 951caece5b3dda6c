/**
 * The plots of Regulens: pure functions from numbers to SVG strings, without a DOM. What the page shows, what a test
 * compares and what a user saves are the same string.
 */

export { averageAttention, averageAttentionLayout, readAverage } from "./genes/average-attention";
export { betaHeatMap } from "./genes/beta-heat-map";
export { type BinAxis, binAt, binAxis, binCentre, binRange } from "./core/axis";
export {
  formatAttention,
  formatCount,
  formatGenes,
  formatPosition,
  formatProbability,
  formatValue,
} from "./core/format";
export { commonScale, geneTracks, geneTracksLayout, readTracks, tracksScale } from "./genes/gene-tracks";
export { barAtPixel, binAtPixel, type BinReading, readBin } from "./core/hover";
export { markAttention } from "./genes/mark-attention";
export { markColour } from "./core/marks";
export type * from "./core/options";
export { probabilityBars, probabilityHistogram, probabilityHistogramLayout } from "./genes/probability-histogram";
export { geneAtPixel, probabilityScatter, probabilityScatterLayout } from "./genes/probability-scatter";
export { isEvenWeight } from "./core/scale";
export { dark, light, type Theme } from "./core/theme";
