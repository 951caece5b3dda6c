/** Which files a workspace needs, which of them the site has, and which the user has given. */

import { filesOf } from "../session/restoring";
import type { Catalogue } from "../../../pkg/src";
import type { ModelRequest, TableRequest } from "../session/opened";
import { fileOf, fileWith } from "../session/weights";
import { madeRoles, storedRoles } from "../tasks";
import type { Workspace, WorkspaceInput } from "../session/workspace-types";

/** A file by what is in it. */
type WorkspaceFile = Pick<WorkspaceInput, "name" | "bytes" | "sha256">;

/** Where a file stands. */
export type Standing =
  /** The site has it. */
  | "site"
  /** It is in the workspace. */
  | "inside"
  /** The page makes it of the others: it was too large for the workspace. */
  | "made"
  /** The user gave it, and its hash is the one. */
  | "found"
  /** The user gave, or the site has, a file of this name with other content. */
  | "other"
  /** The same, and the user wants it anyway. */
  | "accepted"
  /** It is asked for. */
  | "wanted";

/** A file that a workspace needs. */
export interface Want extends WorkspaceFile {
  readonly of: "model" | "input";
  /** Its place among the workspace's models or inputs. */
  readonly at: number;
  readonly role: string;
  readonly standing: Standing;
  readonly source?: ModelRequest | TableRequest | undefined;
  /** The hash of a file with other content. */
  readonly found?: string | undefined;
}

/** Returns true if the file is settled and need not be requested. */
export function isThere({ standing }: Want): boolean {
  return standing !== "wanted" && standing !== "other";
}

/** The name of a file's role. */
export function roleInWords(role: string): string {
  return role === "model" ? role : (storedRoles()[role] ?? role);
}

/** Files that a workspace needs, with those that the site has. `address` gives the address of a file of the site. */
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
    // The site may have come to list other weights under the name.
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

/** A file that was given, and its hash. */
export interface Given {
  readonly file: Blob;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Assigns a given file to a needed one: by content under any name, else by name with other content. Undefined if no
 * needed file matches.
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

/** Takes a file with other content anyway. */
export function takeAnyway(wants: readonly Want[], chosen: Want): readonly Want[] {
  return wants.map((want): Want => (want === chosen ? { ...want, standing: "accepted" } : want));
}

/** The sources of the available files, by their places. */
export function sourcesOf(
  workspace: Workspace,
  wants: readonly Want[],
): { models: (ModelRequest | undefined)[]; inputs: (TableRequest | undefined)[] } {
  // Files that were made of other content are not of the file that was taken.
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
