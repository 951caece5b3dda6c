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
 * This file has only the element's types; importing `regulens/element` defines the element.
 *
 * @packageDocumentation
 */

import type { ModelCard, Task } from "./card.js";
import type { DeviceChoice, DeviceReport } from "./engine/device.js";
import type { ModelSource } from "./regulens.js";

/**
 * View to show. `gene`: one gene. `set`: all genes of the tables. `compare`: one gene in two or more models of histone
 * marks. `tracks`: predicted tracks along a sequence. `attention`: the tracks with the attention of the heads.
 */
export type RegulensViewName = "gene" | "set" | "compare" | "tracks" | "attention";

/**
 * Source of a table, a sequence or a measured track: an address, a file, or its bytes. The name of a `File` is shown.
 */
export type RegulensData = string | URL | Blob | Uint8Array;

/** The package, as `import * as regulens from "regulens"` gives it. */
export type RegulensEngine = typeof import("./index.js");

/** A problem that occurred. */
export interface RegulensProblem {
  /** Stable, kebab-case name of the kind of error: `unknown-gene`, `missing-mark`, `download-failed`, … */
  readonly code: string;
  /** Message: what was found and what was expected. */
  readonly message: string;
  readonly name: string;
  readonly file?: string | undefined;
  /** Line in the file, from 1. */
  readonly line?: number | undefined;
  /** Column in that line, from 1. */
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
  /** True if this hash is the requested one. */
  readonly verified: boolean;
}

/** Detail of `regulens-ready`: everything is loaded and shown. */
export interface RegulensReady {
  readonly view: RegulensViewName;
  /** More than one for `compare`. */
  readonly models: readonly RegulensLoadedModel[];
  /** Files that were read. */
  readonly files: readonly string[];
  /** Names to choose from: genes of the tables, or records of the sequences. */
  readonly names: readonly string[];
}

/** One gene in one model of histone marks. T bins, M marks; arrays are row-major copies that belong to the caller. */
export interface RegulensGeneResult {
  readonly kind: "gene";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  readonly gene: string;
  /** Names of the marks, [M]. */
  readonly marks: readonly string[];
  readonly bins: number;
  /** Signal that the model read, [T, M]. */
  readonly signal: Float32Array;
  /** P(gene on). */
  readonly probability: number;
  /** Names of α's rows: the marks, "all marks", or none. */
  readonly rows: readonly string[];
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
  /** Attention over marks, [M]; empty for a variant that does not weight marks. */
  readonly beta: Float32Array;
}

/** All genes of a table. N genes. */
export interface RegulensSetResult {
  readonly kind: "set";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  /** Gene names, [N]. */
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  /** P(gene on), [N]. */
  readonly probability: Float32Array;
  /** Attention over marks, [N, M]; empty for a variant that does not weight marks. */
  readonly beta: Float32Array;
  /** Area under the ROC curve; undefined if the table has no labels. */
  readonly auroc: number | undefined;
}

/** One gene in one model of expression level. T bins, M marks. */
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
  /** Signal, [T, 2M]: for each bin A's marks, then B's. */
  readonly signal: Float32Array;
  /** Predicted log2((B + 1) / (A + 1)). */
  readonly foldChange: number;
  /** Names of α's rows: `A_MARK`, `B_MARK`, `diff_MARK`. */
  readonly rows: readonly string[];
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** Attention over marks, [columns]. */
  readonly beta: Float32Array;
}

/** All genes present in both tables. N genes. */
export interface RegulensChangeResult {
  readonly kind: "changes";
  readonly model: RegulensLoadedModel;
  readonly device: DeviceReport;
  /** Gene names, [N]. */
  readonly genes: readonly string[];
  /** Predicted log2((B + 1) / (A + 1)), [N]. */
  readonly foldChange: Float32Array;
  readonly columns: readonly string[];
  /** Attention over marks, [N, columns]. */
  readonly beta: Float32Array;
}

