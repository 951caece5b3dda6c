/** Interface of a task to the page: `index.ts` lists the tasks, each folder beside it has one. */

import type { nothing, TemplateResult } from "lit";
import type { Task } from "../../../../pkg/src/card";
import type { CatalogueExample } from "../../../../pkg/src/index";
import type { Address, View } from "../../session/address";
import type { FileKind, Identified } from "../../session/files";
import type { Filed } from "../../session/intake";
import type { PlainError } from "../../rpc/errors";
import type { Theme } from "../../plots";
import type { OpenedModel } from "../../session/opened";
import type { Page } from "../../session/page";
import type { Activity } from "../../rpc/async-state";
import type { CurrentModel } from "../../session/state";
import type { Remark } from "../../ui/notice";
import type { Exported } from "../../standalone/format";
import type { Files, Restoring } from "../../session/restoring";
import type { KeptRun, Looked, Results } from "../../session/workspace-types";
import type { Cell } from "./cells";

/** A task. */
export interface TaskView {
  /** Begins the task; a page does that once, and keeps what it gives. */
  session(page: Page): TaskSession;
}

/** Sections of the card of a model of the task. */
export interface TaskCard {
  /** Shows what the model reads and predicts. */
  reads(model: OpenedModel, theme: Theme): TemplateResult;
  /** Shows the test scores; undefined where the card has no test figures. */
  scores(model: OpenedModel): TemplateResult | undefined;
  /** Shows what explanations compare with, and what comes of it; nothing where the card does not say. */
  contrasts?(model: OpenedModel): TemplateResult | typeof nothing;
}

/** A link, or why there can be none. */
export type Link = { readonly address: Address } | { readonly reason: string };

/** Current view, for the way back to it. */
export interface CurrentView {
  /** The part of the results in view, whosever the data are. */
  readonly address: Looked;
  /** Coverage of the sets or intervals that are shown. */
  readonly coverage?: number | undefined;
  /** The share of genes that probabilities assume to be on, where that is not the calibration's. */
  readonly shareOn?: number | undefined;
  /** Key that makes it another step than the one before; none before there are results. */
  readonly entry?: string | undefined;
  /** The run that it is of. */
  readonly run?: object | undefined;
}

/** Location in the page of one view of the task's results. */
export interface Place {
  /** The element that shows the results. */
  readonly element: string;
  /** The part of it; by default its title. */
  readonly part?: string | undefined;
}

/** A task at work on a page: what was given to it, what came of it, how that is shown. */
export interface TaskSession {
  readonly task: Task;
  subscribe(listener: () => void): () => void;

  /** Kind of data that its models read: tasks of one kind share what is shown until another of them has run. */
  readonly reads: FileKind;
  /** True while a run is going on: models and devices stay as they are meanwhile. */
  readonly isRunning: boolean;
  /** True while a run is going on that this task's data step follows. */
  readonly isBusy: boolean;
  /** Reading or run that is going on. */
  readonly activity?: Activity | undefined;
  /** Error of the reading or run. */
  readonly failure?: PlainError | undefined;
  /** True if something was given to it that would be missed. */
  readonly hasData: boolean;
  /** True if files are samples that join several that are there. */
  joins?(files: readonly Identified[]): boolean;
  /** True if there are results. */
  readonly hasResults: boolean;

  /** Takes the model that is open now. */
  follow(model: CurrentModel): Promise<void>;
  /** Takes what was dropped or chosen, of one cell type where `cell` says so. */
  open(files: readonly Identified[], cell?: Cell): Promise<readonly Filed[]>;
  /** Why what was given cannot be run, in a sentence; undefined where it can, or was not looked at yet. */
  readonly misfit?: string | undefined;
  /** Notes what was given, to bring it back. */
  remember(): () => Promise<void>;
  /** Reads an example and runs it: of several records that of which an address speaks, else the first. */
  tryExample(example: CatalogueExample, address?: Address): Promise<void>;
  /** True if something was read, or is being read, that an example of an address must not replace. */
  readonly isTaken: boolean;
  /** Forgets data and results. */
  clear(): Promise<void>;
  /** Forgets results alone. */
  forgetResults(): void;

  readonly card: TaskCard;
  dataStep(): TemplateResult;
  runBar(): TemplateResult;
  /** The data in a few words: "my.csv"; empty where there are none. */
  readonly given: string;
  /** True if the results are of the open model, the data and the choices as they are now. */
  readonly isCurrent: boolean;
  /** True if the data step has something to say: it reads, asks, or could not do something. */
  readonly isAsking: boolean;
  /** Remarks that a reader of the results must know. */
  remarks(): readonly Remark[];
  /** Controls that save parts of the results, one each. */
  exports(): TemplateResult;
  /** The results, with `notes` beside them; in a page of one file only what it shows. */
  results(shown?: { readonly only?: View | "all"; readonly notes?: TemplateResult }): TemplateResult;
  /** Part of the results that stays below those of another task. */
  below?(): TemplateResult;

  /** The views that an address can ask for, and where they are. */
  readonly places: Readonly<Partial<Record<View, Place>>>;
  /** A link to what is shown, which opens the model as `start` says. */
  link(start: Address): Link;
  /** Current view. */
  looked(): CurrentView;
  /** Shows what of the results is to be looked at, as `who` asks; says what cannot be shown, one sentence each. */
  show(address: Address, view: View | undefined, who: string): Promise<string[]>;

  /** Captures the state of the page, for a workspace. */
  capture(files: Files): Results;
  /** Brings that back. */
  restore(stored: Results, restoring: Restoring): Promise<void>;
  /** Runs that were kept, for a workspace. */
  captureKept?(files: Files): readonly KeptRun[];
  /** Runs one again and keeps it; says whether that was possible. */
  restoreKept?(run: KeptRun, restoring: Restoring): Promise<boolean>;

  /** Opens what a page of one file holds, and runs it; `show` then shows what was in view. */
  openExported(exported: Exported, show: () => Promise<void>): Promise<void>;
}
