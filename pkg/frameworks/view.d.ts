/** `<regulens-view>` as JSX and templates set it, for the types of each framework. */

import type { RegulensView, RegulensViewEvents } from "../dist/element.js";

/**
 * Props of `<regulens-view>` in templates and JSX: its properties, or its attributes of two words in kebab case. Null
 * means absent.
 */
export interface RegulensViewProps extends Partial<
  Pick<
    RegulensView,
    | ("model" | "models" | "sha256" | "data" | "dataB" | "measured" | "gene" | "region" | "view" | "device")
    | ("theme" | "loading" | "task" | "height" | "noPicker" | "noWhatIf" | "coverage" | "engine")
  >
> {
  /** Address of the table of the second cell type; the property `dataB` takes files and bytes too. */
  "data-b"?: string | null | undefined;
  /** The attribute of `noPicker`. */
  "no-picker"?: boolean | "" | null | undefined;
  /** The attribute of `noWhatIf`. */
  "no-what-if"?: boolean | "" | null | undefined;
}

/** Listeners to the events of `<regulens-view>` in JSX and templates; `Prefix` is a framework's, as `on` or `on:`. */
export type RegulensViewHandlers<Prefix extends string> = {
  [Name in keyof RegulensViewEvents as `${Prefix}${Name}`]?:
    ((event: RegulensViewEvents[Name]) => void) | null | undefined;
};
