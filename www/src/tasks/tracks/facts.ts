/** Facts about models of tracks along a sequence, available before one is open. */

import type { TaskFacts } from "../shared/facts";
import { bestByValidation, pearsonOf } from "../shared/entries";

export const facts: TaskFacts = {
  cells: [],
  own: ["sequence", "index", "variants", "motifs", "sites"],
  title: "Tracks from DNA",
  does: "reads DNA, and predicts signal along it",
  caution: "It learned from one species, named in its card: its tracks mean nothing for DNA of another.",
  tested: "sequences",
  purpose: "Predict signal along DNA, and see which bins the model looked at and what changes if a base changes.",
  stays: "your sequence is",
  stored: {
    roles: {
      ...{ sequence: "sequence", index: "index of the sequence", regions: "list of places" },
      ...{ measured: "measured track", genes: "genes", motifs: "motifs", variants: "variants" },
      ...{ scores: "scores of the variants", sites: "what was planted" },
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
