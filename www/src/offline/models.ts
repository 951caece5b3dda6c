/** The model files that a catalogue names, and what a user calls them. */

import type { Catalogue } from "../../../pkg/src/index";
import type { KeptModel } from "../../../pkg/src/io/model-cache";

/** One file of the catalogue. */
export interface ModelFile {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** All model files of the catalogue at `url`, those with int8 weights too. */
export function modelFiles({ models }: Catalogue, url: string | URL): ModelFile[] {
  const place = (file: string): string => new URL(file, url).href;
  return models.flatMap(({ name, file, sha256, bytes, int8 }) => [
    { name, file, url: place(file), sha256, bytes },
    ...(int8
      ? [{ name: `${name} (int8)`, file: int8.file, url: place(int8.file), sha256: int8.sha256, bytes: int8.bytes }]
      : []),
  ]);
}

/** All model files of this page's own catalogue. */
export function modelsOfSite(catalogue: Catalogue): ModelFile[] {
  return modelFiles(catalogue, new URL("models/catalogue.json", document.baseURI));
}

/** One line of what is kept, or could be. */
export interface Line {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly kept: "whole" | "begun" | "no";
}

/** The catalogue's files, and after them what else is kept: of earlier versions, or of other pages of this host. */
export function linesOf(files: readonly ModelFile[], kept: readonly KeptModel[]): Line[] {
  const listed = files.map(({ name, sha256, bytes }): Line => {
    const found = kept.filter((each) => each.sha256 === sha256);
    return {
      name,
      sha256,
      bytes,
      kept: found.some(({ whole }) => whole) ? "whole" : found.length > 0 ? "begun" : "no",
    };
  });
  const others = kept
    .filter(({ sha256 }) => !files.some((file) => file.sha256 === sha256))
    .map(({ sha256, bytes, whole }): Line => ({
      name: `Not in this version's list: ${sha256.slice(0, 12)}…`,
      sha256,
      bytes,
      kept: whole ? "whole" : "begun",
    }));
  return [...listed.filter((line) => line.kept !== "no"), ...others, ...listed.filter((line) => line.kept === "no")];
}
