/**
 * `<regulens-view>`: a live view of a model on data, for any page.
 *
 * ```html
 * <link rel="stylesheet" href="regulens/dist/element.css" />
 * <script type="module" src="regulens/dist/element.js"></script>
 * <regulens-view model="k562.safetensors" data="genes.csv" gene="ENSG00000141510">
 *   <img src="figure.png" alt="Signal and attention along TP53" />
 * </regulens-view>
 * ```
 *
 * This file is its types; importing `regulens/element` defines the element.
 *
 * @packageDocumentation
 */

import type { ModelCard, Task } from "./card.js";
import type { DeviceChoice, DeviceReport } from "./engine/device.js";
import type { ModelSource } from "./regulens.js";

/**
 * View that is shown. `gene`: one gene. `set`: all genes of the tables. `compare`: one gene, in two or more models of
 * histone marks. `tracks`: predicted tracks along a sequence. `attention`: the same with where the heads looked.
 */
export type RegulensViewName = "gene" | "set" | "compare" | "tracks" | "attention";

/**
 * Where a table, a sequence or a measured track comes from: an address, a file, or its bytes. A `File` has a name,
 * which is shown.
 */
export type RegulensData = string | URL | Blob | Uint8Array;

/** The package, as `import * as regulens from "regulens"` gives it. */
export type RegulensEngine = typeof import("./index.js");

/** Problem that occurred. */
export interface RegulensProblem {
  /** Stable, kebab-case name of the kind of error: `unknown-gene`, `missing-mark`, `download-failed`, … */
  readonly code: string;
  /** Message: what was found and what was expected. */
  readonly message: string;
  readonly name: string;
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  /** Remedy. */
  readonly remedy?: string | undefined;
}

/** A model that is loaded. */
export interface RegulensLoadedModel {
  readonly file: string;
  readonly card: ModelCard;
  /** SHA-256 of its file, lower-case hexadecimal. */
  readonly sha256: string;
  /** True if that is the hash that was asked for. */
  readonly verified: boolean;
}

/** Detail of `regulens-ready`: everything is loaded, and shown. */
export interface RegulensReady {
  readonly view: RegulensViewName;
  /** More than one for `compare`. */
  readonly models: readonly RegulensLoadedModel[];
  /** Files that were read. */
  readonly files: readonly string[];
  /** Names that can be chosen: genes of the tables, or records of the sequences. */
  readonly names: readonly string[];
}

/** One gene in one model of histone marks. T bins, M marks; arrays are row-major, and the caller's own. */
export interface RegulensGeneResult {
  readonly kind: "gene";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  readonly gene: string;
  /** [M] */
  readonly marks: readonly string[];
  readonly bins: number;
  /** Signal that the model saw, [T, M]. */
  readonly signal: Float32Array;
  /** P(gene on). */
  readonly probability: number;
  /** Names of α's rows: the marks, "all marks", or none. */
  readonly rows: readonly string[];
  /** [rows, T] */
  readonly alpha: Float32Array;
  /** [M]; empty for a variant that does not weigh marks. */
  readonly beta: Float32Array;
}

/** All genes of a table. N genes. */
export interface RegulensSetResult {
  readonly kind: "set";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  /** [N] */
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  /** P(gene on), [N]. */
  readonly probability: Float32Array;
  /** [N, M]; empty for a variant that does not weigh marks. */
  readonly beta: Float32Array;
  /** Absent where the table has no labels. */
  readonly auroc: number | undefined;
}

/** One gene in one model of level. T bins, M marks. */
export interface RegulensLevelResult extends Omit<RegulensGeneResult, "kind" | "probability"> {
  readonly kind: "level";
  /** Predicted log2(count + 1). */
  readonly level: number;
}

/** Levels of all genes of a table. N genes. */
export interface RegulensLevelsResult extends Omit<RegulensSetResult, "kind" | "probability" | "auroc"> {
  readonly kind: "levels";
  /** Predicted log2(count + 1), [N]. */
  readonly level: Float32Array;
}

