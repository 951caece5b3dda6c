/** The table of benches/cold_start.mjs. */

import { ratios, spread } from "./statistics.mjs";

/** The peer that the target names. */
const PEER = "tf-core";

const three = ({ minimum, median, maximum }, digits) =>
  [minimum, median, maximum].map((value) => value.toFixed(digits)).join(" | ");

/** @param {object} result what the command found */
export function markdown(result) {
  const { machine, forms } = result;
  const of = (id) => forms.find((form) => form.id === id);
  const rows = forms.map(({ id, says, than, ms, files }) => {
    const gzipped = files.reduce((sum, file) => sum + file.gzipped, 0) / 1e6;
    const sooner = of(than) ? three(spread(ratios(of(than).ms, ms)), 2) : "– | – | –";
    return `| ${says} | ${three(spread(ms), 0)} | ${id === than ? "" : than} | ${id === than ? " |  | " : sooner} | ${files.length} | ${gzipped.toFixed(3)} |`;
  });
  const peer = of(PEER);
  const beside = forms
    .filter(({ id }) => peer && id !== PEER && id !== "nothing")
    .map(({ says, ms }) => `| ${says} | ${three(spread(ratios(peer.ms, ms)), 2)} |`);
  const loads = spread(result.loads);
  return `# A first prediction from cold, in forms of the guide's page, ${result.date.slice(0, 10)}

${machine.cores} cores (${machine.processor}), ${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}. Chromium ${result.chromium}, headless. Regulens at commit ${result.commit}.
${result.rounds} rounds, each with every form once; the machine's load was ${loads.minimum.toFixed(1)} to ${loads.maximum.toFixed(1)} (median ${loads.median.toFixed(1)}).
\`${result.command}\`

Milliseconds from the navigation to the first gene's outputs, nothing cached, all files from one local server, gzip -9. All
forms with a prediction read the same float32 weights and give the same logit within 1e-6, but for those of the model that
ships. "Sooner" is the other form's time over this one's, taken in each round: above 1, this form is the sooner.

| form | ms: min | median | max | than | sooner: min | median | max | files | MB, gzipped |
|---|--:|--:|--:|---|--:|--:|--:|--:|--:|
${rows.join("\n")}

## Beside TensorFlow.js

TensorFlow.js's smallest form (core only) over each form, in each round; two was wanted of the guide's page.

| form | min | median | max |
|---|--:|--:|--:|
${beside.join("\n")}
`;
}
