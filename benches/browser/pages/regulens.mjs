/** Regulens as a page uses it: the npm package, a table in, all of a table's results out. */

import { Regulens } from "../regulens/dist/index.js";
import { BINS, MARKS, VALUES } from "./outputs.mjs";

/**
 * @param {{ model: string, device: "cpu" | "webgpu", workers?: number, simd?: "plain" | "relaxed" | "auto" }} options
 */
export async function open({ model, ...options }) {
  const loaded = await Regulens.load(model, options);
  if (loaded.device.kind !== options.device)
    throw new Error(`asked for ${options.device}, it ran on ${loaded.device.kind}: ${loaded.device.reason}`);
  return {
    facts: () => loaded.device,
    async prepare({ values, genes }) {
      const table = await loaded.readTable(csv(values, genes), { name: `${genes}.csv` });
      return async () => {
        const result = await loaded.predict(table);
        // A GPU that was lost must not be timed under its name.
        if (loaded.device.kind !== options.device) throw new Error(loaded.device.reason);
        return result;
      };
    },
  };
}

/** A table of these values, as a file would hold it. */
function csv(values, genes) {
  const parts = [`gene,bin,${MARKS.join(",")}\n`];
  for (let gene = 0; gene < genes; gene++) {
    let rows = "";
    for (let bin = 0; bin < BINS; bin++) {
      const at = gene * VALUES + bin * MARKS.length;
      rows += `G${gene + 1},${bin + 1},${values.subarray(at, at + MARKS.length).join(",")}\n`;
    }
    parts.push(rows);
  }
  return new Blob(parts);
}
