/**
 * From a request to a scene, which the task of the model provides, and to the package: the one that the page provides,
 * or else the one beside this script, loaded when first needed.
 */

import type { RegulensEngine } from "../../../pkg/src/element";
import { SCENES } from "../tasks/scenes";
import { type Job, openModel, openTable, type Scene } from "../tasks/shared/view/job";
import { missing, ViewError } from "../tasks/shared/view/names";
import { type Task, taskOf } from "../../../pkg/src/card";
import { nameOf, numberOf, type Request } from "../tasks/shared/view/request";

/** Fewest and most models side by side. */
const [LEAST, MOST] = [2, 8];

/** Loads what was asked for: all of it at once, as soon as the package is there. */
export async function makeScene(asked: Omit<Job, "engine">, given?: RegulensEngine | null): Promise<Scene> {
  const { request } = asked;
  const { models, hashes } = request;
  if (models.length === 0) throw missing("model", "the address of a model file");
  requireCount(request);
  const task = likelyTask(request);
  const scenes = SCENES[task]();
  // A failure of a part that is begun ahead is told where the part is needed.
  scenes.catch(() => {});
  const job = { ...asked, engine: await engineOf(given) };
  if (task !== "on-off") preload(job, task).catch(() => {});
  const opening = models.map((source, i) => openModel(job, source, hashes[i]));
  // A table waits for no view.
  const tables = { "on-off": [request.data], level: [request.data], change: [request.data, request.dataB], tracks: [] }[
    task
  ];
  for (const table of tables) if (table !== undefined) openTable(job, table, "data", "").catch(() => {});
  scenes.then(({ read }) => read(job)).catch(() => {});
  const opened = await opening[0]!;
  return (await SCENES[opened.runner.task]()).scene(job, opened);
}

/** Loads the engine of a task ahead of its model: one download, whatever is asked for meanwhile. */
function preload({ engine, leases }: Job, task: Task): Promise<void> {
  return leases.take(`engine ${numberOf(engine)} ${task}`, ({ signal }) => engine.Regulens.preload({ task, signal }));
}

/** Refuses more models, or fewer, than a view shows. */
function requireCount({ view, models: { length } }: Request): void {
  if (view === "compare" && (length < LEAST || length > MOST))
    throw new ViewError(`A comparison takes ${LEAST} to ${MOST} models; found ${length}.`, {
      code: "model-count",
      remedy: 'Name them in one attribute with spaces between them: model="a.safetensors b.safetensors".',
    });
  if (view !== "compare" && length > 1)
    throw new ViewError(`This view takes one model; found ${length}.`, {
      code: "model-count",
      remedy: 'Set view="compare" to see them side by side, or name one of them.',
    });
}

/** Names of files of sequence. */
const SEQUENCE = /\.(fa|fasta|fna|2bit)(\.b?gz)?$/i;

/** The task that is said, or the one that what is to be shown belongs to. */
export function likelyTask({ task, view, data, dataB, region, measured }: Request): Task {
  const said = taskOf({ task: task ?? null });
  if (said) return said;
  if (dataB) return "change";
  const isAlong = view === "tracks" || view === "attention" || region || measured;
  return isAlong || (data && SEQUENCE.test(nameOf(data) ?? "")) ? "tracks" : "on-off";
}

/** Version of the package that this script was built for. */
declare const OWN_VERSION: string;

let beside: Promise<RegulensEngine> | undefined;

/** The package, shared by all elements that have none of their own; it must be of the script's version. */
export async function engineOf(given: RegulensEngine | null | undefined): Promise<RegulensEngine> {
  const engine = given || (await besideScript());
  if (engine.VERSION === OWN_VERSION) return engine;
  throw new ViewError(
    `The element is from Regulens ${OWN_VERSION}, but the package it found is from ${engine.VERSION}.`,
    {
      code: "engine-version",
      remedy: "Serve both from one folder of the same version; a browser or server may have cached an older file.",
    },
  );
}

function besideScript(): Promise<RegulensEngine> {
  beside ??= import("../../../pkg/src/index").catch((error: unknown) => {
    beside = undefined;
    throw error;
  });
  return beside;
}
