/**
 * `<regulens-view>` in JSX of Solid. Nothing but a page with Solid needs this file.
 *
 * @example
 * ```tsx
 * import "regulens/solid";
 *
 * export const Figure = () => (
 *   <regulens-view model="k562.safetensors" data="genes.csv" on:regulens-error={({ detail }) => console.error(detail)} />
 * );
 * ```
 */

import type { JSX } from "solid-js";
import type { RegulensView } from "../dist/element.js";
import type { RegulensViewHandlers, RegulensViewProps } from "./view.js";

export * from "../dist/element.js";

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "regulens-view": JSX.HTMLAttributes<RegulensView> & RegulensViewProps & RegulensViewHandlers<"on:">;
    }
  }
}
