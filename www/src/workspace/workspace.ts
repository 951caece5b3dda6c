/**
 * Workspaces: what is on the page, as a file `NAME.regulens.json`. Data and models are named by their SHA-256; they are
 * not in it, but for what was pasted, which is in no file. Pure: reading says exactly what is wrong, writing and
 * reading again gives the same.
 */

import type { DeviceChoice } from "../../../pkg/src/index";
import type { Preparation } from "../session/opened";
import { type PlainError, WorkerError } from "../rpc/errors";
import type { View } from "../session/address";
import type { Weights } from "../model/weights";
import type { ChangeListing } from "../tasks/change/order";
import type { Listing } from "../tasks/on-off/gene-order";
import type { Change } from "../explain/perturbation";
import { KIND } from "./kind";

/** Of files that this page writes, and the newest that it reads. */
export const FORMAT_VERSION = 1;

/** What a file was given for. */
export type Role = "table" | "table-b" | "counts-a" | "counts-b" | "sequence" | "measured" | "variants";

/** A file by what is in it. */
export interface WorkspaceFile {
  readonly name: string;
  readonly bytes: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/** A model by what is in its file. */
export interface WorkspaceModel extends WorkspaceFile {
  /** What its card calls it. */
  readonly title: string;
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
  readonly weights?: Weights | undefined;
}

/** What the model was given. */
export interface WorkspaceInput extends WorkspaceFile {
  readonly role: Role;
  /** The example of the catalogue that it belongs to; absent for the user's own file. */
  readonly example?: string | undefined;
  /** What was pasted. */
  readonly text?: string | undefined;
  /** What is in no file and is no text, in base64. */
  readonly base64?: string | undefined;
  /** Whether its values are simulated, where it is no example. */
  readonly simulated?: boolean | undefined;
}

/** Changes of one gene's signal. */
export interface WorkspacePerturbation {
  readonly gene: string;
  readonly changes: readonly Change[];
}

/** Results of a model that says whether genes are on. Files are numbered by their place among the inputs. */
export interface GenesView {
  readonly kind: "genes";
  readonly table?: number | undefined;
  readonly preparation: Preparation;
  /** Whether it had been run. */
  readonly ran: boolean;
  readonly gene?: string | undefined;
  /** What is shown along a gene. */
  readonly shown: "alpha" | "saliency" | "class-optimisation";
  readonly listing: Listing;
  readonly perturbation?: WorkspacePerturbation | undefined;
}

/** Results of a model of the change between two cell types. */
export interface ChangesView {
  readonly kind: "changes";
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly preparations: readonly [Preparation, Preparation];
  readonly ran: boolean;
  readonly gene?: string | undefined;
  readonly listing: ChangeListing;
  readonly threshold: number;
  readonly countsA?: number | undefined;
  readonly countsB?: number | undefined;
  readonly perturbation?: WorkspacePerturbation | undefined;
}

/** Results of a model of tracks along a sequence. Bins, tracks, layers and heads are counted from 0. */
export interface TracksView {
  readonly kind: "tracks";
  readonly sequence?: number | undefined;
  readonly record?: string | undefined;
  readonly ran: boolean;
  readonly shown: readonly number[];
  /** The first bin in view and the one after the last. */
  readonly view: readonly [number, number];
  readonly bin?: number | undefined;
  readonly layer: number;
  readonly head: number;
  readonly measured: readonly { readonly input: number; readonly track: number; readonly value: "sum" | "mean" }[];
  readonly ownScale: boolean;
  readonly variants?: number | undefined;
  /** The variant that is looked at; its position is counted from 0. */
  readonly variant?:
    { readonly position: number; readonly reference: string; readonly alternative: string } | undefined;
  /** Bases that are to be replaced: the first, from 0, and the one after the last. */
  readonly stretch?: { readonly start: number; readonly end: number } | undefined;
}

/** A run that is kept to be compared. */
export interface WorkspaceKept {
  readonly model: number;
  readonly table: number;
  readonly preparation: Preparation;
}

/** What is on the page. */
export interface Workspace {
  /** What wrote it, with its version. */
  readonly program: string;
  /** When, ISO 8601. */
  readonly date: string;
  readonly device: DeviceChoice;
  readonly weights: Weights;
  readonly models: readonly WorkspaceModel[];
  readonly inputs: readonly WorkspaceInput[];
  /** The model that is open, by its place among the models. */
  readonly model?: number | undefined;
  readonly view: GenesView | ChangesView | TracksView;
  /** The part of the results that was looked at last, where that is known. */
  readonly part?: View | undefined;
  readonly kept: readonly WorkspaceKept[];
  readonly notes: string;
}

/** The workspace as a file's text. */
export function writeWorkspace(workspace: Workspace): string {
  return `${JSON.stringify({ kind: KIND, format_version: FORMAT_VERSION, ...workspace }, null, 2)}\n`;
}

/**
 * Reads a workspace from a file's text. Throws where it is none, is damaged, or is of a format that is newer than this
 * page.
 */
export function readWorkspace(text: string, file: string): Workspace {
  const refuse = (code: string, message: string, remedy: string): never => {
    throw new WorkerError({
      name: "InputError",
      code,
      message: `${file}: ${message}`,
      file,
      remedy,
    } satisfies PlainError);
  };
  const damaged = (where: string, expected: string, found: unknown): never =>
    refuse(
      "damaged-workspace",
      `found ${found === undefined ? "nothing" : JSON.stringify(found)?.slice(0, 60)} at ${where}; expected ${expected}.`,
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
      `found format_version ${version}, written by ${typeof head.program === "string" ? head.program : "a newer Regulens"}; this page reads up to ${FORMAT_VERSION}.`,
      "Open it in the version that wrote it, or in a newer one.",
    );
  }
  return new Reading(damaged).workspace(head);
}

