/** Opening a model file, whatever it predicts. */

import type { Task } from "../card.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { fromEngine, InputError, WeightsError } from "../errors.js";
import { ChangeModel } from "./change.js";
import type { OpenOptions } from "./model.js";
import { OnOffModel } from "./on-off.js";
import { TracksModel } from "./tracks.js";

/** The model of each task. */
export interface ModelOf {
  "on-off": OnOffModel;
  change: ChangeModel;
  tracks: TracksModel;
}

/** A loaded model; `task` says which it is. */
export type Model = ModelOf[Task];

const MODELS: {
  readonly [Name in Task]: {
    open(platform: Platform, running: RunningCpu, bytes: Uint8Array, file: string, options: OpenOptions): ModelOf[Name];
  };
} = { "on-off": OnOffModel, change: ChangeModel, tracks: TracksModel };

/** What a model of each task does, in words. */
const DOES: Readonly<Record<Task, string>> = {
  "on-off": "says which genes are on, from a table of histone marks",
  change: "says how genes change, from the tables of two cell types",
  tracks: "predicts tracks along a sequence",
};

/**
 * @internal Opens a model file on the CPU. @throws WeightsError, HashMismatchError; InputError where it is of another
 * task.
 */
export function openModel<Wanted extends Task = Task>(
  platform: Platform,
  running: RunningCpu,
  bytes: Uint8Array,
  file: string,
  { task: wanted, ...options }: OpenOptions & { task?: Wanted | undefined },
): ModelOf[Wanted] {
  let task: Task;
  try {
    task = running.engine.modelTask(bytes, file);
  } catch (thrown) {
    throw fromEngine(thrown, WeightsError, file);
  }
  if (!isWanted(task, wanted))
    throw new InputError(`${file} ${DOES[task]}; expected a model that ${DOES[wanted ?? task]}.`, {
      code: "another-task",
      file,
      remedy: "Load another model, or leave the task out and ask `model.task`.",
    });
  return MODELS[task].open(platform, running, bytes, file, options);
}

function isWanted<Wanted extends Task>(task: Task, wanted: Wanted | undefined): task is Wanted {
  return wanted === undefined || task === wanted;
}
