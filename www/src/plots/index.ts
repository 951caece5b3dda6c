/**
 * The plots of Regulens: pure functions from numbers to SVG strings, without a DOM. The page, the tests and saved files
 * use the same strings.
 */

export * from "./core/axis";
export * from "./core/colour";
export * from "./core/format";
export * from "./core/hover";
export type * from "./core/options";
export { isEvenWeight } from "./core/scale";
export * from "./genes/average-attention";
export * from "./genes/beta";
export * from "./genes/gene-tracks";
export * from "./genes/probability";