type Damaged = (where: string, expected: string, found: unknown) => never;
type Fields = Record<string, unknown>;

/** Takes a value apart; every part is of the type that it is to be, or the place is named where it is not. */
class Reading {
  constructor(private readonly damaged: Damaged) {}

  workspace(head: Fields): Workspace {
    const models = this.#list(head.models, "models", (each, where) => this.#model(each, where));
    const inputs = this.#list(head.inputs, "inputs", (each, where) => this.#input(each, where));
    const kept = this.#list(head.kept, "kept", (each, where) => {
      const fields = this.#fields(each, where);
      return {
        model: this.#index(fields.model, `${where}.model`, models.length),
        table: this.#index(fields.table, `${where}.table`, inputs.length),
        preparation: this.#preparation(fields.preparation, `${where}.preparation`),
      };
    });
    const part =
      head.part === undefined
        ? undefined
        : this.#one(head.part, "part", [
            "set",
            "gene",
            "saliency",
            "class-optimisation",
            "tracks",
            "attention",
            "variants",
          ] as const);
    return {
      ...{ program: this.#text(head.program, "program"), date: this.#text(head.date, "date") },
      ...{
        device: this.#one(head.device, "device", ["auto", "webgpu", "cpu"] as const),
        weights: this.#one(head.weights, "weights", ["float16", "int8"] as const),
      },
      ...{
        models,
        inputs,
        model: this.#maybe(head.model, "model", models.length),
        view: this.#view(head.view, inputs.length),
      },
      ...{ part, kept, notes: this.#text(head.notes, "notes") },
    };
  }

  #view(value: unknown, inputs: number): Workspace["view"] {
    const fields = this.#fields(value, "view");
    const at = (name: string): number | undefined => this.#maybe(fields[name], `view.${name}`, inputs);
    const text = (name: string): string | undefined =>
      fields[name] === undefined ? undefined : this.#text(fields[name], `view.${name}`);
    const kind = this.#one(fields.kind, "view.kind", ["genes", "changes", "tracks"] as const);
    const ran = this.#boolean(fields.ran, "view.ran");
    if (kind === "tracks") {
      const pair = this.#list(fields.view, "view.view", (each, where) => this.#number(each, where));
      if (pair.length !== 2) this.damaged("view.view", "two numbers", fields.view);
      const variant = fields.variant === undefined ? undefined : this.#fields(fields.variant, "view.variant");
      const stretch = fields.stretch === undefined ? undefined : this.#fields(fields.stretch, "view.stretch");
      return {
        ...{
          kind,
          ran,
          sequence: at("sequence"),
          record: text("record"),
          variants: at("variants"),
          view: [pair[0]!, pair[1]!],
        },
        shown: this.#list(fields.shown, "view.shown", (each, where) => this.#number(each, where)),
        ...{
          bin: fields.bin === undefined ? undefined : this.#number(fields.bin, "view.bin"),
          layer: this.#number(fields.layer, "view.layer"),
          head: this.#number(fields.head, "view.head"),
        },
        measured: this.#list(fields.measured, "view.measured", (each, where) => {
          const of = this.#fields(each, where);
          return {
            input: this.#index(of.input, `${where}.input`, inputs),
            track: this.#number(of.track, `${where}.track`),
            value: this.#one(of.value, `${where}.value`, ["sum", "mean"] as const),
          };
        }),
        ownScale: this.#boolean(fields.ownScale, "view.ownScale"),
        variant: variant && {
          position: this.#number(variant.position, "view.variant.position"),
          reference: this.#text(variant.reference, "view.variant.reference"),
          alternative: this.#text(variant.alternative, "view.variant.alternative"),
        },
        stretch: stretch && {
          start: this.#number(stretch.start, "view.stretch.start"),
          end: this.#number(stretch.end, "view.stretch.end"),
        },
      };
    }
    const perturbation = fields.perturbation === undefined ? undefined : this.#perturbation(fields.perturbation);
    const listing = this.#listing(fields.listing);
    if (kind === "changes") {
      const preparations = this.#list(fields.preparations, "view.preparations", (each, where) =>
        this.#preparation(each, where),
      );
      if (preparations.length !== 2) this.damaged("view.preparations", "two preparations", fields.preparations);
      return {
        ...{
          kind,
          ran,
          a: at("a"),
          b: at("b"),
          countsA: at("countsA"),
          countsB: at("countsB"),
          gene: text("gene"),
          preparations: [preparations[0]!, preparations[1]!],
        },
        ...{
          listing: listing as unknown as ChangeListing,
          threshold: this.#number(fields.threshold, "view.threshold"),
          perturbation,
        },
      };
    }
    return {
      ...{
        kind,
        ran,
        table: at("table"),
        gene: text("gene"),
        preparation: this.#preparation(fields.preparation, "view.preparation"),
        perturbation,
      },
      ...{
        shown: this.#one(fields.shown, "view.shown", ["alpha", "saliency", "class-optimisation"] as const),
        listing: listing as unknown as Listing,
      },
    };
  }

  /** What a table lists: the components fall back to all of the genes where a filter or a column is not theirs. */
  #listing(value: unknown): Fields {
    const fields = this.#fields(value, "view.listing");
    const sort = fields.sort === undefined ? undefined : this.#fields(fields.sort, "view.listing.sort");
    return {
      search: this.#text(fields.search, "view.listing.search"),
      filter: this.#one(fields.filter, "view.listing.filter", [
        "all",
        "on",
        "off",
        "missed",
        "up",
        "down",
        "little",
      ] as const),
      sort: sort && {
        key: this.#key(sort.key),
        descending: this.#boolean(sort.descending, "view.listing.sort.descending"),
      },
    };
  }

  #key(value: unknown): string {
    const key = this.#text(value, "view.listing.sort.key");
    return /^(gene|probability|label|top|beta:\d+|change|measured|error|a|b)$/.test(key)
      ? key
      : this.damaged("view.listing.sort.key", "a column", value);
  }

  #perturbation(value: unknown): WorkspacePerturbation {
    const where = "view.perturbation";
    const fields = this.#fields(value, where);
    const changes = this.#list(fields.changes, `${where}.changes`, (each, at): Change => {
      const change = this.#fields(each, at);
      const bins = this.#list(change.bins, `${at}.bins`, (bin, place) => this.#number(bin, place));
      const to = this.#fields(change.to, `${at}.to`);
      const kind = this.#one(to.kind, `${at}.to.kind`, ["zero", "other", "scale"] as const);
      if (bins.length !== 2) this.damaged(`${at}.bins`, "two numbers", change.bins);
      return {
        mark: change.mark === undefined ? undefined : this.#number(change.mark, `${at}.mark`),
        cell: change.cell === undefined ? undefined : this.#one(change.cell, `${at}.cell`, [0, 1] as const),
        ...{
          bins: [bins[0]!, bins[1]!],
          to: kind === "scale" ? { kind, factor: this.#number(to.factor, `${at}.to.factor`) } : { kind },
        },
      };
    });
    return { gene: this.#text(fields.gene, `${where}.gene`), changes };
  }

  #preparation(value: unknown, where: string): Preparation {
    const { selectBins, scale } = this.#fields(value, where);
    const bins =
      selectBins === undefined
        ? undefined
        : this.#list(selectBins, `${where}.selectBins`, (each, at) => this.#number(each, at));
    if (bins && bins.length !== 2) this.damaged(`${where}.selectBins`, "two numbers", selectBins);
    const factors =
      scale === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(this.#fields(scale, `${where}.scale`)).map(([mark, factor]) => [
              mark,
              this.#number(factor, `${where}.scale.${mark}`),
            ]),
          );
    return { ...(bins ? { selectBins: [bins[0]!, bins[1]!] as const } : {}), ...(factors ? { scale: factors } : {}) };
  }

  #model(value: unknown, where: string): WorkspaceModel {
    const fields = this.#fields(value, where);
    const weights =
      fields.weights === undefined
        ? undefined
        : this.#one(fields.weights, `${where}.weights`, ["float16", "int8"] as const);
    return {
      ...this.#file(fields, where),
      title: this.#text(fields.title, `${where}.title`),
      id: fields.id === undefined ? undefined : this.#text(fields.id, `${where}.id`),
      weights,
    };
  }

  #input(value: unknown, where: string): WorkspaceInput {
    const fields = this.#fields(value, where);
    const role = this.#one(fields.role, `${where}.role`, [
      "table",
      "table-b",
      "counts-a",
      "counts-b",
      "sequence",
      "measured",
      "variants",
    ] as const);
    const text = (name: string): string | undefined =>
      fields[name] === undefined ? undefined : this.#text(fields[name], `${where}.${name}`);
    return {
      ...this.#file(fields, where),
      role,
      example: text("example"),
      text: text("text"),
      base64: text("base64"),
      simulated: fields.simulated === undefined ? undefined : this.#boolean(fields.simulated, `${where}.simulated`),
    };
  }

  #file(fields: Fields, where: string): WorkspaceFile {
    const sha256 = this.#text(fields.sha256, `${where}.sha256`);
    if (!/^[0-9a-f]{64}$/.test(sha256)) this.damaged(`${where}.sha256`, "64 hexadecimal digits", sha256);
    return {
      name: this.#text(fields.name, `${where}.name`),
      bytes: this.#number(fields.bytes, `${where}.bytes`),
      sha256,
    };
  }

  #fields(value: unknown, where: string): Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : this.damaged(where, "an object", value);
  }

  #list<T>(value: unknown, where: string, read: (each: unknown, where: string) => T): T[] {
    return Array.isArray(value)
      ? value.map((each, i) => read(each, `${where}[${i}]`))
      : this.damaged(where, "a list", value);
  }

  #text(value: unknown, where: string): string {
    return typeof value === "string" ? value : this.damaged(where, "text", value);
  }

  #number(value: unknown, where: string): number {
    return typeof value === "number" && Number.isFinite(value) ? value : this.damaged(where, "a number", value);
  }

  #boolean(value: unknown, where: string): boolean {
    return typeof value === "boolean" ? value : this.damaged(where, "true or false", value);
  }

  #one<T extends string | number>(value: unknown, where: string, allowed: readonly T[]): T {
    return allowed.find((each) => each === value) ?? this.damaged(where, `one of ${allowed.join(", ")}`, value);
  }

  #index(value: unknown, where: string, length: number): number {
    const number = this.#number(value, where);
    return Number.isInteger(number) && number >= 0 && number < length
      ? number
      : this.damaged(where, `a place from 0 to ${length - 1}`, value);
  }

  #maybe(value: unknown, where: string, length: number): number | undefined {
    return value === undefined ? undefined : this.#index(value, where, length);
  }
}
