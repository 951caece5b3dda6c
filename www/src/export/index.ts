/** Files that a reader can save: the table of predictions, and each plot as SVG or PNG. */

export { downloadName, type Saved } from "./names";
export { pngFile } from "./png";
export { saveFile } from "./save";
export { plotSize } from "./plot-size";
export { type Provenance, svgFile } from "./svg";
export { formatFloat32 } from "./tsv";
