/** What is known of models that predict tracks along a sequence, before one is open. */

import { counted } from "../../ui/words";
import type { TaskFacts } from "../facts";
import { pearsonOf, simplePearsonOf } from "../shared/entries";

export const facts: TaskFacts = {
  cells: [],
  tested: "sequences",
  purpose:
    "See what a trained model predicts along a sequence, which bins it looked at, and what changes if a base changes.",
  stays: "your sequence is",
  drop: "Drop a sequence, a measured track or variants",
  stored: {
    kind: "tracks",
    roles: { sequence: "sequence", measured: "measured track", variants: "variants" },
  },
  // They share one group, whatever they predict.
  namedByVariant: false,
  group: ({ cell_type: type }) => ({
    id: `sequence-${type?.id ?? ""}`,
    name: `${type ? `${type.name}: t` : "T"}racks from a sequence`,
  }),
  score: pearsonOf,
  simple: simplePearsonOf,
  scores({ track_metrics: metrics }) {
    if (!metrics?.test) return undefined;
    const { test, baselines = [], ceilings = [] } = metrics;
    return {
      caption: `Pearson’s r on ${counted(test.n, "bin")} it never saw, mean over tracks`,
      least: 0,
      methods: [
        { name: "This model", value: test.pearson },
        ...[...baselines, ...ceilings].map(({ name, pearson }) => ({ name, value: pearson })),
      ],
    };
  },
};
