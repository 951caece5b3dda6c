/** Files of a model that the user prefers, by their weights; remembered. */

import type { CatalogueInt8, CatalogueModel } from "../../../pkg/src/index";

/** Weights of one seed as they were trained or rounded, or of several seeds. */
export const WEIGHTS = ["float16", "int8", "ensemble"] as const;

/** Weights of the files that are chosen from the catalogue. */
export type Weights = (typeof WEIGHTS)[number];

/** A file of a model, and which weights it has. */
export type ModelFile = CatalogueInt8 & { readonly weights: Weights };

const KEY = "regulens.weights";

/** Returns the name as one of {@link WEIGHTS}, if it is one. */
export function weightsNamed(name: string | null | undefined): Weights | undefined {
  return WEIGHTS.find((each) => each === name);
}

/** The files of a model of the catalogue. */
export function filesOf(model: CatalogueModel): ModelFile[] {
  const { int8, ensemble } = model;
  return [
    { ...model, weights: "float16" },
    ...(int8 ? [{ ...int8, weights: "int8" } as const] : []),
    ...(ensemble ? [{ ...ensemble, weights: "ensemble" } as const] : []),
  ];
}

/** The file of a model that is fetched where these weights are wished for; its test score is its own. */
export function fileOf(model: CatalogueModel, wished: Weights): ModelFile {
  const files = filesOf(model);
  return files.find(({ weights }) => weights === wished) ?? files[0]!;
}

/** The model of a catalogue that has a file, and that file. */
export function fileWith(
  models: readonly CatalogueModel[],
  is: (file: ModelFile) => boolean,
): { readonly model: CatalogueModel; readonly file: ModelFile } | undefined {
  for (const model of models) {
    const file = filesOf(model).find(is);
    if (file) return { model, file };
  }
  return undefined;
}

/** Returns the last choice; undefined if none is remembered. */
export function rememberedWeights(): Weights | undefined {
  try {
    return weightsNamed(localStorage.getItem(KEY));
  } catch {
    return undefined;
  }
}

/** For the next time. */
export function rememberWeights(weights: Weights): void {
  try {
    localStorage.setItem(KEY, weights);
  } catch {
    // A browser that stores nothing still switches.
  }
}
