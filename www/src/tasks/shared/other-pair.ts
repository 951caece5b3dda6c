/** Two tables of other cell types than a model of a change learned from. */

import { type Cells, cellsInNames, sampleInNames } from "./cells";

/** That two tables are of another pair of cell types than the model learned from; undefined where nobody says so. */
export function otherPair(card: Cells, files: readonly [string, string]): string | undefined {
  const [a, b] = [card.cell_type?.name, card.cell_type_b?.name];
  const names = cellsInNames(card, files);
  if (!a || !b || !names) return undefined;
  const of = names.every((name) => / [ab]$/i.test(name))
    ? `one in ${sampleInNames(files)}`
    : `that from ${names.join(" to ")}`;
  return `The model was trained on the change from ${a} to ${b}; its performance for ${of} was not measured`;
}
