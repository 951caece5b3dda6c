/** From what is on the page to a workspace, with where its files are. */

import { VERSION } from "../../../pkg/src/index";
import type { ModelRequest, OpenedModel, TableRequest } from "../session/opened";
import { isOfChange, isOfTracks } from "../../../pkg/src/card";
import { hashOf } from "../session/hash";
import { preparationOf } from "../session/preparation";
import type { SequenceState } from "../tasks/tracks/session";
import type { Session } from "../session/session";
import { type CurrentTable, modelName, type State } from "../session/state";
import type { ChangesView, GenesView, Role, TracksView, Workspace, WorkspaceInput, WorkspaceModel } from "./workspace";

/** A workspace whose files are at hand, by their places in it. The hashes of the user's own files are not known yet. */
export interface Snapshot {
  readonly workspace: Workspace;
  readonly models: readonly (ModelRequest | undefined)[];
  readonly inputs: readonly (TableRequest | undefined)[];
}

/** Text that was pasted, or made by the page, is in no file: up to this many bytes of it are in the workspace. */
const INSIDE = 4e6;

/** Gathers files and gives each a place. */
class Files {
  readonly models: WorkspaceModel[] = [];
  readonly modelSources: (ModelRequest | undefined)[] = [];
  readonly inputs: WorkspaceInput[] = [];
  readonly inputSources: (TableRequest | undefined)[] = [];

  constructor(private readonly session: Session) {}

  model(model: OpenedModel | undefined): number | undefined {
    if (!model) return undefined;
    const at = this.models.findIndex(({ sha256 }) => sha256 === model.sha256);
    if (at >= 0) return at;
    const origin = this.session.originOf(model);
    const entry = this.session.state.catalogue?.models.find(({ id }) => id === origin?.id);
    const bytes =
      origin && "blob" in origin.request
        ? origin.request.blob.size
        : origin?.weights === "int8"
          ? entry?.int8?.bytes
          : entry?.bytes;
    const name = model.file.slice(model.file.lastIndexOf("/") + 1);
    this.models.push({
      title: modelName(model),
      name,
      bytes: bytes ?? 0,
      sha256: model.sha256,
      id: origin?.id,
      weights: origin?.weights,
    });
    return this.modelSources.push(origin?.request) - 1;
  }

  table(table: CurrentTable | undefined, role: Role): number | undefined {
    return table && this.input(this.session.sourceOf(table), role, table.example, table.simulated);
  }

  input(source: TableRequest | undefined, role: Role, example?: string, simulated = false): number | undefined {
    if (!source) return undefined;
    const isSame = (other: TableRequest | undefined): boolean =>
      other !== undefined &&
      ("url" in source ? "url" in other && other.url === source.url : "blob" in other && other.blob === source.blob);
    const at = this.inputSources.findIndex((other, i) => isSame(other) && this.inputs[i]!.role === role);
    if (at >= 0) return at;
    const shipped = "url" in source ? this.#shipped(source.url) : undefined;
    const bytes = "blob" in source ? source.blob.size : (shipped?.bytes ?? 0);
    this.inputs.push({
      role,
      name: source.file,
      bytes,
      sha256: shipped?.sha256 ?? "",
      example: example ?? shipped?.example,
      ...(simulated && !example ? { simulated } : {}),
    });
    return this.inputSources.push(source) - 1;
  }

  /** What the catalogue says of a file of the site. */
  #shipped(url: string): { bytes: number; sha256: string; example: string } | undefined {
    for (const example of this.session.state.catalogue?.examples ?? []) {
      for (const each of [example, example.b])
        if (each && this.session.siteFile(each.file).url === url)
          return { bytes: each.bytes, sha256: each.sha256, example: example.id };
    }
    return undefined;
  }
}

/** What is on the page now. */
export function capture(session: Session, sequences: SequenceState | undefined): Snapshot {
  const files = new Files(session);
  const { state } = session;
  const { model, choice: device, weights, notes, brought } = state;
  const at = files.model(model);
  const view =
    model && isOfTracks(model.card)
      ? tracksView(sequences, files)
      : model && isOfChange(model.card)
        ? changesView(session, files)
        : genesView(session, files);
  const kept = state.kept.flatMap(({ run }) => {
    const [ofModel, ofTable] = [files.model(run.model), files.table(run.table, "table")];
    return ofModel === undefined || ofTable === undefined
      ? []
      : [{ model: ofModel, table: ofTable, preparation: run.preparation }];
  });
  const workspace = {
    program: `Regulens ${VERSION}`,
    date: new Date().toISOString(),
    device,
    weights,
    models: files.models,
    inputs: files.inputs,
    model: at,
    view,
    part: brought?.view,
    kept,
    notes,
  };
  return { workspace, models: files.modelSources, inputs: files.inputSources };
}

