/** An open model, if it reads tables of genes. */

import { type ChangeModel, InputError, type LevelModel, type OnOffModel } from "../../../../../pkg/src/index";
import type { Opened } from "../../../session/opened";

/** Models of one table. */
export type OneTable = OnOffModel | LevelModel;

/** A model, if it reads tables; so many of them, where that is said. */
export function ofTables({ runner, model }: Opened, tables?: number): Opened<OneTable | ChangeModel> {
  const name = model.card.name || model.file;
  if (runner.reads !== "tables")
    throw new InputError(`${name} reads sequences; found a table.`, {
      code: "another-family",
      remedy: "Give it a FASTA file, or choose a model of histone marks.",
    });
  if (tables === 1 && runner.task === "change")
    throw new InputError(`${name} reads the tables of two cell types; found one.`, {
      code: "another-task",
      remedy: "Give it both tables, or choose a model of one table.",
    });
  if (tables === 2 && runner.task !== "change")
    throw new InputError(`${name} reads one table; found two.`, {
      code: "another-task",
      remedy: "Run it on each table, or choose a model of a change between two cell types.",
    });
  return { runner, model };
}
