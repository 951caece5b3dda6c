/** Facts about models of tracks along a sequence, available before one is open. */

import type { TaskFacts } from "../shared/facts";
import { bestByValidation, pearsonOf } from "../shared/entries";

export const facts: TaskFacts = {
  cells: [],
  own: ["sequence", "index", "variants", "motifs", "sites"],
  title: "Tracks from DNA",
  does: "reads DNA, and predicts signal along it",
  caution: "It was trained on one species, named in its card: its tracks are meaningless for DNA of another.",
  tested: "sequences",
  purpose: "Predict signal along DNA, and see which bins the model attended to and what each variant changes.",
  stays: "your sequence is",
  stored: {
    roles: {
      ...{ sequence: "sequence", index: "index of the sequence", regions: "list of regions" },
      ...{ measured: "measured track", genes: "genes", motifs: "motifs", variants: "variants" },
      ...{ scores: "scores of the variants", sites: "ground truth" },
    },
    made: ["scores"],
  },
  // They share one group, for any prediction.
  namedByVariant: false,
  group: ({ cell_type: type }) => ({
    id: `sequence-${type?.id ?? ""}`,
    name: `${type ? `${type.name}: t` : "T"}racks from a sequence`,
  }),
  recommended: (measured) => bestByValidation(measured),
  recommendedFor: "highest r on validation data",
  score: pearsonOf,
};
