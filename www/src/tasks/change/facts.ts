/** What is known of models that predict the change between two cell types, before one is open. */

import { counted } from "../../ui/words";
import type { TaskFacts } from "../facts";
import { groupByCellType, pearsonOf, simplePearsonOf } from "../shared/entries";
import { TABLES_PURPOSE, TABLES_STAY } from "../shared/words";

export const facts: TaskFacts = {
  cells: ["a", "b"],
  tested: "genes",
  purpose: TABLES_PURPOSE,
  stays: TABLES_STAY,
  drop: "Drop both tables, or one on its place",
  namedByVariant: true,
  stored: {
    kind: "changes",
    roles: {
      table: "table",
      "table-b": "table of B",
      "counts-a": "measured counts of A",
      "counts-b": "measured counts of B",
    },
  },
  group(model) {
    const { cell_type: a, cell_type_b: b } = model;
    return a && b ? { id: `${a.id}-${b.id}`, name: `${a.name} → ${b.name}, change` } : groupByCellType(model);
  },
  score: pearsonOf,
  simple: simplePearsonOf,
  scores({ change_metrics: metrics }) {
    if (!metrics?.test) return undefined;
    const { test, baselines = [] } = metrics;
    return {
      caption: `Pearson’s r on ${counted(test.n, "gene")} it never saw`,
      least: 0,
      methods: [
        { name: "This model", value: test.pearson },
        ...baselines.map(({ name, pearson }) => ({ name, value: pearson })),
      ],
    };
  },
};
