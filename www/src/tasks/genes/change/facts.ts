/** Known facts about models that predict the change between two cell types, before one is open. */

import type { TaskFacts } from "../../facts";
import { bestByValidation, groupByCellType, pearsonOf } from "../../shared/entries";
import { TABLES_STAY } from "../../shared/words";

export const facts: TaskFacts = {
  cells: ["a", "b"],
  own: [],
  title: "Change between two cell types",
  does: "reads two tables, and predicts how genes change from one to the other",
  caution: "",
  tested: "genes",
  purpose: "Predict how genes change between two cell types from your ChIP-seq, and see where the model looked.",
  stays: TABLES_STAY,
  namedByVariant: true,
  stored: {
    kind: "changes",
    roles: {
      table: "table",
      "table-b": "table of B",
      "counts-a": "measured counts of A",
      "counts-b": "measured counts of B",
      truth: "what was planted",
      symbols: "gene symbols",
      whole: "figures of the whole run",
    },
    made: ["whole"],
  },
  exported: ["table", "table-b"],
  recommended: (measured) => bestByValidation(measured),
  recommendedFor: "highest r on validation data",
  group(model) {
    const { cell_type: a, cell_type_b: b } = model;
    return a && b ? { id: `${a.id}-${b.id}`, name: `${a.name} → ${b.name}` } : groupByCellType(model);
  },
  score: pearsonOf,
};