/** One gene in several models. */
export interface RegulensComparisonResult {
  readonly kind: "comparison";
  readonly gene: string;
  /** One result per model, in the order of the models. */
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
  /** Bases per bin. */
  readonly binSize: number;
  readonly bins: number;
  /** Names of the tracks shown. */
  readonly tracks: readonly string[];
  /** Predicted values, one array of [bins] per track. */
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

/** Detail of `regulens-selection`: the reader selected something. */
export type RegulensSelection =
  | { readonly kind: "gene"; readonly gene: string }
  | { readonly kind: "record"; readonly record: string }
  /** A bin of a sequence: bases from 0, end excluded. */
  | { readonly kind: "bin"; readonly record: string; readonly start: number; readonly end: number };

/** The events of `<regulens-view>`; all of them bubble, also out of shadow trees. */
export interface RegulensViewEvents {
  /** Everything is loaded and shown. */
  "regulens-ready": CustomEvent<RegulensReady>;
  /** The model predicted. */
  "regulens-result": CustomEvent<RegulensViewResult>;
  /** All or part of the view could not be shown. */
  "regulens-error": CustomEvent<RegulensProblem>;
  /** The reader selected a gene, a record or a bin. */
  "regulens-selection": CustomEvent<RegulensSelection>;
}

/**
 * A live view of a model on data.
 *
 * Each property except `engine` and `models` has an attribute of the same name in kebab case (`data-b`, `no-what-if`).
 * Null, a removed attribute and an empty string mean absent. Setting a property redraws the view; unchanged files stay
 * loaded, and elements with the same addresses load them once.
 *
 * `element.css` reserves the space of a view while it loads, even before the element's script has arrived. Colours,
 * type and spacing are CSS custom properties named `--regulens-` plus one of the site's tokens
 * (`--regulens-color-accent`, `--regulens-font-sans`); `custom-elements.json` in the package lists them.
 *
 * @slot A static picture: shown without JavaScript, until the live view is ready, if the view fails, and in print if
 *   the view is not loaded.
 * @csspart frame - the whole view
 * @csspart header - the row above the view, with the picker
 * @csspart picker - chooses a gene or a record
 * @csspart view - the live view
 * @csspart gene - the name and the prediction of a gene
 * @csspart figure - each figure
 * @csspart table - the list of genes
 * @csspart attention - the map of attention
 * @csspart caption - model, data, device and hash, below the view
 * @csspart note - a note about a problem that does not stop the view
 * @csspart error - the problem that stopped the view
 * @csspart placeholder - the place of the static picture
 * @csspart status - progress while it loads
 * @cssproperty --regulens-height - height reserved for the view, instead of the default for its kind
 */
export interface RegulensView extends HTMLElement {
  /** A model file; the attribute may list several addresses separated by spaces. */
  model: ModelSource | null | undefined;
  /** Several models, for `view="compare"`; they take precedence over `model`. */
  models: readonly ModelSource[] | null | undefined;
  /** Expected SHA-256 of the model file, in hexadecimal; for several models one each, separated by spaces. */
  sha256: string | null | undefined;
  /** Table for a model of histone marks (cell type A for a model of a change), or FASTA for a model of tracks. */
  data: RegulensData | null | undefined;
  /** Table of the second cell type, B, for a model of a change. */
  dataB: RegulensData | null | undefined;
  /** A measured track, bedGraph or bigWig, drawn under the predicted track that its file name matches. */
  measured: RegulensData | null | undefined;
  /** Gene to show; by default the first gene of the table. */
  gene: string | null | undefined;
  /** Record and bases to show, from 1, end included: `chrIV:12,000-18,000`, or a record alone. */
  region: string | null | undefined;
  /** Default: `gene`, or `tracks` for a model of tracks. */
  view: RegulensViewName | null | undefined;
  /**
   * Device for sets of genes and for tracks; `auto` by default. Single genes run on the CPU, which is done before a GPU
   * could start. `auto` looks for a GPU only if there are at least 2,000 genes.
   */
  device: DeviceChoice | null | undefined;
  /** Default: `auto`, which follows the reader's system. */
  theme: "auto" | "light" | "dark" | null | undefined;
  /** Default: `lazy`, which loads nothing until the element is near the viewport. */
  loading: "lazy" | "eager" | null | undefined;
  /**
   * Task of the model: only its engine and its view then load, in parallel with the model, and a model of another task
   * is refused. Without it, the element infers the task from the other attributes.
   */
  task: Task | null | undefined;
  /** Height reserved for the view while it loads: a number of pixels, or a CSS length. */
  height: string | number | null | undefined;
  /** True to hide the picker, so that readers cannot choose another gene or record. */
  noPicker: boolean | null | undefined;
  /** True to show a gene's view without *What if*, so that readers cannot change the signal. */
  noWhatIf: boolean | null | undefined;
  /**
   * Coverage, between 0 and 1, of the sets of classes or intervals of changes by which the views `gene` and `set` mark
   * confident genes. Default: 0.9 for models calibrated with `regulens calibrate confidence`. For tracks, the coverage
   * of the intervals drawn; by default none are drawn.
   */
  coverage: string | number | null | undefined;
  /** The package, if the page has already loaded it; otherwise it is loaded from beside the element's script. */
  engine: RegulensEngine | null | undefined;
  /** Current state of the view. */
  readonly status: "waiting" | "loading" | "ready" | "error";
  /** Latest prediction. */
  readonly result: RegulensViewResult | undefined;
  /** Retries a view that failed. */
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

/** The element's class, registered as `regulens-view`. */
export declare const RegulensView: { new (): RegulensView; prototype: RegulensView };

declare global {
  interface HTMLElementTagNameMap {
    "regulens-view": RegulensView;
  }

  /** Events of elements, of the document and of the window: a view's events bubble to all of them. */
  interface GlobalEventHandlersEventMap extends RegulensViewEvents {}
}
