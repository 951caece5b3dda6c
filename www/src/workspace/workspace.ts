/**
 * Workspaces: the state of the page as a file `NAME.regulens.json`. Data and models are referenced by SHA-256, not
 * included, except pasted text, which is in no file. Pure: errors name the exact fault; writing and reading are
 * inverse.
 */

import { type PlainError, WorkerError } from "../rpc/errors";
import { checked, type Damaged, type Schema } from "../session/schema";
import { FORMAT_VERSION, type Workspace } from "./format";

/** Value by which a workspace identifies its format. */
const KIND = "regulens-workspace";

/** Serialises a workspace. */
export function writeWorkspace(workspace: Workspace): string {
  return `${JSON.stringify({ kind: KIND, format_version: FORMAT_VERSION, ...workspace }, null, 2)}\n`;
}

/** Parses a workspace. Throws if the text is not one, is damaged, or has the format of another version. */
export async function readWorkspace(text: string, file: string): Promise<Workspace> {
  const refuse = (code: string, message: string, remedy: string): never => {
    throw new WorkerError({
      name: "InputError",
      code,
      message: `${file}: ${message}`,
      file,
      remedy,
    } satisfies PlainError);
  };
  const damaged: Damaged = (where, expected, found) =>
    refuse(
      "damaged-workspace",
      `found ${found === undefined ? "nothing" : JSON.stringify(found)?.slice(0, 60)} at ${where}; expected ` +
        `${expected}.`,
      "Open the file as the page saved it.",
    );
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    return refuse(
      "not-a-workspace",
      `found text that is not JSON (${thrown instanceof Error ? thrown.message : thrown}); expected a workspace.`,
      "Choose a file that ends with .regulens.json.",
    );
  }
  const head = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (head.kind !== KIND)
    return refuse(
      "not-a-workspace",
      "found JSON that is not a workspace.",
      "Choose a file that was saved with Save workspace.",
    );
  const version = head.format_version;
  if (!Number.isInteger(version) || (version as number) < 1)
    return damaged("format_version", "a whole number from 1", version);
  if (version !== FORMAT_VERSION) {
    const isNewer = (version as number) > FORMAT_VERSION;
    return refuse(
      isNewer ? "newer-workspace" : "older-workspace",
      `found format_version ${version}, written by ` +
        `${typeof head.program === "string" ? head.program : `${isNewer ? "a newer" : "an older"} Regulens`}; this page ` +
        `reads ${FORMAT_VERSION}.`,
      `Open it in the version that wrote it${isNewer ? ", or in a newer one" : ""}.`,
    );
  }
  const { kind: _, format_version: __, ...workspace } = head;
  const { default: schema } = await import("../session/workspace.schema.json");
  return checked<Workspace>(schema as Schema, workspace, damaged);
}
