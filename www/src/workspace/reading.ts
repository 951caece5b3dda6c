/** A workspace being restored, as tasks see it: its parsed file, and its input files by index. */

import type { CatalogueExample } from "../../../pkg/src/index";
import { askedForm, type ModelRequest, type OpenedModel, type TableRequest } from "../session/opened";
import { fileOf } from "../model/weights";
import { modelName } from "../session/state";
import type { ModelOrigin, Page } from "../session/page";
import type { InputRole, Workspace, WorkspaceInput, WorkspaceModel } from "./format";

/** Collects files and assigns an index to each. */
export class Files {
  readonly models: WorkspaceModel[] = [];
  readonly modelSources: (ModelRequest | undefined)[] = [];
  readonly inputs: WorkspaceInput[] = [];
  readonly inputSources: (TableRequest | undefined)[] = [];

  constructor(private readonly page: Page) {}

  model(model: OpenedModel | undefined): number | undefined {
    if (!model) return undefined;
    const symmetric = askedForm(model);
    const at = this.models.findIndex((each) => each.sha256 === model.sha256 && each.symmetric === symmetric);
    if (at >= 0) return at;
    const origin = this.page.originOf(model);
    const entry = this.page.state.catalogue?.models.find(({ id }) => id === origin?.id);
    const bytes =
      origin && "blob" in origin.request
        ? origin.request.blob.size
        : entry && fileOf(entry, origin?.weights ?? "float16").bytes;
    const name = model.file.slice(model.file.lastIndexOf("/") + 1);
    this.models.push({
      title: modelName(model),
      name,
      bytes: bytes ?? 0,
      sha256: model.sha256,
      id: origin?.id,
      weights: origin?.weights,
      ...(symmetric === undefined ? {} : { symmetric }),
    });
    return this.modelSources.push(origin && { ...origin.request, symmetric }) - 1;
  }

  input(source: TableRequest | undefined, role: InputRole, example?: string, simulated = false): number | undefined {
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

  /** Entry of the catalogue for a site file; undefined if it has none. */
  #shipped(url: string): { bytes: number; sha256: string; example: string } | undefined {
    for (const example of this.page.state.catalogue?.examples ?? []) {
      for (const each of filesOf(example))
        if (this.page.siteFile(each.file).url === url)
          return { bytes: each.bytes, sha256: each.sha256, example: example.id };
    }
    return undefined;
  }
}

/** A workspace being restored. */
export class Restoring {
  /** Parts that could not be restored, one sentence each. */
  readonly missing: string[] = [];

  constructor(
    readonly page: Page,
    readonly workspace: Workspace,
    private readonly inputs: readonly (TableRequest | undefined)[],
    private readonly models: readonly (ModelRequest | undefined)[] = [],
  ) {}

  /** The origin of a model that runs in addition to the open one. */
  model(at: number): ModelOrigin | undefined {
    const request = this.models[at];
    const { id, weights } = this.workspace.models[at]!;
    return request && { request, id, weights };
  }

  /** The workspace's entry for a file. */
  input(at: number): WorkspaceInput {
    return this.workspace.inputs[at]!;
  }

  /** File that the page made from other files, if it is stored. */
  made(at: number | undefined): Blob | undefined {
    const source = at === undefined ? undefined : this.inputs[at];
    return source && "blob" in source ? source.blob : undefined;
  }

  /** True if a file is available. */
  has(at: number): boolean {
    return this.inputs[at] !== undefined;
  }

  /** Source of a file; if it was not opened, that is noted, once. */
  source(at: number): TableRequest | undefined {
    const source = this.inputs[at];
    const missing = `${this.input(at).name} was not given.`;
    if (!source && !this.missing.includes(missing)) this.missing.push(missing);
    return source;
  }
}

/**
 * The files of a site example, with their hashes: its table or sequence, accompanying files, and planted truth.
 */
export function filesOf(example: CatalogueExample): readonly Pick<CatalogueExample, "file" | "bytes" | "sha256">[] {
  return [example, ...[example.b, example.truth].filter((each) => each !== undefined && each !== null)];
}
