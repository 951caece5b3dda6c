/** The files that a workspace needs, those that the site has, and those that the user has opened. */

import { filesOf } from "./reading";
import type { Catalogue } from "../../../pkg/src";
import type { ModelRequest, TableRequest } from "../session/opened";
import { fileOf, fileWith } from "../model/weights";
import { madeRoles, storedRoles } from "../tasks";
import type { Workspace, WorkspaceFile } from "./format";

/** Status of a file. */
export type Standing =
  /** The site has it. */
  | "site"
  /** The workspace contains it. */
  | "inside"
  /** The page makes it from other files: it was too large for the workspace. */
  | "made"
  /** The user opened it, and its hash matches. */
  | "found"
  /** The user opened, or the site has, a file of this name with other content. */
  | "other"
  /** As "other", but the user accepts it. */
  | "accepted"
  /** It is missing. */
  | "wanted";

/** A file that a workspace needs. */
export interface Want extends WorkspaceFile {
  readonly of: "model" | "input";
  /** Index among the workspace's models or inputs. */
  readonly at: number;
  readonly role: string;
  readonly standing: Standing;
  readonly source?: ModelRequest | TableRequest | undefined;
  /** The hash of a file with other content. */
  readonly found?: string | undefined;
}

/** Returns true if the file needs no request. */
export function isThere({ standing }: Want): boolean {
  return standing !== "wanted" && standing !== "other";
}

/** The name of a file's role. */
export function roleInWords(role: string): string {
  return role === "model" ? role : (storedRoles()[role] ?? role);
}

/** Files that a workspace needs, matched with the site's. `address` returns the address of a site file. */
export function wantsOf(
  workspace: Workspace,
  catalogue: Catalogue | undefined,
  address: (file: string) => { url: string; file: string },
): Want[] {
  const { models = [], examples = [] } = catalogue ?? {};
  const ofModels = workspace.models.map((model, at): Want => {
    const want = {
      of: "model",
      at,
      role: "model",
      name: model.name,
      bytes: model.bytes,
      sha256: model.sha256,
    } as const;
    const same = fileWith(models, (file) => file.sha256 === model.sha256)?.file;
    if (same)
      return {
        ...want,
        standing: "site",
        source: { url: address(same.file).url, file: same.file, sha256: same.sha256 },
      };
    // The site may now list other weights under the name.
    const entry = models.find(({ id }) => id === model.id);
    const present = entry && fileOf(entry, model.weights ?? "float16");
    return present
      ? {
          ...want,
          standing: "other",
          found: present.sha256,
          source: { url: address(present.file).url, file: present.file, sha256: present.sha256 },
        }
      : { ...want, standing: "wanted" };
  });
  const ofInputs = workspace.inputs.map((input, at): Want => {
    const { role, name, bytes, sha256 } = input;
    const want = { of: "input", at, role, name, bytes, sha256 } as const;
    const inside =
      input.text ??
      (input.base64 === undefined ? undefined : Uint8Array.from(atob(input.base64), (letter) => letter.charCodeAt(0)));
    if (inside !== undefined) return { ...want, standing: "inside", source: { blob: new Blob([inside]), file: name } };
    if (madeRoles().includes(role)) return { ...want, standing: "made" };
    const shipped = examples.flatMap(filesOf);
    const same = shipped.find((each) => each.sha256 === sha256);
    if (same) return { ...want, standing: "site", source: address(same.file) };
    const present = input.example === undefined ? undefined : shipped.find(({ file }) => file.endsWith(name));
    return present
      ? { ...want, standing: "other", found: present.sha256, source: address(present.file) }
      : { ...want, standing: "wanted" };
  });
  return [...ofModels, ...ofInputs];
}

/** A file that was opened, and its hash. */
export interface Given {
  readonly file: Blob;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Assigns an opened file to a needed one: by content under any name, otherwise by name with other content. Undefined if
 * no needed file matches.
 */
export function give(wants: readonly Want[], { file, name, sha256 }: Given): readonly Want[] | undefined {
  const source = { blob: file, file: name };
  const isOpen = ({ standing }: Want): boolean => standing !== "site" && standing !== "inside" && standing !== "made";
  const byContent = wants.filter((want) => isOpen(want) && want.sha256 === sha256);
  if (byContent.length > 0)
    return wants.map((want): Want =>
      byContent.includes(want) ? { ...want, standing: "found", source, found: undefined } : want,
    );
  const byName = wants.filter(
    (want) => isOpen(want) && want.standing !== "found" && want.name.toLowerCase() === name.toLowerCase(),
  );
  if (byName.length === 0) return undefined;
  return wants.map((want): Want =>
    byName.includes(want) ? { ...want, standing: "other", source, found: sha256 } : want,
  );
}

/** Accepts a file with other content. */
export function takeAnyway(wants: readonly Want[], chosen: Want): readonly Want[] {
  return wants.map((want): Want => (want === chosen ? { ...want, standing: "accepted" } : want));
}

/** The sources of the available files, by index. */
export function sourcesOf(
  workspace: Workspace,
  wants: readonly Want[],
): { models: (ModelRequest | undefined)[]; inputs: (TableRequest | undefined)[] } {
  // Files that were derived from the original content do not belong to the accepted file.
  const isOther = wants.some(({ of, standing }) => of === "input" && standing === "accepted");
  const made = madeRoles();
  const at = (of: Want["of"], place: number): Want | undefined =>
    wants.find(
      (want) => want.of === of && want.at === place && isThere(want) && !(isOther && made.includes(want.role)),
    );
  return {
    models: workspace.models.map((_, i) => at("model", i)?.source as ModelRequest | undefined),
    inputs: workspace.inputs.map((_, i) => at("input", i)?.source as TableRequest | undefined),
  };
}
