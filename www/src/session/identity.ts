/** Identity of models. */

/** A model's file and its form of a change: two runs with the same identity are of the same model. */
export function identityOf(model: { readonly sha256: string; readonly symmetric?: boolean | undefined }): string {
  return `${model.sha256}${model.symmetric ? " symmetric" : ""}`;
}
