/**
 * The plots of Regulens: pure functions from numbers to SVG strings, without a DOM. What the page shows, what a test
 * compares and what a user saves are the same string.
 */

export { averageAttention, averageAttentionLayout, readAverage } from "./genes/average-attention";
export { betaHeatMap } from "./genes/beta";
export { type BinAxis, binAt, binAxis, binCentre, binRange } from "./core/axis";
export {
  formatAttention,
  formatCount,
  formatGenes,
  formatPosition,
  formatProbability,
  formatValue,
} from "./core/format";
export { geneTracks, geneTracksLayout, greatestScale, readTracks, tracksScale } from "./genes/gene-tracks";
export { binAtPixel, type BinReading, readBin } from "./core/hover";
export { markAttention } from "./genes/beta";
export { markColour } from "./core/colour";
export type * from "./core/options";
export { probabilityBars, probabilityHistogram, probabilityHistogramLayout } from "./genes/probability";
export { probabilityScatter, probabilityScatterLayout } from "./genes/probability";
export { isEvenWeight } from "./core/scale";
export { dark, light, type Theme } from "./core/colour";
