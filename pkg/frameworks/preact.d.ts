/**
 * `<regulens-view>` in JSX of Preact. Nothing but a page with Preact needs this file.
 *
 * @example
 * ```tsx
 * import "regulens/preact";
 *
 * export const Figure = () => (
 *   <regulens-view model="k562.safetensors" data="genes.csv" onregulens-error={({ detail }) => console.error(detail)} />
 * );
 * ```
 */

import type { HTMLAttributes } from "preact";
import type { RegulensView } from "../dist/element.js";
import type { RegulensViewHandlers, RegulensViewProps } from "./view.js";

export * from "../dist/element.js";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "regulens-view": HTMLAttributes<RegulensView> & RegulensViewProps & RegulensViewHandlers<"on">;
    }
  }
}
