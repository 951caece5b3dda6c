/**
 * The plots of Regulens: pure functions from numbers to SVG strings, without a DOM. What the page shows, what a test compares and what a
 * user saves are the same string.
 */

export { dark, light, type Theme } from "./theme";
export type * from "./options";
