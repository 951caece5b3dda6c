/** The files of an example of the site: its table or sequence, what lies beside it, and what was planted in it. */

import type { CatalogueExample } from "../../../pkg/src/index";

/** All of them, with their hashes. */
export function filesOf(example: CatalogueExample): readonly Pick<CatalogueExample, "file" | "bytes" | "sha256">[] {
  return [example, ...[example.b, example.truth].filter((each) => each !== undefined && each !== null)];
}
