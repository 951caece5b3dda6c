/** The user's preferred model files, with one seed or several; stored. */

import type { CatalogueModel } from "../../../pkg/src/index";

/** Weights of one seed, which ship in float16, or of several seeds. */
export const WEIGHTS = ["float16", "ensemble"] as const;

/** Weights of the files opened from the catalogue. */
export type Weights = (typeof WEIGHTS)[number];

/** A file of a model, and its kind of weights. */
export type ModelFile = Pick<CatalogueModel, "file" | "bytes" | "sha256" | "test_auroc" | "test_pearson"> & {
  readonly weights: Weights;
};

const KEY = "regulens.weights";

/** Returns the name as one of {@link WEIGHTS}, if it is one. */
export function weightsNamed(name: string | null | undefined): Weights | undefined {
  return WEIGHTS.find((each) => each === name);
}

/** The files of a model of the catalogue. */
export function filesOf(model: CatalogueModel): ModelFile[] {
  const { ensemble } = model;
  return [{ ...model, weights: "float16" }, ...(ensemble ? [{ ...ensemble, weights: "ensemble" } as const] : [])];
}

/** The file of a model for the preferred weights; its test score is its own. */
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

/** Stores the choice for the next visit. */
export function rememberWeights(weights: Weights): void {
  try {
    localStorage.setItem(KEY, weights);
  } catch {
    // Without storage, the choice still applies to this visit.
  }
}
