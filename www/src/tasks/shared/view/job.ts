/** Inputs of a view, and the parts that all tasks load alike. */

import type { DeviceChoice, Model, ModelOf, ModelSource, Table, Task } from "../../../../../pkg/src/index";
import type {
  RegulensData,
  RegulensEngine,
  RegulensProblem,
  RegulensSelection,
  RegulensViewName,
  RegulensViewResult,
} from "../../../../../pkg/src/element";
import type { TemplateResult } from "lit";
import { openedModel, type OpenedModel } from "../../../session/opened";
import { asOneDownload } from "../downloads";
import { missing, ViewError } from "./names";
import type { Leases } from "./shared-cache";
import { keyOf, located, nameOf, numberOf, type Request } from "./request";
import { plainOf } from "../../../rpc/errors";

/** Source of an answer: `signal` fires when its view is left, and `loaded` is what came of its code. */
export interface Behind<Loaded> {
  readonly signal: AbortSignal;
  readonly loaded: Promise<Loaded>;
}

/**
 * Loads the code of an answer after the first drawing of a view. Its source is undefined where that code does not come:
 * then the view is shown without, and the problem told and added to `notes`.
 */
export function behindFigure<Of, Loaded>(of: Of, notes: Scene["notes"][number][], load: () => Promise<Loaded>) {
  const left = new AbortController();
  let come: (loaded: Loaded) => void;
  const loaded = new Promise<Loaded>((resolve) => (come = resolve));
  let source: (Of & Behind<Loaded>) | undefined = { ...of, signal: left.signal, loaded };
  let isAsked = false;
  return {
    source(stage: Stage) {
      if (!isAsked)
        requestAnimationFrame(() =>
          setTimeout(() => {
            if (left.signal.aborted) return;
            load().then(come, (thrown: unknown) => {
              if (left.signal.aborted) return;
              source = undefined;
              const problem = plainOf(thrown);
              notes.push({ heading: "This gene could not be explained", text: problem.message });
              stage.fail(problem);
              stage.update();
            });
          }),
        );
      isAsked = true;
      return source;
    },
    end: (): void => left.abort(),
  };
}

/** One view in the making. */
export interface Job {
  readonly request: Request;
  readonly engine: RegulensEngine;
  readonly leases: Leases;
  /** Fires when another view is requested. */
  readonly signal: AbortSignal;
}

/** A model that is open; `key` tells it from others. */
export interface Opened<Runs extends Model = Model> {
  readonly runner: Runs;
  readonly model: OpenedModel;
  readonly key: string;
}

/** The same, which must be of a task. */
export function ofTask<Name extends Task>({ runner, model, key }: Opened, task: Name): Opened<ModelOf[Name]> {
  if (isOf(runner, task)) return { runner, model, key };
  const { card, file } = model;
  throw new ViewError(`${card.name || file} is of the task “${runner.task}”; expected one of “${task}”.`, {
    code: "another-task",
    file,
    remedy: "Give it another model.",
  });
}

function isOf<Name extends Task>(runner: Model, task: Name): runner is ModelOf[Name] {
  return runner.task === task;
}

/** Views of models of one task. */
export interface Scenes {
  scene(job: Job, opened: Opened): Promise<Scene>;
  /** Reads the data; called ahead of the model, while that loads. */
  read(job: Job): Promise<unknown>;
}

/** Callbacks of a scene. */
export interface Stage {
  /** A reader chose something; a gene is shown then. */
  select(selection: RegulensSelection): void;
  /** A note that does not end the view. */
  fail(problem: RegulensProblem): void;
  /** Draws again. */
  update(): void;
}

/** A view that is loaded. */
export interface Scene {
  readonly view: RegulensViewName;
  readonly models: readonly OpenedModel[];
  readonly files: readonly string[];
  /** Names that can be chosen above the view, and the one that is; no names where there is nothing to choose there. */
  readonly choice?:
    { readonly kind: "gene" | "record"; readonly names: readonly string[]; readonly chosen: number } | undefined;
  /** Names that can be asked for. */
  readonly names: readonly string[];
  readonly result: RegulensViewResult;
  /** Notes on it that do not end it. */
  readonly notes: readonly {
    readonly heading: string;
    readonly text: string;
    readonly problem?: RegulensProblem | undefined;
  }[];
  /** The device that computed, in words. */
  readonly device: string;
  render(stage: Stage): TemplateResult;
  /** Ends what the scene began. */
  end?(): void;
}

