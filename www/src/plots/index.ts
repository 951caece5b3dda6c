/**
 * The plots of Regulens: pure functions from numbers to SVG strings, without a DOM. What the page shows, what a test
 * compares and what a user saves are the same string.
 */

export {
  averageAttention,
  averageAttentionLayout,
  type AverageLayout,
  type AverageReading,
  readAverage,
} from "./average-attention";
export { betaHeatMap } from "./beta-heat-map";
export { type BinAxis, binAt, binAxis, binCentre, binRange } from "./axis";
export { formatAttention, formatCount, formatGenes, formatPosition, formatProbability, formatValue } from "./format";
export {
  commonScale,
  geneTracks,
  geneTracksLayout,
  readTracks,
  type TrackReading,
  tracksScale,
  type TracksLayout,
} from "./gene-tracks";
export { barAtPixel, binAtPixel, type BinReading, readBin } from "./hover";
export { markAttention } from "./mark-attention";
export { markColour, type MarkColour } from "./marks";
export type * from "./options";
export {
  type HistogramLayout,
  type ProbabilityBar,
  probabilityBars,
  probabilityHistogram,
  probabilityHistogramLayout,
} from "./probability-histogram";
export { geneAtPixel, probabilityScatter, probabilityScatterLayout } from "./probability-scatter";
export { markStrip, sparkline } from "./table-glyphs";
export { dark, light, type Theme } from "./theme";
