/** A measurement as Markdown. */

import { peerTable } from "./newest.mjs";
import { ratios, spread } from "./statistics.mjs";
import { counterpart, fastest, MULTIPLY_ADDS, targets } from "./targets.mjs";

const MIB = 2 ** 20;

/** @param {object} result as `browser.mjs` gathers it */
export function markdown(result) {
  return [
    ...heading(result),
    ...targetTable(result),
    ...agreementTable(result),
    ...(result.times ? timeTable(result) : []),
    ...(result.peaks ? arithmeticTable(result) : []),
    ...(result.cold ? coldTable(result) : []),
    ...(result.memory ? memoryTable(result) : []),
    ...leftOut(result),
  ].join("\n");
}

/** The machine, the browser and its adapter, in sentences. */
export function hardware({ machine, chromium, adapter }) {
  const { cores, processor, memory, system } = machine;
  const gpu = adapter.name ? `${adapter.name}${adapter.software ? " (software)" : ""}` : "no adapter";
  return (
    `${cores} cores (${processor}), ${Math.round(memory / 2 ** 30)} GiB, ${system}. Chromium ${chromium}, ` +
    `headless; WebGPU: ${gpu}.`
  );
}

function heading({ date, machine, chromium, adapter, peers, genes, rounds, threads, commit, command, loads }) {
  const load = loads
    ? ` 1-minute load at the start of the rounds: ${loads.map((each) => each.toFixed(1)).join(", ")}.`
    : "";
  return [
    `# Regulens and its peers in the browser, ${date.slice(0, 10)}`,
    "",
    `${hardware({ machine, chromium, adapter })} Regulens at commit ${commit}.`,
    "",
    `AttentiveChrome LSTM-α,β, 55,681 float32 weights, the same for all; ${number(genes)} simulated genes, raw ` +
      `counts. ${rounds} rounds; N is ${threads}.${load}`,
    `\`${command}\``,
    "",
    ...peerTable(peers),
    "Ratios are taken within each round; minimum, median and maximum are over rounds. Above 1, Regulens is faster.",
    "",
  ];
}

function targetTable(result) {
  const bound = ({ bound: { atLeast, atMost }, unit }) =>
    atLeast === undefined ? `≤ ${short(atMost)} ${unit}` : `≥ ${short(atLeast)}${unit === "x" ? "x" : ` ${unit}`}`;
  const cells = ({ found }) => {
    if (found === undefined) return ["–", "–", "–"];
    return typeof found === "number" ? ["", short(found), ""] : [found.minimum, found.median, found.maximum].map(short);
  };
  const rows = targets(result).map((row) => [
    row.where,
    row.against,
    bound(row),
    ...cells(row),
    row.reached === undefined ? "not measured" : row.reached ? "yes" : "**no**",
  ]);
  return [
    "## Targets",
    "",
    ...table(["where", "against", "target", "min", "median", "max", "reached"], "lllrrrl", rows),
  ];
}

function agreementTable({ agreement }) {
  const rows = agreement.map(({ name, files, difference, error, agrees }) => {
    const modules = files.filter((path) => path.endsWith(".wasm")).map((path) => path.split("/").at(-1));
    return [name, modules.join(", "), difference.toExponential(1), error.toExponential(1), agrees ? "yes" : "**no**"];
  });
  return [
    "## Agreement, checked before timing",
    "",
    "Largest absolute difference of logit, probability, α and β: of every timed case from Regulens' CPU engine (at " +
      "most 1e-6 is allowed), and of the first genes from the same equations in float64.",
    "",
    ...table(["runtime", "WebAssembly loaded", "from Regulens' CPU", "from float64", "agrees"], "llrrl", rows),
  ];
}

function timeTable(result) {
  const rows = result.runtimes.flatMap((runtime) => {
    const baseline = runtime.peer ? counterpart(result, runtime) : undefined;
    return Object.entries(result.times[runtime.id] ?? {}).flatMap(([key, byRound]) => {
      const there = byRound.filter((ms) => ms !== undefined);
      if (there.length === 0) return [];
      const [genes, piece] = key.split("/");
      const { minimum, median, maximum } = spread(there);
      const against = baseline ? ratios(byRound, fastest(result, [baseline], genes)) : [];
      const ratio = against.length > 0 ? spread(against) : undefined;
      return [
        [
          runtime.name,
          number(Number(genes)) + (piece ? `, ${number(Number(piece))} at a time` : ""),
          ...[minimum, median, maximum].map(short),
          short(median / Number(genes)),
          ...(ratio ? [ratio.minimum, ratio.median, ratio.maximum].map(short) : ["", "", ""]),
        ],
      ];
    });
  });
  return [
    "## Times",
    "",
    "Milliseconds per call, from values (or a table in the engine's memory) to all outputs in JavaScript, and for " +
      "peers the ratio to Regulens on the same device with the same number of threads.",
    "",
    ...table(
      ["runtime", "genes", "ms: min", "median", "max", "ms per gene", "÷ Regulens: min", "median", "max"],
      "lrrrrrrrr",
      rows,
    ),
  ];
}

