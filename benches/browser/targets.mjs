/** Targets of Regulens, and their measured values. */

import { bestOf, ratios, spread } from "./statistics.mjs";

/**
 * Multiply-adds of one gene, from the model's sizes: ten directions of 32 hidden units over 100 bins of one value, two
 * of 16 over five marks of 64, scores and weighted sums of both attentions, and the last layer.
 */
export const MULTIPLY_ADDS =
  10 * 100 * 4 * 32 * (32 + 1) + 2 * 5 * 4 * 16 * (16 + 64) + 2 * 5 * 100 * 64 + 2 * 5 * 32 + 32;

const MIB = 2 ** 20;

/**
 * One row a target: where, against what, the target, and what was found: `found` as a spread over rounds or a number,
 * undefined where it was not measured; `reached` judges the median.
 *
 * @param {object} result as `browser.mjs` gathers it
 */
export function targets(result) {
  const { genes, threads, adapter } = result;
  const one = "1";
  const batch = "64";
  const all = String(genes);
  const label = (size) => (size === one ? "one gene" : `${Number(size).toLocaleString("en")} genes`);
  const rows = [];
  const add = (where, against, bound, values, unit = "x") => {
    const found = Array.isArray(values) ? (values.length > 0 ? spread(values) : undefined) : values;
    const value = typeof found === "number" ? found : found?.median;
    const reached =
      value === undefined ? undefined : bound.atLeast !== undefined ? value >= bound.atLeast : value <= bound.atMost;
    rows.push({ where, against, bound, unit, found, reached });
  };
  const factor = (peers, ours, size) => ratios(fastest(result, peers, size), fastest(result, [ours], size));

  for (const [id, simd, atLeast] of [
    ["regulens-cpu", "plain SIMD", 1.3],
    ["regulens-cpu-relaxed", "relaxed SIMD", 3],
  ]) {
    for (const size of [batch, all])
      add(
        `wasm CPU, 1 thread, ${simd}, ${label(size)}`,
        "onnxruntime-web wasm, 1 thread",
        { atLeast },
        factor(["ort-1"], id, size),
      );
  }
  for (const [id, simd] of [
    ["regulens-cpu", "plain SIMD"],
    ["regulens-cpu-relaxed", "relaxed SIMD"],
  ]) {
    add(`wasm CPU, ${simd}, one gene`, "onnxruntime-web wasm, 1 thread", { atLeast: 1.2 }, factor(["ort-1"], id, one));
  }
  add(
    `wasm CPU, ${threads} workers, ${label(all)}`,
    "itself with 1",
    { atLeast: 0.8 * threads },
    factor(["regulens-1"], "regulens-n", all),
  );
  const gpus = result.runtimes.filter(({ peer, device }) => peer && device === "webgpu").map(({ id }) => id);
  for (const size of [batch, all]) {
    const kind = adapter.software ? "software" : "hardware";
    add(
      `WebGPU, ${kind} adapter, ${label(size)}`,
      "the faster of onnxruntime-web's and TensorFlow.js's WebGPU",
      { atLeast: adapter.software ? 2 : 5 },
      factor(gpus, "regulens-webgpu", size),
    );
  }

  const cold = (id) => result.cold?.[id]?.ms ?? [];
  const peers = result.runtimes.filter(({ peer }) => peer).map(({ id }) => id);
  add(
    "cold load to first prediction",
    "the fastest of onnxruntime-web and TensorFlow.js",
    { atLeast: 2 },
    ratios(bestOf(peers.map(cold)), cold("regulens-page")),
  );
  const transfer = (id, which = () => true) => {
    const files = result.cold?.[id]?.files.filter(({ path }) => which(path)) ?? [];
    return files.length > 0 ? files.reduce((sum, { gzipped }) => sum + gzipped, 0) / 1e6 : undefined;
  };
  add(
    "transfer, CPU engine and the weights that ship (float16)",
    "",
    { atMost: 0.45 },
    transfer("regulens-shipped"),
    "MB",
  );
  add("transfer, CPU engine and the peers' weights (float32)", "", { atMost: 0.6 }, transfer("regulens-page"), "MB");
  add(
    "transfer, WebGPU engine",
    "",
    { atMost: 2.6 },
    transfer("regulens-webgpu", (path) => path.includes("wasm/webgpu/")),
    "MB",
  );

  for (const [id, how] of [
    ["regulens-cpu", "values in"],
    ["regulens-1", "table in, 1 worker"],
    ["regulens-n", `table in, ${threads} workers`],
  ]) {
    // A worker that gave no answer may hold anything.
    const measured = result.memory?.find((each) => each.id === id && each.genes === genes && each.silent === 0);
    add(
      `wasm memory above the idle engine, ${label(all)}, ${how}`,
      "",
      { atMost: 64 },
      measured && (measured.after - measured.idle) / MIB,
      "MiB",
    );
  }
  for (const [id, simd] of [
    ["regulens-cpu", "plain"],
    ["regulens-cpu-relaxed", "relaxed"],
  ]) {
    for (const size of [batch, all]) {
      const done = fastest(result, [id], size).map((ms) => ms && (100 * MULTIPLY_ADDS * Number(size)) / ms);
      const possible = (result.peaks ?? []).map((peaks) => peaks[simd]);
      add(
        `one core, ${simd} SIMD, ${label(size)}`,
        "the arithmetic limit of its SIMD, measured",
        { atLeast: 40 },
        ratios(done, possible),
        "%",
      );
    }
  }
  return rows;
}

/**
 * Milliseconds by round for `size` genes: of the runtimes `ids`, in whichever way they take them, the fastest of each
 * round.
 */
export function fastest(result, ids, size) {
  const figures = ids.flatMap((id) => {
    const byCase = result.times?.[id] ?? {};
    return Object.keys(byCase)
      .filter((key) => key === size || key.startsWith(`${size}/`))
      .map((key) => byCase[key]);
  });
  return bestOf(figures);
}

/** The form of Regulens that a peer is set beside. */
export function counterpart(result, { device, threads }) {
  const there = (id) => result.times?.[id] && id;
  if (device === "webgpu") return there("regulens-webgpu");
  return (threads > 1 && there("regulens-n")) || there("regulens-cpu-relaxed") || there("regulens-cpu");
}
