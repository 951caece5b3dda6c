/** The call that packs the data of a finished run for a single-file page. */

import type { BinValue, Stretch, Task, VariantRow, WorkOptions } from "../../../pkg/src/index";
import { call, type Declared } from "../rpc/rpc";
import type { TableRequest } from "../session/opened";
import type { ExportedData } from "./format";

/** Bases of a record, from 0, end excluded. */
export interface IndexedStretch extends Stretch {
  readonly index: number;
}

/** Rows of a VCF, by line, and their file. */
export interface VariantsSource {
  readonly source: TableRequest;
  readonly lines: readonly number[];
  /** Number of variants in these rows: a row with several alternatives contributes all of them. */
  readonly items: number;
}

/** A measured track drawn under a predicted one. */
export interface MeasuredSource {
  readonly source: TableRequest;
  readonly track: number;
  readonly value: BinValue;
}

/** Parts of the last finished run to pack. */
export interface PackRequest {
  /** The genes or records, by their indices in the run. */
  readonly chosen: readonly number[];
  readonly measured?: readonly MeasuredSource[];
  /** For sequences, includes only the data around these regions, which belong to the items in `chosen`. */
  readonly places?: readonly IndexedStretch[] | undefined;
  /** Rows of a VCF. */
  readonly variants?: VariantsSource | undefined;
  /** Genes in these regions, and near these variants; absent without an annotation. */
  readonly genes?: { readonly variants: readonly VariantRow[] } | undefined;
}

/** Packs the model and the chosen data of one task; throws if there is no finished run. */
export type Pack = (request: PackRequest, options: WorkOptions) => Promise<ExportedData>;

/** Answers the page's calls. */
export function exportHandlers(packs: Readonly<Record<Task, Pack>>) {
  return {
    /** Packs the model, and the chosen genes or records of the last finished run. */
    exportData: call(
      { needs: ["model", "table"] },
      ({ task, ...request }: PackRequest & { readonly task: Task }, options) => packs[task](request, options),
    ),
  };
}

/** Arguments and results of these calls. */
export type ExportCalls = Declared<ReturnType<typeof exportHandlers>>;
