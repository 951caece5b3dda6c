/** A workspace on its way to the page, as tasks see it. */

import type { ModelRequest, TableRequest } from "../session/opened";
import type { ModelOrigin, Page } from "../session/page";
import type { Workspace, WorkspaceInput } from "./format";

/** A workspace on its way to the page. */
export class Restoring {
  /** Items that could not be restored, one sentence each. */
  readonly missing: string[] = [];

  constructor(
    readonly page: Page,
    readonly workspace: Workspace,
    private readonly inputs: readonly (TableRequest | undefined)[],
    private readonly models: readonly (ModelRequest | undefined)[] = [],
  ) {}

  /** Where a model is that is run beside the open one. */
  model(at: number): ModelOrigin | undefined {
    const request = this.models[at];
    const { id, weights } = this.workspace.models[at]!;
    return request && { request, id, weights };
  }

  /** The workspace's entry of a file. */
  input(at: number): WorkspaceInput {
    return this.workspace.inputs[at]!;
  }

  /** File that the page made of other files, where it is kept. */
  made(at: number | undefined): Blob | undefined {
    const source = at === undefined ? undefined : this.inputs[at];
    return source && "blob" in source ? source.blob : undefined;
  }

  /** True if a file is at hand. */
  has(at: number): boolean {
    return this.inputs[at] !== undefined;
  }

  /** Where a file is; where it was not given, that is noted, once. */
  source(at: number): TableRequest | undefined {
    const source = this.inputs[at];
    const missing = `${this.input(at).name} was not given.`;
    if (!source && !this.missing.includes(missing)) this.missing.push(missing);
    return source;
  }
}
