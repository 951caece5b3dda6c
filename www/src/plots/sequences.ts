/** The plots along a sequence, in a module of their own, so that a page can load them later. */

export * from "./core/format";
export type * from "./core/options";
export * from "./explain/deletion";
export * from "./explain/explanations";
export { otherStrand } from "./marks/letters";
export * from "./tracks/attention";
export * from "./tracks/axis";
export * from "./tracks/bases";
export * from "./tracks/contributions";
export * from "./tracks/tracks";
export * from "./tracks/variant-tracks";
