/** What is known of models that say whether genes are on, before one is open. */

import { counted } from "../../ui/words";
import type { TaskFacts } from "../facts";
import { groupByCellType } from "../shared/entries";
import { TABLES_PURPOSE, TABLES_STAY } from "../shared/words";

export const facts: TaskFacts = {
  cells: ["a"],
  tested: "genes",
  purpose: TABLES_PURPOSE,
  stays: TABLES_STAY,
  drop: "Drop a table, bigWig files and genes",
  namedByVariant: true,
  stored: { kind: "genes", roles: { table: "table" } },
  group: groupByCellType,
  score: ({ test_auroc: value }) => (value == null ? undefined : { name: "AUROC", value }),
  simple: ({ best_simple: best }) => (best ? { name: best.name, value: best.auroc } : undefined),
  scores({ metrics }) {
    if (!metrics?.test) return undefined;
    const { test, baselines = [] } = metrics;
    return {
      caption: `AUROC on ${counted(test.n, "gene")} it never saw; bars begin at chance, 0.5`,
      least: 0.5,
      methods: [
        { name: "This model", value: test.auroc },
        ...baselines.map(({ name, auroc }) => ({ name, value: auroc })),
      ],
    };
  },
};
