/** Memory of the whole page as Markdown. */

import { hardware, short, table } from "../report.mjs";

const MIB = 2 ** 20;

/** @param {object} result as `page.mjs` gathers it */
export function markdown({ date, machine, chromium, adapter, commit, command, runs }) {
  const size = (bytes) => short(bytes / MIB);
  const rows = runs.map(({ variant, computedOn, loading, running, looking }) => [
    variant,
    computedOn,
    ...[loading, running, looking].flatMap(({ sum, renderer, gpu }) => [sum, renderer, gpu].map(size)),
  ]);
  return [
    `# Memory of the page with a model of the published size, ${date.slice(0, 10)}`,
    "",
    `${hardware({ machine, chromium, adapter })} Regulens at commit ${commit}.`,
    `\`${command}\``,
    "",
    "A model file with random weights, stored as float16, is dropped on the page, then a sequence of 131,072 bp, " +
      "which is run. MiB in physical memory at the moment at which the page's renderer and the GPU process had",
    "the most together, Chromium's own included: until the model is loaded and its device is ready; while it " +
      "runs and its results are drawn; while a bin is asked where it looked.",
    "",
    ...table(
      [
        "variant",
        "computed on",
        "loading: together",
        "renderer",
        "GPU process",
        "running: together",
        "renderer",
        "GPU process",
        "looking: together",
        "renderer",
        "GPU process",
      ],
      "llrrrrrrrrr",
      rows,
    ),
  ].join("\n");
}
