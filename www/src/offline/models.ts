/** The model files that a catalogue names, and what a user calls them. */

import type { Catalogue } from "../../../pkg/src/index";

/** One file of the catalogue. */
export interface ModelFile {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** All model files of the catalogue at `url`, those of several seeds too. */
export function modelFiles({ models }: Catalogue, url: string | URL): ModelFile[] {
  return models
    .flatMap(({ name, file, sha256, bytes, ensemble }) => [
      { name, file, sha256, bytes },
      ...(ensemble ? [{ ...ensemble, name: `${name} (${ensemble.members} seeds)` }] : []),
    ])
    .map(({ name, file, sha256, bytes }) => ({ name, file, url: new URL(file, url).href, sha256, bytes }));
}
