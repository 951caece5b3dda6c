/** The plots of explanations and analyses, in a module of their own, so that a page can load them later. */

export { changeColours } from "./core/colour";
export { formatChange, formatSigned } from "./core/format";
export * from "./explain/class-map";
export * from "./explain/deletion";
export * from "./explain/explanations";
export * from "./explain/held-out";
export * from "./explain/means";
export * from "./explain/saliency";
