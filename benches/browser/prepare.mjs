/**
 * Prepares a clone to measure: the peers' packages, the built page, and weights and values in each
 * runtime's form.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { BINS, MARKS } from "./pages/outputs.mjs";

/** Genes that are also computed in float64. */
export const EXACT = 64;

/** The model that ships with the page, whose size counts beside that of the same weights as the peers'. */
export const SHIPPED = "attentive-chrome-k562.safetensors";

/** Installs what is missing or out of date, and builds the page. */
export function install(root, { build }) {
  const benches = join(root, "benches");
  unlessCurrent(
    root,
    "npm packages of benches",
    join(benches, "package-lock.json"),
    join(benches, "node_modules"),
    () => {
      // Their install scripts fetch or build nothing that is used here.
      run(benches, process.platform === "win32" ? "npm.cmd" : "npm", [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
      ]);
    },
  );
  installPython(root);
  if (build) run(root, "cargo", ["xtask", "build"]);
  if (!existsSync(join(root, "www/dist/regulens/dist/index.js")))
    throw new Error("the page is not built: run `cargo xtask build`, or leave `--no-build` out");
}

/** Installs the Python packages that inputs are made with. */
export function installPython(root) {
  unlessCurrent(root, "Python packages of benches", join(root, "benches/requirements.txt"), python(root), () => {
    run(root, process.platform === "win32" ? "python" : "python3", ["-m", "venv", environment(root)]);
    run(root, python(root), [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "-r",
      join(root, "benches/requirements.txt"),
    ]);
  });
}

/**
 * Writes into `folder`:
 *
 *     models/model.safetensors     the weights for Regulens          models/weights.safetensors   for TensorFlow.js
 *     models/model.onnx            for onnxruntime-web               models/SHIPPED
 *     data/signal.f32              [genes, T, M]
 *     data/exact.f32               the first genes' outputs in float64
 */
export function writeInputs(root, folder, { genes, program }) {
  const models = join(folder, "models");
  const data = join(folder, "data");
  mkdirSync(models);
  mkdirSync(data);
  const regulens = native(root, program);
  const weights = join(models, "weights.safetensors");
  const signal = join(data, "signal.f32");
  const table = join(folder, "simulated.csv");
  const peers = (module, ...given) => run(join(root, "benches"), python(root), ["-m", `peers.${module}`, ...given]);
  peers("weights", weights);
  peers("onnx_graph", weights, join(models, "model.onnx"));
  run(
    root,
    regulens,
    [
      "import",
      "attentive-chrome",
      weights,
      "--variant",
      "lstm-alpha-beta",
      "--out",
      join(models, "model.safetensors"),
      "--marks",
      MARKS.join(","),
      "--bins",
      String(BINS),
      "--dtype",
      "f32",
    ],
    "pipe",
  );
  run(root, regulens, ["simulate", "hm", "--genes", String(genes), "--seed", "3", "--out", table], "pipe");
  peers("signal", table, signal);
  peers("reference", weights, signal, String(Math.min(EXACT, genes)), join(data, "exact.f32"));
  copyFileSync(join(root, "models", SHIPPED), join(models, SHIPPED));
}

/** The native program: `program`, or the one of this repository, which is built if it is not there. */
export function native(root, program) {
  const regulens = program ?? join(root, "target/release", process.platform === "win32" ? "regulens.exe" : "regulens");
  if (!existsSync(regulens)) run(root, "cargo", ["build", "--release", "--workspace"]);
  return regulens;
}

function environment(root) {
  return join(root, ".tools/bench-venv");
}

/** The interpreter with the packages that peers' inputs are made with. */
export function python(root) {
  return join(environment(root), process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
}

/** Does `work` unless `output` is there and was made of `input` as it is now. */
function unlessCurrent(root, what, input, output, work) {
  const stamp = join(root, ".tools/stamps", `${what.replaceAll(" ", "-")}.sha256`);
  const hash = createHash("sha256").update(readFileSync(input)).digest("hex");
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  console.log(`── ${what}`);
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

/** Runs a program to its end. What it says is shown, or with "pipe" returned, or part of the error if it fails. */
export function run(folder, program, given, output = "inherit") {
  const { status, error, stdout, stderr } = spawnSync(program, given, {
    cwd: folder,
    stdio: ["ignore", output, output],
    encoding: "utf8",
  });
  if (error) throw new Error(`cannot start \`${program}\`: ${error.message}`);
  if (status !== 0)
    throw new Error(`\`${[program, ...given].join(" ")}\` failed (${status})\n${stdout ?? ""}${stderr ?? ""}`);
  return stdout;
}
