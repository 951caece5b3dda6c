/** Captions of saved pages, drafted: what is predicted, of what, by what, and what a stranger must know. */

import { hashOf } from "../../session/hash";
import { contentOf, type Made, type TableRequest } from "../../session/opened";
import { modelName } from "../../session/state";
import { sentences } from "./methods";

/** SHA-256 of files that a run read; undefined of one that cannot be read any more. */
export function hashesOf(sources: readonly (TableRequest | undefined)[]): Promise<(string | undefined)[]> {
  const one = (source: TableRequest): Promise<string | undefined> =>
    contentOf(source).then(
      (blob) => hashOf(blob),
      () => undefined,
    );
  return Promise.all(sources.map((source) => source && one(source)));
}

/** A caption: what is shown, then the model, what must be known, and the data with their hashes. */
export async function captionOf(
  { model, date }: Made,
  shown: readonly (string | undefined)[],
  data: readonly { readonly file: string; readonly source: TableRequest | undefined }[],
): Promise<string> {
  const hashes = await hashesOf(data.map(({ source }) => source));
  const files = data.map(({ file }, i) => (hashes[i] ? `${file} (SHA-256 ${hashes[i]})` : file));
  return sentences(
    ...shown,
    `Model: ${modelName(model)} (SHA-256 ${model.sha256})`,
    `Data: ${files.join(", ")}; predicted on ${date.slice(0, 10)}`,
  );
}
