/** Contents of a workspace. */

import type { Results, WorkspaceInput } from "../session/workspace-types";

/** Version of the files that this page writes and reads. */
export const FORMAT_VERSION = 2;

export type * from "../session/workspace-types";

/** A file, by its content. */
export type WorkspaceFile = Pick<WorkspaceInput, "name" | "bytes" | "sha256">;

/** Results of a model of genes. */
export type GeneResults = Exclude<Results, { task: "tracks" }>;