/** One gene in two cell types, A and B. */
export interface RegulensChangedGeneResult {
  readonly kind: "changed-gene";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  readonly gene: string;
  readonly marks: readonly string[];
  readonly bins: number;
  /** A's marks and then B's of each bin, [T, 2M]. */
  readonly signal: Float32Array;
  /** Predicted log2((B + 1) / (A + 1)). */
  readonly foldChange: number;
  /** Names of α's rows, `A_MARK`, `B_MARK`, `diff_MARK`. */
  readonly rows: readonly string[];
  /** [rows, T] */
  readonly alpha: Float32Array;
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** [columns] */
  readonly beta: Float32Array;
}

/** All genes that two tables share. N genes. */
export interface RegulensChangeResult {
  readonly kind: "changes";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  /** [N] */
  readonly genes: readonly string[];
  /** Predicted log2((B + 1) / (A + 1)), [N]. */
  readonly foldChange: Float32Array;
  readonly columns: readonly string[];
  /** [N, columns] */
  readonly beta: Float32Array;
}

/** One gene in several models. */
export interface RegulensComparisonResult {
  readonly kind: "comparison";
  readonly gene: string;
  /** One for each model, in their order. */
  readonly runs: readonly RegulensGeneResult[];
}

/** Tracks along one record. */
export interface RegulensTracksResult {
  readonly kind: "tracks";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  readonly record: string;
  /** First base of the first bin, from 0. */
  readonly origin: number;
  /** Bases of a bin. */
  readonly binSize: number;
  readonly bins: number;
  /** Names of the tracks that are shown. */
  readonly tracks: readonly string[];
  /** For each of them [bins]. */
  readonly values: readonly Float32Array[];
}

/** Detail of `regulens-result`: a model's predictions. */
export type RegulensViewResult =
  | RegulensGeneResult
  | RegulensSetResult
  | RegulensLevelResult
  | RegulensLevelsResult
  | RegulensChangedGeneResult
  | RegulensChangeResult
  | RegulensComparisonResult
  | RegulensTracksResult;

/** Detail of `regulens-selection`: a reader has chosen something. */
export type RegulensSelection =
  | { readonly kind: "gene"; readonly gene: string }
  | { readonly kind: "record"; readonly record: string }
  /** A bin of a sequence: bases from 0, the end not included. */
  | { readonly kind: "bin"; readonly record: string; readonly start: number; readonly end: number };

/** The events of `<regulens-view>`; all of them bubble, out of shadow trees too. */
export interface RegulensViewEvents {
  /** Everything is loaded, and shown. */
  "regulens-ready": CustomEvent<RegulensReady>;
  /** The model predicted. */
  "regulens-result": CustomEvent<RegulensViewResult>;
  /** Something could not be shown, or not all of it. */
  "regulens-error": CustomEvent<RegulensProblem>;
  /** A reader chose a gene, a record or a bin. */
  "regulens-selection": CustomEvent<RegulensSelection>;
}

/**
 * A live view of a model on data.
 *
 * Each property has an attribute of the same name, in kebab case (`data-b`, `no-what-if`), but `engine` and `models`.
 * Null, an attribute that is removed and empty text mean absent. Setting one draws again; what did not change
 * stays, and elements with the same addresses load them once.
 *
 * The place of a view is kept while it loads, by `element.css` from before the element's script is there. Colours, type
 * and spacing are CSS custom properties, `--regulens-` and the name of one of the site's tokens
 * (`--regulens-color-accent`, `--regulens-font-sans`); `custom-elements.json` in the package lists them.
 *
 * @slot A static picture: shown without JavaScript, until there is something live to show, where that fails, and in
 * print of a view that is not loaded.
 * @csspart frame - all of the view
 * @csspart header - the row above it, with the picker
 * @csspart picker - chooses a gene or a record
 * @csspart view - the live view
 * @csspart gene - the name and the prediction of a gene
 * @csspart figure - each figure
 * @csspart table - the list of genes
 * @csspart attention - the map of attention
 * @csspart caption - model, data, device and hash, below the view
 * @csspart note - a note that does not end the view
 * @csspart error - the problem that did
 * @csspart placeholder - the static picture's place
 * @csspart status - progress while it loads
 * @cssproperty --regulens-height - height that is kept for the view, other than the usual one of its kind
 */
