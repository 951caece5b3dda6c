/** The tables of benches/cold_start.mjs. */

import { ratios, spread } from "./statistics.mjs";

/** The page that it is a target of. */
const GUIDE = "guide";

const three = ({ minimum, median, maximum }, digits) =>
  [minimum, median, maximum].map((value) => value.toFixed(digits)).join(" | ");

/** @param {object} result what the command found */
export function markdown(result) {
  const { machine, rounds } = result;
  return `# A first prediction from cold, in forms of the guide's page, ${result.date.slice(0, 10)}

${machine.cores} cores (${machine.processor}), ${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}. Chromium ${result.chromium}, headless. Regulens at commit ${result.commit}. ${rounds} rounds, each with every form once.
\`${result.command}\`

Milliseconds from the navigation to the first gene's outputs, nothing cached, all files from one local server, gzip -9. Forms
with a prediction read the same float32 weights and give the same logit within 1e-6, but for those of the model that ships.
"Sooner" is the other form's time over this one's, taken in each round: above 1, this form is the sooner. "CPU" is the median
of what the page's main thread computed, in milliseconds. "× peer" is the time of TensorFlow.js's smallest form, with hints
for its engine and weights where this form has such, over this one's; two was wanted of the guide's page. Scripts inlined in
a page are not counted as bytes.
${result.runs.map((run) => section(run)).join("")}`;
}

function section({ latency, loads, forms }) {
  const of = (id) => forms.find((form) => form.id === id);
  const rows = forms.map(({ id, says, than, peer, ms, cpu, files }) => {
    const gzipped = files.reduce((sum, file) => sum + file.gzipped, 0) / 1e6;
    const other = id === than || !of(than) ? "|  |  | " : `${than} | ${three(spread(ratios(of(than).ms, ms)), 2)}`;
    const beside = id === peer || !of(peer) ? "|  | " : three(spread(ratios(of(peer).ms, ms)), 2);
    const cells = [
      `\`${id}\``,
      says,
      three(spread(ms), 0),
      spread(cpu).median.toFixed(0),
      other,
      beside,
      gzipped.toFixed(3),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const load = spread(loads);
  return `
## ${latency === 0 ? "A local server" : `The same, every answer ${latency} ms later`}

The machine's load was ${load.minimum.toFixed(1)} to ${load.maximum.toFixed(1)} (median ${load.median.toFixed(1)}).

| id | form | ms: min | median | max | CPU | than | sooner: min | median | max | × peer: min | median | max | MB, gzipped |
|---|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|
${rows.join("\n")}
${steps(of(GUIDE))}`;
}

/** When each file of the load nearest to the median was asked for and had come. */
function steps({ ms, steps }) {
  const { median } = spread(ms);
  const nearest = ms.reduce((best, each, at) => (Math.abs(each - median) < Math.abs(ms[best] - median) ? at : best), 0);
  const told = steps[nearest].map(({ file, asked, came }) => `${file} ${asked.toFixed(0)} to ${came.toFixed(0)}`);
  return `
In the load of the guide's page nearest to its median, files were asked for and had come, in milliseconds: ${told.join("; ")};
first outputs ${ms[nearest].toFixed(0)}.
`;
}
