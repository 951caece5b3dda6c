/** A workspace on its way to the page, as tasks see it. */

import type { TableRequest } from "../session/opened";
import type { Page } from "../session/page";
import type { Workspace, WorkspaceInput } from "./format";

/** A workspace on its way to the page. */
export class Restoring {
  /** What could not be restored, one sentence each. */
  readonly missing: string[] = [];

  constructor(
    readonly page: Page,
    readonly workspace: Workspace,
    private readonly inputs: readonly (TableRequest | undefined)[],
  ) {}

  /** The workspace's entry of a file. */
  input(at: number): WorkspaceInput {
    return this.workspace.inputs[at]!;
  }

  /** Where a file is; where it was not given, that is noted. */
  source(at: number): TableRequest | undefined {
    const source = this.inputs[at];
    if (!source) this.missing.push(`${this.input(at).name} was not given.`);
    return source;
  }
}
