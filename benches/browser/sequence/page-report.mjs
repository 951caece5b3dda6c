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
    "A float16 model file with random weights is dropped on the page, then a sequence of 131,072 bp, and the model " +
      "is run. Peak physical memory in MiB of the page's renderer and the GPU process together, including",
    "Chromium's own. Loading: until the model is loaded and its device is ready; running: until its results are " +
      "drawn; attention: while the attention of one bin is shown.",
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
        "attention: together",
        "renderer",
        "GPU process",
      ],
      "llrrrrrrrrr",
      rows,
    ),
  ].join("\n");
}
