/** A measurement on a sequence as Markdown. */

import { peerTable } from "../newest.mjs";
import { hardware, short, table } from "../report.mjs";
import { bestOf, ratios, spread } from "../statistics.mjs";

const MIB = 2 ** 20;

/** Multiply-adds of the small model on 131,072 bp, as peers/sequence_model.py counts them. */
export const MULTIPLY_ADDS = 1_049_133_056;

/**
 * Targets: our runtime, the peers that it is held against (the fastest of a round counts), and
 * the ratio.
 */
const TARGETS = [
  { ours: ["regulens-cpu"], peers: ["ort-1", "tf-1"], where: "wasm CPU, 1 thread, plain SIMD", atLeast: 3 },
  { ours: ["regulens-cpu-relaxed"], peers: ["ort-1", "tf-1"], where: "wasm CPU, 1 thread, relaxed SIMD", atLeast: 3 },
  { ours: ["regulens-webgpu"], peers: ["ort-webgpu", "ort-jsep", "tf-webgpu"], where: "WebGPU", atLeast: 2 },
];

/** Target for the speed-up by two workers on one window of the published size. */
const WORKERS = { atLeast: 1.7 };

/** The targets, with what was found: a spread over rounds, undefined where it was not measured. */
export function targets({ times }) {
  const best = (ids) => bestOf(ids.map((id) => times[id] ?? []));
  return TARGETS.map(({ ours, peers, where, atLeast }) => {
    const found = ratios(best(peers), best(ours));
    return { where, atLeast, found: found.length > 0 ? spread(found) : undefined };
  });
}

/** @param {object} result as `sequences.mjs` gathers it */
export function markdown(result) {
  const {
    date,
    machine,
    chromium,
    adapter,
    peers,
    rounds,
    loads,
    commit,
    command,
    runtimes,
    agreement,
    times,
    memory,
    full,
    left,
  } = result;
  const lines = [
    `# A sequence of 131,072 bp in the browser, ${date.slice(0, 10)}`,
    "",
    `${hardware({ machine, chromium, adapter })} Regulens at commit ${commit}.`,
    "",
    `A small model of the Basenji family (peers/sequence_model.py), 161,523 parameters, ${(MULTIPLY_ADDS / 1e9).toFixed(
      2,
    )} × 10⁹ multiply-adds; the same weights and sequence for all.${
      loads
        ? ` ${rounds} rounds; 1-minute load at their starts: ${loads.map((each) => each.toFixed(1)).join(", ")}.`
        : ""
    }`,
    `\`${command}\``,
    "",
    ...peerTable(peers),
  ];
  if (times) {
    const rows = targets(result).map(({ where, atLeast, found }) => [
      where,
      `≥ ${atLeast}x`,
      ...(found ? [found.minimum, found.median, found.maximum].map(short) : ["–", "–", "–"]),
      found === undefined ? "not measured" : found.median >= atLeast ? "yes" : "**no**",
    ]);
    lines.push(
      "Time of the fastest peer in each round over that of Regulens; above 1, Regulens is faster.",
      "",
      ...table(["where", "target", "min", "median", "max", "reached"], "lrrrrl", rows),
    );
    const timed = runtimes
      .filter(({ id }) => times[id]?.some((ms) => ms !== undefined))
      .map((runtime) => {
        const there = times[runtime.id].filter((ms) => ms !== undefined);
        const { minimum, median, maximum } = spread(there);
        const error = agreement.find(({ id }) => id === runtime.id)?.error;
        return [
          runtime.name,
          ...[minimum, median, maximum].map(short),
          short(MULTIPLY_ADDS / median / 1e6),
          error?.toExponential(1) ?? "",
        ];
      });
    lines.push(
      "## Times",
      "",
      "Milliseconds from the sequence to the prediction in JavaScript (peers get ready-made channels), and the " +
        "largest difference from float64.",
      "",
      ...table(["runtime", "ms: min", "median", "max", "10⁹ multiply-adds a second", "difference"], "lrrrrr", timed),
    );
  }
  if (memory?.length) {
    const rows = memory.map(({ name, wasm, renderer, gpu }) => [
      name,
      ...[wasm, renderer, gpu].map((bytes) => (bytes === undefined ? "" : short(bytes / MIB))),
    ]);
    lines.push(
      "## Memory",
      "",
      "MiB after two calls: WebAssembly memory, and peak physical memory of the renderer and the GPU process. " +
        "Each runtime has its own browser.",
      "",
      ...table(["runtime", "WebAssembly", "renderer", "GPU process"], "lrrr", rows),
    );
  }
  if (full?.length) lines.push(...published(full));
  if (left.length) lines.push("## Left out", "", ...left.map(({ name, reason }) => `- ${name}: ${reason}`), "");
  return lines.join("\n");
}

/** The tables of models of the published size, each of whose entries is one round's. */
function published(full) {
  const ids = [...new Set(full.map(({ id }) => id))];
  const variants = [...new Set(full.map(({ variant }) => variant))];
  const roundsOf = (variant, id) => full.filter((each) => each.variant === variant && each.id === id);
  const secondCalls = (variant, id) => roundsOf(variant, id).map(({ seconds, again }) => again ?? seconds);
  const cells = variants.flatMap((variant) =>
    ids.flatMap((id) => {
      const found = roundsOf(variant, id);
      if (found.length === 0) return [];
      const median = (field) => {
        const values = found.map((each) => each[field]).filter((value) => value !== undefined);
        return values.length > 0 ? spread(values).median : undefined;
      };
      const [first, second] = [median("seconds"), median("again")];
      const memory = ["wasm", "renderer", "gpu"].map(median);
      return [
        [
          ...[variant, found[0].name, short(first), second === undefined ? "" : short(second)],
          ...memory.map((bytes) => (bytes === undefined ? "" : short(bytes / MIB))),
        ],
      ];
    }),
  );
  const shared = variants.flatMap((variant) =>
    ids
      .filter((id) => /^workers-(?!1$)/.test(id))
      .flatMap((id) => {
        const found = ratios(secondCalls(variant, "workers-1"), secondCalls(variant, id));
        if (found.length === 0) return [];
        const { minimum, median, maximum } = spread(found);
        const range = found.length > 1 ? ` (${short(minimum)} to ${short(maximum)} in ${found.length} rounds)` : "";
        const workers = id.slice("workers-".length);
        const said = `${variant}: ${workers} workers on one window are ${short(median)} times as fast as one${range}`;
        const reached = median >= WORKERS.atLeast ? "reached" : "**not reached**";
        return [said + (id === "workers-2" ? `; target ≥ ${WORKERS.atLeast}x, ${reached}.` : "."), ""];
      }),
  );
  return [
    ...["## Published size", ""],
    "Seconds of the first and second call on 131,072 bp, and memory as above: medians over rounds, each in its own " +
      "browser.",
    "",
    ...table(
      ["variant", "runtime", "first call, s", "second, s", "WebAssembly, MiB", "renderer", "GPU process"],
      "llrrrrr",
      cells,
    ),
    ...shared,
  ];
}
