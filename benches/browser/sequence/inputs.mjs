/** The sequence and its models, in each runtime's form. */

import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

import { native, python, run } from "../prepare.mjs";

/** Settings of the small model that no tensor tells. */
const SMALL = [
  "--variant",
  "basenji",
  "--length",
  "131072",
  "--buffer",
  "0",
  "--pools",
  "8,4,4",
  "--dilations",
  "2,4,8,16,32,64",
  "--link",
  "softplus",
];

/** The same of the published sizes. */
const PUBLISHED = ["--length", "131072", "--buffer", "4096", "--pools", "1,2,4,4,4,1", "--link", "exp_linear"];

/** Variants whose published size can be measured, and what is theirs. */
export const VARIANTS = {
  basenji: ["--dilations", "2,4,8,16,32,64"],
  "attention-two-sided": ["--score-relu", "true"],
};

/**
 * Writes into `folder`:
 *
 *     models/model.safetensors   the small model for Regulens       models/folded.safetensors   for TensorFlow.js
 *     models/model.onnx          for onnxruntime-web
 *     models/VARIANT.safetensors published sizes, float16
 *     data/codes.u8              the sequence
 *     data/exact.f32             the prediction in float64
 */
export function writeInputs(root, folder, { program, variants }) {
  const [models, data] = ["models", "data"].map((name) => join(folder, name));
  for (const each of [models, data]) mkdirSync(each);
  const regulens = native(root, program);
  const peers = (module, ...given) => run(join(root, "benches"), python(root), ["-m", `peers.${module}`, ...given]);
  peers("sequence_model", folder);
  for (const name of ["codes.u8", "exact.f32"]) renameSync(join(folder, name), join(data, name));
  renameSync(join(folder, "folded.safetensors"), join(models, "folded.safetensors"));
  peers("sequence_graph", join(models, "folded.safetensors"), join(models, "model.onnx"));
  const load = (weights, out, ...given) =>
    run(root, regulens, ["import", "basenji", weights, "--out", out, ...given], "pipe");
  load(join(folder, "sequence.safetensors"), join(models, "model.safetensors"), "--dtype", "f32", ...SMALL);
  for (const variant of variants) {
    const weights = join(folder, `${variant}.safetensors`);
    peers("published_sizes", weights, variant);
    load(
      weights,
      join(models, `${variant}.safetensors`),
      "--variant",
      variant,
      "--dtype",
      "f16",
      ...PUBLISHED,
      ...VARIANTS[variant],
    );
  }
}
