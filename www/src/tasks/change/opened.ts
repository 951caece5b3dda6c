/** An open model, if it reads the tables of two cell types. */

import { type ChangeModel, InputError } from "../../../../pkg/src/index";
import type { Opened } from "../../session/opened";
import { ofTables } from "../shared/tables/opened";

/** A model, if it reads the tables of two cell types. */
export function ofTwoTables(opened: Opened): Opened<ChangeModel> {
  const { runner, model } = ofTables(opened);
  if (runner.task !== "change")
    throw new InputError(`${model.card.name || model.file} reads one table; found two.`, {
      code: "another-task",
      remedy: "Run it on each table, or choose a model of a change between two cell types.",
    });
  return { runner, model };
}
