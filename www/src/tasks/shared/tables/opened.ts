/** An open model, if it reads tables. */

import { type ChangeModel, InputError, type OnOffModel } from "../../../../../pkg/src/index";
import type { Opened } from "../../../session/opened";

/** A model, if it reads tables. */
export function ofTables({ runner, model }: Opened): Opened<OnOffModel | ChangeModel> {
  if (runner.reads !== "tables")
    throw new InputError(`${model.card.name || model.file} reads sequences; found a table.`, {
      code: "another-family",
      remedy: "Give it a FASTA file, or choose a model of histone marks.",
    });
  return { runner, model };
}