/** Genes from which `auto` looks whether a GPU is faster: fewer are there before it could be asked. */
const LEAST_FOR_AUTO = 2000;

/** Opens a model. */
export function openModel(
  { engine, leases, request: { task } }: Job,
  source: ModelSource,
  sha256: string | undefined,
): Promise<Opened> {
  const key = `model ${numberOf(engine)} ${keyOf(source)} ${sha256 ?? ""} ${task ?? ""}`;
  const file = nameOf(source) ?? "model";
  return leases.once(
    key,
    async ({ signal, onProgress }) => {
      const runner = await engine.Regulens.load(located(source), {
        device: "cpu",
        name: file,
        signal,
        onProgress: asOneDownload(file, onProgress),
        task,
        ...(sha256 ? { sha256 } : {}),
      });
      return { runner, model: openedModel(runner, file), key };
    },
    ({ runner }) => runner.free(),
  );
}

/** Reads a table; `attribute` is the one that names it. */
export function openTable(
  { engine, leases }: Job,
  source: RegulensData | undefined,
  attribute: "data" | "data-b",
  what: string,
): Promise<Table> {
  if (source === undefined) throw missing(attribute, what);
  const name = nameOf(source);
  return leases.once(
    tableKey(engine, source),
    (making) => engine.Regulens.readTable(located(source), { ...making, ...(name === undefined ? {} : { name }) }),
    (table) => table.free(),
  );
}

/** The key of a table. */
export function tableKey(engine: RegulensEngine, source: RegulensData): string {
  return `table ${numberOf(engine)} ${keyOf(source)}`;
}

/** Refuses a view that a task does not have. */
export function requireView<Name extends RegulensViewName>(
  { request: { view } }: Job,
  { card, file }: OpenedModel,
  views: readonly Name[],
  kind: string,
): Name {
  const wanted = view ?? views[0]!;
  if ((views as readonly string[]).includes(wanted)) return wanted as Name;
  throw new ViewError(
    `${card.name || file} is a model of ${kind}, which has no view “${wanted}”; expected ` +
      `${views.map((name) => `“${name}”`).join(" or ")}.`,
    {
      code: "no-such-view",
      remedy: `Set view="${views[0]}", or give it another model.`,
    },
  );
}

const turns = new WeakMap<object, Promise<unknown>>();

/** Runs jobs one after another on a model that several elements share: each gets the device that it requested. */
export function onDevice<T, Runs extends Model>(
  runner: Runs,
  choice: DeviceChoice,
  genes: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const turn = (turns.get(runner) ?? Promise.resolve())
    .catch(() => {})
    .then(async () => {
      const wanted = choice === "auto" && genes < LEAST_FOR_AUTO ? "cpu" : choice;
      // Until it is known whether a GPU is faster the CPU computes.
      if (wanted === "auto") runner.useDevice(wanted).catch(() => {});
      else await runner.useDevice(wanted, { signal });
      return work();
    });
  turns.set(runner, turn);
  return turn;
}

/** The note shown if WebGPU was requested but did not compute. */
export function withoutGpu(
  choice: DeviceChoice,
  { kind, reason }: { readonly kind: string; readonly reason: string },
): Scene["notes"] {
  if (choice !== "webgpu" || kind === "webgpu") return [];
  const problem = {
    name: "EngineError",
    code: "no-webgpu",
    message: `WebGPU was asked for, the CPU computed. ${reason}`,
  };
  return [{ heading: "Computed on the CPU", text: reason, problem }];
}

/** "CPU", "WebGPU" */
export function deviceName({ kind }: { readonly kind: "cpu" | "webgpu" }): string {
  return kind === "webgpu" ? "WebGPU" : "CPU";
}

/** A model as events tell of it. */
export function loaded({ file, card, sha256, verified }: OpenedModel): {
  readonly file: string;
  readonly card: OpenedModel["card"];
  readonly sha256: string;
  readonly verified: boolean;
} {
  return { file, card, sha256, verified };
}