function arithmeticTable({ peaks }) {
  const rows = ["plain", "relaxed"].flatMap((simd) => {
    const there = peaks.map((each) => each[simd]).filter((each) => each !== undefined && each !== null);
    if (there.length === 0) return [];
    const { minimum, median, maximum } = spread(there.map((each) => each / 1e6));
    return [
      [
        simd === "plain" ? "multiply, add" : "relaxed multiply-add",
        ...[minimum, median, maximum].map(short),
        short(MULTIPLY_ADDS / (median * 1e6)),
      ],
    ];
  });
  return [
    "## Peak arithmetic of one core",
    "",
    "Peak multiply-adds per second of 128-bit SIMD in this browser, with all operands in registers, and the time " +
      `they allow for the ${number(MULTIPLY_ADDS)} of one gene.`,
    "",
    ...table(["instruction", "10⁹ per second: min", "median", "max", "ms per gene"], "lrrrr", rows),
  ];
}

function coldTable({ cold }) {
  const ours = cold["regulens-page"]?.ms ?? [];
  const measured = Object.values(cold).filter(({ ms }) => ms.some((each) => each !== undefined));
  const sum = (files, field) => short(files.reduce((total, file) => total + file[field], 0) / 1e6);
  const rows = measured.map(({ name, ms, files }) => {
    const { minimum, median, maximum } = spread(ms.filter((each) => each !== undefined));
    const against = ratios(ms, ours);
    const ratio = against.length > 0 ? spread(against) : undefined;
    return [
      name,
      ...[minimum, median, maximum].map(short),
      ...(ratio ? [ratio.minimum, ratio.median, ratio.maximum].map(short) : ["", "", ""]),
      sum(files, "gzipped"),
      sum(files, "bytes"),
    ];
  });
  const lists = measured.map(
    ({ name, files }) =>
      `- ${name}: ${files.map(({ path, gzipped }) => `${path.split("/").at(-1)} ${number(gzipped)}`).join("; ")}`,
  );
  return [
    "## Cold loads and transfer",
    "",
    "Milliseconds from navigation to the first gene's outputs in JavaScript, with nothing cached and all files from " +
      "the same local server; megabytes of library and weights as loaded, gzip -9.",
    "",
    ...table(
      [
        "runtime",
        "ms: min",
        "median",
        "max",
        "÷ Regulens as a page loads it: min",
        "median",
        "max",
        "MB, gzipped",
        "MB",
      ],
      "lrrrrrrrr",
      rows,
    ),
    "Bytes of the files, gzipped:",
    "",
    ...lists,
    "",
    "Request and arrival of each file in the load nearest to the median, in milliseconds from navigation; after the " +
      "last come compilation and the prediction:",
    "",
    ...measured.map(stepsInWords),
    "",
  ];
}

/** The files of a runtime's load that took the median of time, or nearly so. */
function stepsInWords({ name, ms, steps }) {
  const { median } = spread(ms.filter((each) => each !== undefined));
  const far = ms.map((each) => (each === undefined ? Infinity : Math.abs(each - median)));
  const at = far.indexOf(Math.min(...far));
  const words = steps[at].map(({ file, asked, came }) => `${file} ${asked.toFixed(0)} to ${came.toFixed(0)}`);
  return `- ${name}: ${[...words, `first outputs ${ms[at].toFixed(0)}`].join("; ")}`;
}

function memoryTable({ memory }) {
  const mebibytes = (bytes) => (bytes === undefined ? "" : short(bytes / MIB));
  const rows = memory.map(({ name, genes, piece, idle, after, idleResident, resident, silent }) => [
    name,
    number(genes) + (piece ? `, ${number(piece)} at a time` : ""),
    mebibytes(idle),
    mebibytes(after) + (silent > 0 ? ` and ${silent} workers that did not answer` : ""),
    mebibytes(after - idle),
    mebibytes(idleResident),
    mebibytes(resident),
  ]);
  return [
    "## Memory",
    "",
    "MiB of WebAssembly memory of the page and its workers after one gene and after all. It never shrinks, so the " +
      "latter is the peak. Resident: peak physical memory of the renderer process by then.",
    "",
    ...table(
      ["runtime", "genes", "wasm, idle", "wasm, after", "above idle", "resident, idle", "resident, after"],
      "lrrrrrr",
      rows,
    ),
  ];
}

function leftOut({ left }) {
  if (left.length === 0) return [];
  const lines = left.map(({ name, case: key, reason }) => {
    const [genes, piece] = key?.split("/") ?? [];
    const which = genes ? `, ${number(Number(genes))} genes${piece ? `, ${number(Number(piece))} at a time` : ""}` : "";
    return `- ${name}${which}: ${reason}.`;
  });
  return ["## Not run", "", ...lines, ""];
}

/** A Markdown table; `sides` has l or r for each column. */
export function table(head, sides, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${[...sides].map((side) => (side === "r" ? "--:" : "---")).join("|")}|`, ...rows.map(line), ""];
}

/** Three digits that count, without an exponent. */
export function short(value) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-3))));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(digits, 3),
    maximumFractionDigits: Math.min(digits, 3),
  });
}

function number(value) {
  return value.toLocaleString("en");
}