/** Whether there is anything on the page that would be missed. */
export function isWorthKeeping({ table, tableB, kept, notes }: State, sequences: SequenceState | undefined): boolean {
  return (
    table !== undefined || tableB !== undefined || kept.length > 0 || notes !== "" || sequences?.sequences !== undefined
  );
}

function genesView(session: Session, files: Files): GenesView {
  const { table, understanding, accepted, run, selected, listing, perturbation } = session.state;
  return {
    ...{
      kind: "genes",
      table: files.table(table, "table"),
      preparation: understanding ? preparationOf(understanding, accepted) : {},
      ran: run !== undefined && run.table === table,
      listing,
    },
    gene: run && selected !== undefined ? run.table.genes[selected] : undefined,
    ...{ shown: session.explanations.state.shown, perturbation: changed(perturbation) },
  };
}

function changesView(session: Session, files: Files): ChangesView {
  const {
    table,
    tableB,
    understanding,
    understandingB,
    accepted,
    acceptedB,
    change,
    selected,
    changes: listing,
    threshold,
    perturbation,
  } = session.state;
  return {
    ...{
      kind: "changes",
      a: files.table(table, "table"),
      b: files.table(tableB, "table-b"),
      ran: change !== undefined && change.tables[0] === table && change.tables[1] === tableB,
    },
    preparations: [
      understanding ? preparationOf(understanding, accepted) : {},
      understandingB ? preparationOf(understandingB, acceptedB) : {},
    ],
    gene: change && selected !== undefined ? change.genes[selected] : undefined,
    ...{
      listing,
      threshold,
      countsA: files.input(session.sourceOf("a"), "counts-a"),
      countsB: files.input(session.sourceOf("b"), "counts-b"),
      perturbation: changed(perturbation),
    },
  };
}

function tracksView(state: SequenceState | undefined, files: Files): TracksView {
  const {
    sequences,
    source,
    example,
    index = 0,
    run,
    shown = [],
    view = [0, 1],
    bin,
    layer = 0,
    head = 0,
    overlays = new Map(),
    ownScale = false,
    variants,
    variant,
    stretch,
  } = state ?? {};
  const record = sequences?.records[index];
  return {
    ...{
      kind: "tracks",
      sequence: files.input(source, "sequence", example),
      record: record?.name,
      ran: run !== undefined && run.record === record,
      shown,
      view,
      bin,
      layer,
      head,
      ownScale,
      stretch,
    },
    measured: [...overlays].flatMap(([track, overlay]) => {
      const input = files.input(overlay.source, "measured");
      return input === undefined ? [] : [{ input, track, value: overlay.value }];
    }),
    variants: files.input(variants?.source, "variants"),
    variant: variant && {
      position: variant.variant.position,
      reference: variant.variant.reference,
      alternative: variant.variant.alternative,
    },
  };
}

function changed(perturbation: State["perturbation"]): GenesView["perturbation"] {
  return perturbation && perturbation.changes.length > 0
    ? { gene: perturbation.gene, changes: perturbation.changes }
    : undefined;
}

/** What is in a blob, for the workspace. */
async function inside(blob: Blob): Promise<{ text: string } | { base64: string }> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text };
  } catch {
    let letters = "";
    for (let from = 0; from < bytes.length; from += 1 << 14)
      letters += String.fromCharCode(...bytes.subarray(from, from + (1 << 14)));
    return { base64: btoa(letters) };
  }
}

/** The workspace with the hashes of the user's own files, and with what is in no file. */
export async function withHashes(
  { workspace, inputs }: Snapshot,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Workspace> {
  const own = inputs.map((source) => (source && "blob" in source ? source.blob : undefined));
  const total = own.reduce((sum, blob) => sum + (blob?.size ?? 0), 0);
  let before = 0;
  const filled: WorkspaceInput[] = [];
  for (const [i, input] of workspace.inputs.entries()) {
    const blob = own[i];
    if (!blob) {
      filled.push(input);
      continue;
    }
    const start = before;
    const sha256 = await hashOf(blob, {
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (bytes) => options.onProgress?.(start + bytes, total),
    });
    before += blob.size;
    const isFile = typeof File !== "undefined" && blob instanceof File;
    filled.push({ ...input, sha256, ...(!isFile && blob.size <= INSIDE ? await inside(blob) : {}) });
  }
  return { ...workspace, inputs: filled };
}
