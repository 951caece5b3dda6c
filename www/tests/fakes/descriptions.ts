/** Descriptions of the fake models, as the engine describes the real ones. */

import type { Attends, CitedWork, Description } from "../../../pkg/src/description";

/** Attention of the on-off model. */
export const ATTENDS: Attends = { bins: "each-mark", marks: true };

/** Attention of the model of a change: it weighs A and B. */
export const CHANGE_ATTENDS: Attends = {
  bins: "each-mark",
  marks: true,
  encoders: { bins: ["A", "B"], marks: ["A", "B"], auxiliary: [], weighings: 1, expression: false },
};

const cited = (key: string, brief: string): CitedWork => ({
  key,
  brief,
  citation: `${brief}.`,
  bibtex: `@misc{${key},\n  title = {${brief}}\n}`,
});
const program = cited("regulens", "Regulens 0.1.0");

export const DESCRIPTION: Description = {
  task: "on-off",
  family: { id: "attentive-chrome", title: "AttentiveChrome" },
  variant: { id: "lstm-alpha-beta", title: "LSTM-α,β" },
  rank: 0,
  attends: ATTENDS,
  works: [cited("singh2017attend", "Singh et al. 2017"), cited("singh2016deepchrome", "Singh et al. 2016")],
  program,
  bytes_per_example: 512,
};

/** A model of level: that of which genes are on, with another output. */
export const LEVEL_DESCRIPTION: Description = { ...DESCRIPTION, task: "level" };

export const CHANGE_DESCRIPTION: Description = {
  task: "change",
  family: { id: "deep-diff", title: "DeepDiff" },
  variant: { id: "raw-c", title: "Raw: c" },
  rank: 1,
  attends: CHANGE_ATTENDS,
  without: "Raw: c reads A and B, not their difference.",
  works: [cited("sekhon2018deepdiff", "Sekhon et al. 2018")],
  program,
  bytes_per_example: 1024,
};

export const TRACK_DESCRIPTION: Description = {
  task: "tracks",
  family: { id: "basenji", title: "Basenji" },
  variant: { id: "attention-two-sided", title: "Attention, two-sided" },
  rank: 1,
  attends: { bins: "none", marks: false },
  works: [cited("angus2018regulatory", "Angus and Eyuboglu 2018"), cited("kelley2018sequential", "Kelley et al. 2018")],
  program,
};
