/** An open model, if it reads one table. */

import { InputError, type OnOffModel } from "../../../../pkg/src/index";
import type { Opened } from "../../session/opened";
import { ofTables } from "../shared/tables/opened";

/** A model, if it reads one table. */
export function ofOneTable(opened: Opened): Opened<OnOffModel> {
  const { runner, model } = ofTables(opened);
  if (runner.task !== "on-off")
    throw new InputError(`${model.card.name || model.file} reads the tables of two cell types; found one.`, {
      code: "another-task",
      remedy: "Give it both tables, or choose a model that says which genes are on.",
    });
  return { runner, model };
}
