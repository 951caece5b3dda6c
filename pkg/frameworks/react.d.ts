/**
 * `<regulens-view>` in JSX of React 19. Nothing but a page with React needs this file.
 *
 * @example
 * ```tsx
 * "use client";
 * import "regulens/react";
 *
 * export const Figure = () => (
 *   <regulens-view model="k562.safetensors" data="genes.csv" onregulens-error={({ detail }) => console.error(detail)} />
 * );
 * ```
 */

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { RegulensView } from "../dist/element.js";
import type { RegulensViewHandlers, RegulensViewProps } from "./view.js";

export * from "../dist/element.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "regulens-view": DetailedHTMLProps<HTMLAttributes<RegulensView>, RegulensView> &
        RegulensViewProps &
        RegulensViewHandlers<"on">;
    }
  }
}