export interface RegulensView extends HTMLElement {
  /** A model file, or in the attribute several addresses with spaces between them. */
  model: ModelSource | null | undefined;
  /** Several models, for `view="compare"`; they stand before `model`. */
  models: readonly ModelSource[] | null | undefined;
  /** SHA-256 that the model file must have, in hexadecimal; of several models one each, with spaces between them. */
  sha256: string | null | undefined;
  /** The table of a model of histone marks, cell type A's for a model of change, or FASTA for a model of tracks. */
  data: RegulensData | null | undefined;
  /** The table of the second cell type, B, for a model of a change. */
  dataB: RegulensData | null | undefined;
  /** A measured track, bedGraph or bigWig, which is laid under the predicted one that its file's name speaks of. */
  measured: RegulensData | null | undefined;
  /** The gene that is shown; the first of the table without one. */
  gene: string | null | undefined;
  /** Record and bases that are shown, counted from 1, the end included: `chrIV:12,000-18,000`, or a record alone. */
  region: string | null | undefined;
  /** `gene` by default, and `tracks` for a model of tracks. */
  view: RegulensViewName | null | undefined;
  /**
   * Device that computes sets of genes and tracks; `auto` by default. One gene is computed on the CPU, which has it
   * before a GPU could be asked. With `auto` a GPU is only looked for where there are 2,000 genes or more.
   */
  device: DeviceChoice | null | undefined;
  /** `auto`, by default, follows the reader's system. */
  theme: "auto" | "light" | "dark" | null | undefined;
  /** `lazy`, by default, loads nothing until the element is near the viewport. */
  loading: "lazy" | "eager" | null | undefined;
  /**
   * Task of the model: its engine and its view then load beside the model, and no other engine; a model of another
   * task is refused. Without it the element goes by the other attributes.
   */
  task: Task | null | undefined;
  /** Height that is kept for the view while it loads: a number of pixels, or a length of CSS. */
  height: string | number | null | undefined;
  /** True if readers choose no other gene or record above the view. */
  noPicker: boolean | null | undefined;
  /** True if readers ask nothing of another signal: a gene's view without *What if*. */
  noWhatIf: boolean | null | undefined;
  /**
   * Share of genes, between 0 and 1, whose set of classes or interval of a change holds the measured value, by which
   * views `gene` and `set` say of which genes the model is sure. 0.9 by default, of models that
   * `regulens calibrate confidence` wrote. Of tracks the share of bins whose interval is drawn; without it none is.
   */
  coverage: string | number | null | undefined;
  /** The package, where the page has it already; else it is loaded from beside the element's script. */
  engine: RegulensEngine | null | undefined;
  /** Where it stands. */
  readonly status: "waiting" | "loading" | "ready" | "error";
  /** Latest prediction. */
  readonly result: RegulensViewResult | undefined;
  /** Tries again what failed. */
  retry(): void;

  addEventListener<Name extends keyof RegulensViewEvents>(
    type: Name,
    listener: (this: RegulensView, event: RegulensViewEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: (this: RegulensView, event: HTMLElementEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The element's class, under its name `regulens-view`. */
export declare const RegulensView: { new (): RegulensView; prototype: RegulensView };

declare global {
  interface HTMLElementTagNameMap {
    "regulens-view": RegulensView;
  }

  /** Events of elements, of the document and of the window, to which those of a view bubble. */
  interface GlobalEventHandlersEventMap extends RegulensViewEvents {}
}
