/** Models of a task that this version has not. */

import { KNOWN_TASKS } from "../../../pkg/src/card";
import type { ModelCard } from "../../../pkg/src/index";
import type { PlainError } from "../rpc/errors";

/** Says which task a model is of that this version has not, and what wrote it. */
export function unknownTask({ task, family, name, training }: ModelCard, file: string): PlainError {
  const what = task == null ? `the family “${family}”` : `the task “${task}”`;
  return {
    name: "InputError",
    code: "unknown-task",
    message: `${name || file}: found a model of ${what}${training?.program ? `, written by ${training.program}` : ""}; this version knows the tasks ${KNOWN_TASKS.join(", ")}.`,
    file,
    remedy: "Open it in the version that wrote it, or in a newer one.",
  };
}
