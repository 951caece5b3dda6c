/** What the page and its worker say to each other where results become a page of one file. */

import type { BinValue } from "../../../pkg/src/index";
import type { Block, Role } from "./format";
import type { TableRequest } from "../worker/protocol";

/** A measured track that lies under a predicted one. */
export interface MeasuredSource {
  readonly source: TableRequest;
  readonly track: number;
  readonly value: BinValue;
}

/** Data of the finished run, packed. */
export interface ExportedData {
  readonly weights: Block;
  readonly inputs: readonly { readonly role: Role; readonly block: Block; readonly items?: number }[];
}

/** What can be called, with what, and what comes back. */
export interface ExportCalls {
  /** The model, and the chosen genes or records of the last finished run, by their positions in it. */
  exportData: {
    request: {
      readonly of: "table" | "change" | "sequences";
      readonly chosen: readonly number[];
      readonly measured?: readonly MeasuredSource[];
    };
    reply: ExportedData;
  };
}
