/**
 * `<regulens-view>` in templates of Vue. Nothing but a page with Vue needs this file. Vue's compiler must know that it
 * is no component: `isCustomElement: (tag) => tag === "regulens-view"`.
 *
 * @example
 * ```vue
 * <script setup lang="ts">
 * import "regulens/vue";
 * </script>
 *
 * <template>
 *   <regulens-view model="k562.safetensors" data="genes.csv" @regulens-error="({ detail }) => console.error(detail)" />
 * </template>
 * ```
 */

import type { HTMLAttributes, PublicProps } from "vue";
import type { RegulensView, RegulensViewEvents } from "../dist/element.js";
import type { RegulensViewProps } from "./view.js";

export * from "../dist/element.js";

/** The element as Vue's checks of templates see it. */
export type RegulensViewInVue = new () => RegulensView & {
  /** Seen by templates alone: no element has it. */
  readonly $props: HTMLAttributes & PublicProps & RegulensViewProps;
  /** Seen by templates alone: no element has it. */
  readonly $emit: <Name extends keyof RegulensViewEvents>(name: Name, event: RegulensViewEvents[Name]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "regulens-view": RegulensViewInVue;
  }
}
