/** Files that a reader can save: the table of predictions, and each plot as SVG or PNG. */

export { downloadName, type Saved } from "./names";
export { pngFile } from "./plot";
export { saveFile } from "./save";
export { plotSize } from "./plot";
export { type Provenance, svgFile } from "./plot";
export { formatFloat32 } from "./columns";
