/** Facts about models that say whether genes are on, before one is open. */

import type { TaskFacts } from "../../facts";
import { groupByCellType } from "../../shared/entries";
import { TABLES_PURPOSE, TABLES_STAY } from "../../shared/words";

export const facts: TaskFacts = {
  cells: ["a"],
  own: [],
  title: "Genes on or off",
  does: "reads one table, and predicts which genes are on",
  caution: "",
  tested: "genes",
  purpose: TABLES_PURPOSE,
  stays: TABLES_STAY,
  namedByVariant: true,
  stored: {
    kind: "genes",
    roles: {
      table: "table",
      expression: "measured expression",
      truth: "what was planted",
      symbols: "gene symbols",
      whole: "figures of the whole run",
    },
    made: ["whole"],
  },
  exported: ["table"],
  recommendedFor: "lowest log loss on genes that folds of the training data left out",
  recommended: (measured) => measured.find(({ recommended }) => recommended) ?? measured[0],
  group: groupByCellType,
  score: ({ test_auroc: value }) => (value == null ? undefined : { name: "AUROC", value }),
};
