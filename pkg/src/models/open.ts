/** Opens model files of every task. */

import type { Task } from "../card.js";
import type { CardReader, CpuName } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { fromEngine, InputError, WeightsError } from "../errors.js";
import { type ModelBytes, partByPart, reading, wholeOf } from "../io/model-bytes.js";
import { ChangeModel } from "./change.js";
import { LevelModel } from "./level.js";
import type { OpenOptions } from "./model.js";
import { OnOffModel } from "./on-off.js";
import { TracksModel } from "./tracks.js";

/** Model class of each task. */
export interface ModelOf {
  "on-off": OnOffModel;
  level: LevelModel;
  change: ChangeModel;
  tracks: TracksModel;
}

/** A loaded model; `task` distinguishes the classes. */
export type Model = ModelOf[Task];

/** The CPU engine that runs models of each task. */
const ENGINES = { "on-off": "tables", level: "full", change: "full", tracks: "full" } as const satisfies Record<
  Task,
  CpuName
>;

/** @internal The CPU engine that runs models of a task. */
export type EngineOf<Of extends Task> = (typeof ENGINES)[Of];

const MODELS: {
  readonly [Name in Task]: {
    open(
      platform: Platform,
      running: RunningCpu<EngineOf<Name>>,
      bytes: Uint8Array,
      file: string,
      options: OpenOptions,
    ): ModelOf[Name];
  };
} = { "on-off": OnOffModel, level: LevelModel, change: ChangeModel, tracks: TracksModel };

/** Verb phrase that describes a model of each task, for messages. */
const DOES: Readonly<Record<Task, string>> = {
  "on-off": "says which genes are on, from a table of histone marks",
  level: "says how much genes are expressed, from a table of histone marks",
  change: "says how genes change, from the tables of two cell types",
  tracks: "predicts tracks along a sequence",
};

/**
 * @internal The CPU engine that runs models of a task, and the given file if any; for an unknown task, the smallest
 *   engine.
 */
export function engineOf<Of extends Task = "on-off">(task: Of | undefined, bytes?: ModelBytes): EngineOf<Of> {
  // In a file's header the card is an escaped string.
  const full = bytes && /\\"(members|calibration)\\":/.test(new TextDecoder().decode(headerOf(bytes)));
  return (full ? "full" : ENGINES[task ?? "on-off"]) as EngineOf<Of>;
}

/**
 * @internal The task of a model file, as any CPU engine reads it. @throws WeightsError; InputError if it differs from
 *   the requested task.
 */
export function taskIn<Wanted extends Task>(
  engine: CardReader,
  bytes: ModelBytes,
  file: string,
  wanted: Wanted | undefined,
): Wanted {
  let task: Task;
  try {
    task = reading(bytes, () => engine.modelTask(headerOf(bytes), file));
  } catch (thrown) {
    throw fromEngine(thrown, WeightsError, file);
  }
  if (!isWanted(task, wanted))
    throw new InputError(`${file} ${DOES[task]}; expected a model that ${DOES[wanted ?? task]}.`, {
      code: "another-task",
      file,
      remedy: "Load another model, or leave the task out and ask `model.task`.",
    });
  return task;
}

/** The file's header, whose length comes first; only that is copied, since an engine's memory never shrinks. */
function headerOf(bytes: ModelBytes): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(0, 8);
  return bytes.subarray(0, 8 + a + 2 ** 8 * (b + 2 ** 8 * (c + 2 ** 8 * d)));
}

/** @internal Opens a model file of a task in the engine that runs it. @throws WeightsError, HashMismatchError. */
export function openModel<Of extends Task>(
  platform: Platform,
  task: Of,
  running: RunningCpu<EngineOf<Of>>,
  bytes: ModelBytes,
  file: string,
  options: OpenOptions,
): ModelOf[Of] {
  // The engines for tables take a file as a whole.
  const taken = task === "tracks" ? partByPart(bytes) : wholeOf(bytes);
  return MODELS[task].open(platform, running, taken, file, options);
}

function isWanted<Wanted extends Task>(task: Task, wanted: Wanted | undefined): task is Wanted {
  return wanted === undefined || task === wanted;
}
