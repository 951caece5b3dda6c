/**
 * `<regulens-view>` in components of Svelte. Nothing but a page with Svelte needs this file.
 *
 * @example
 * ```svelte
 * <script lang="ts">
 *   import "regulens/svelte";
 * </script>
 *
 * <regulens-view model="k562.safetensors" data="genes.csv" onregulens-error={({ detail }) => console.error(detail)} />
 * ```
 */

import type { HTMLAttributes } from "svelte/elements";
import type { RegulensView } from "../dist/element.js";
import type { RegulensViewHandlers, RegulensViewProps } from "./view.js";

export * from "../dist/element.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "regulens-view": HTMLAttributes<RegulensView> &
      RegulensViewProps &
      RegulensViewHandlers<"on"> &
      RegulensViewHandlers<"on:">;
  }
}
