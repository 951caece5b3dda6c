/** When two models are one. */

/** A model's file and the form in which it predicts a change: two runs of one are of the same model. */
export function identityOf(model: { readonly sha256: string; readonly symmetric?: boolean | undefined }): string {
  return `${model.sha256}${model.symmetric ? " symmetric" : ""}`;
}
