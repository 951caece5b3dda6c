/**
 * Workspaces: what is on the page, as a file `NAME.regulens.json`. Data and models are named by their SHA-256; they are
 * not in it, but for what was pasted, which is in no file. Pure: reading says exactly what is wrong, writing and
 * reading again gives the same.
 */

import { WEIGHTS } from "../model/weights";
import { type PlainError, WorkerError } from "../rpc/errors";
import { VIEWS } from "../session/address";
import { storedKinds, storedRoles, viewOfStored } from "../tasks/index";
import { LETTERS } from "../tasks/shared/compare/kept-memory";
import {
  FORMAT_VERSION,
  type Stored,
  type Workspace,
  type WorkspaceFile,
  type WorkspaceInput,
  type WorkspaceModel,
} from "./format";
import { type Damaged, type Fields, Reading } from "./reading";

/** Kind that a workspace gives itself. */
const KIND = "regulens-workspace";

/** The workspace as a file's text. */
export function writeWorkspace(workspace: Workspace): string {
  return `${JSON.stringify({ kind: KIND, format_version: FORMAT_VERSION, ...workspace }, null, 2)}\n`;
}

/**
 * Reads a workspace from a file's text. Throws where it is none, is damaged, or is of a format that is newer than this
 * page.
 */
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
  if ((version as number) > FORMAT_VERSION) {
    return refuse(
      "newer-workspace",
      `found format_version ${version}, written by ` +
        `${typeof head.program === "string" ? head.program : "a newer Regulens"}; this page reads up to ` +
        `${FORMAT_VERSION}.`,
      "Open it in the version that wrote it, or in a newer one.",
    );
  }
  return workspaceOf(new Reading(damaged), head);
}

/** A workspace from the parsed JSON of its file. */
async function workspaceOf(reading: Reading, head: Fields): Promise<Workspace> {
  const models = reading.list(head.models, "models", (each, where) => modelOf(reading, each, where));
  const inputs = reading.list(head.inputs, "inputs", (each, where) => inputOf(reading, each, where));
  const kept = reading.list(head.kept, "kept", (each, where) => {
    const fields = reading.fields(each, where);
    const tableOf = (from: Fields, at: string) => ({
      table: reading.index(from.table, `${at}.table`, inputs.length),
      preparation: reading.preparation(from.preparation, `${at}.preparation`),
    });
    return {
      model: reading.index(fields.model, `${where}.model`, models.length),
      ...tableOf(fields, where),
      letter: fields.letter === undefined ? undefined : reading.one(fields.letter, `${where}.letter`, LETTERS),
      gene: fields.gene === undefined ? undefined : reading.text(fields.gene, `${where}.gene`),
      ...(fields.b === undefined ? {} : { b: tableOf(reading.fields(fields.b, `${where}.b`), `${where}.b`) }),
    };
  });
  const part = head.part === undefined ? undefined : reading.one(head.part, "part", VIEWS);
  return {
    ...{ program: reading.text(head.program, "program"), date: reading.text(head.date, "date") },
    ...{
      device: reading.one(head.device, "device", ["auto", "webgpu", "cpu"] as const),
      weights: reading.one(head.weights, "weights", WEIGHTS),
    },
    ...{
      models,
      inputs,
      model: reading.maybe(head.model, "model", models.length),
      view: await viewOf(reading, head.view, inputs.length, models.length),
    },
    ...{ part, kept, notes: reading.text(head.notes, "notes") },
  };
}

/** The stored results of a task, read by that task. */
async function viewOf(reading: Reading, value: unknown, inputs: number, models: number): Promise<Stored> {
  const fields = reading.fields(value, "view");
  const kind = reading.one(fields.kind, "view.kind", storedKinds());
  const view = await viewOfStored(kind);
  return view
    ? view.readStored(fields, reading, inputs, models)
    : reading.damaged("view.kind", "a task of this page", kind);
}

function modelOf(reading: Reading, value: unknown, where: string): WorkspaceModel {
  const fields = reading.fields(value, where);
  const weights = fields.weights === undefined ? undefined : reading.one(fields.weights, `${where}.weights`, WEIGHTS);
  return {
    ...fileOf(reading, fields, where),
    title: reading.text(fields.title, `${where}.title`),
    id: fields.id === undefined ? undefined : reading.text(fields.id, `${where}.id`),
    weights,
    ...(fields.symmetric === undefined ? {} : { symmetric: reading.boolean(fields.symmetric, `${where}.symmetric`) }),
  };
}

function inputOf(reading: Reading, value: unknown, where: string): WorkspaceInput {
  const fields = reading.fields(value, where);
  const role = reading.one(fields.role, `${where}.role`, Object.keys(storedRoles()));
  const text = (name: string): string | undefined =>
    fields[name] === undefined ? undefined : reading.text(fields[name], `${where}.${name}`);
  return {
    ...fileOf(reading, fields, where),
    role,
    example: text("example"),
    text: text("text"),
    base64: text("base64"),
    simulated: fields.simulated === undefined ? undefined : reading.boolean(fields.simulated, `${where}.simulated`),
  };
}

function fileOf(reading: Reading, fields: Fields, where: string): WorkspaceFile {
  const sha256 = reading.text(fields.sha256, `${where}.sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) reading.damaged(`${where}.sha256`, "64 hexadecimal digits", sha256);
  return {
    name: reading.text(fields.name, `${where}.name`),
    bytes: reading.number(fields.bytes, `${where}.bytes`),
    sha256,
  };
}
