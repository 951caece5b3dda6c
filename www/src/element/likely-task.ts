/** The task that a model most probably has, before it is there. */

import { type Task, taskOf } from "../../../pkg/src/card";
import type { Request } from "./job";
import { nameOf } from "./sources";

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
