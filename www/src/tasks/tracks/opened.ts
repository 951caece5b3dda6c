/** An open model, if it reads sequences. */

import { InputError, type TracksModel } from "../../../../pkg/src/index";
import type { Opened } from "../../session/opened";

/** A model, if it reads sequences. */
export function ofSequences({ runner, model }: Opened): Opened<TracksModel> {
  if (runner.task !== "tracks")
    throw new InputError(`${model.card.name || model.file} reads tables of histone marks; found a sequence.`, {
      code: "another-family",
      remedy: "Choose a model that predicts tracks along a sequence.",
    });
  return { runner, model };
}
