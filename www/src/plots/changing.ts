/** The plots of models of a change, in a module of their own, so that a page can load them later. */

export * from "./change/beta-groups";
export * from "./explain/saliency";
export * from "./change/set";
export * from "./change/tracks";
export { formatSigned } from "./core/format";
