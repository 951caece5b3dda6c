/** Facts about models of genes before one is open, by outcome. */

import type { TaskFacts } from "../shared/facts";
import { bestByValidation, groupByCellType, pearsonOf } from "../shared/entries";

const GENES = {
  own: [],
  caution: "",
  tested: "genes",
  stays: "your tables are",
  namedByVariant: true,
} as const;

/** Roles of files in workspaces that every outcome has. */
const ROLES = { truth: "what was planted", symbols: "gene symbols", whole: "figures of the whole run" };

/** Which genes are on. */
export const onOff: TaskFacts = {
  ...GENES,
  cells: ["a"],
  title: "Genes on or off",
  does: "reads one table, and predicts which genes are on",
  purpose: "Predict which genes are on from your ChIP-seq, and see where the model looked.",
  stored: {
    roles: { table: "table", expression: "measured expression", ...ROLES },
    made: ["whole"],
  },
  recommendedFor: "lowest log loss on genes that folds of the training data left out",
  // The cell type with which the catalogue begins, of several.
  recommended: (measured) =>
    measured.find(({ recommended, cell_type }) => recommended && cell_type?.id === measured[0]?.cell_type?.id) ??
    measured[0],
  group: groupByCellType,
  score: ({ test_auroc: value }) => (value == null ? undefined : { name: "AUROC", value }),
};

/** Levels of expression. No level model ships with the site: it is the user's own. */
export const level: TaskFacts = {
  ...GENES,
  cells: ["a"],
  title: "Level of expression",
  does: "reads one table, and predicts how much genes are expressed",
  purpose: "Predict how much genes are expressed from your ChIP-seq, and see where the model looked.",
  stored: {
    roles: { table: "table", expression: "measured counts", ...ROLES },
    made: ["whole"],
  },
  recommendedFor: "highest r on validation data",
  recommended: (measured) => bestByValidation(measured),
  group: groupByCellType,
  score: pearsonOf,
};

/** Changes of genes from A to B. */
export const change: TaskFacts = {
  ...GENES,
  cells: ["a", "b"],
  title: "Change between two cell types",
  does: "reads two tables, and predicts how genes change from one to the other",
  purpose: "Predict how genes change between two cell types from your ChIP-seq, and see where the model looked.",
  stored: {
    roles: {
      table: "table",
      "table-b": "table of B",
      "counts-a": "measured counts of A",
      "counts-b": "measured counts of B",
      ...ROLES,
    },
    made: ["whole"],
  },
  recommended: (measured) => bestByValidation(measured),
  recommendedFor: "highest r on validation data",
  group(model) {
    const { cell_type: a, cell_type_b: b } = model;
    return a && b ? { id: `${a.id}-${b.id}`, name: `${a.name} → ${b.name}` } : groupByCellType(model);
  },
  score: pearsonOf,
};
