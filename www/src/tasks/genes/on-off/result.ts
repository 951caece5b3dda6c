/** Result of a run of a model that tells on from off. N genes, M marks in the model's order, T bins. */

import type { OnOffResult, Table } from "../../../../../pkg/src/index";
import {
  asRead,
  type Made,
  madeNow,
  type OpenedModel,
  type Preparation,
  type ReadTable,
} from "../../../session/opened";
import { isOn } from "./on";
import { attended } from "./views";

/**
 * A finished run: what was asked for, and the result but for the attention to bins, which stays where it was computed.
 */
export interface FinishedRun extends Made, Readonly<Omit<OnOffResult, "alpha" | "labels" | "model" | "input">> {
  readonly tables: readonly [ReadTable];
  readonly preparations: readonly [Preparation];
  /** Remaining differences between the prepared values and those that the model was trained on, in sentences. */
  readonly offScale?: readonly [readonly string[]] | undefined;
  /** The bin, from 0, with the highest α of the mark with the highest β, [N]; empty where there is no α. */
  readonly topBin: Uint16Array;
  /** The α of that bin, [N]; empty where there is no α. */
  readonly topAlpha: Float32Array;
  /** The position of that mark among `rows`, [N]; empty where there is no α. */
  readonly topRow: Uint8Array;
  /** Number of genes predicted on. */
  readonly genesOn: number;
}

/** A run of a model on a table. */
export function finishedRun(
  model: OpenedModel,
  table: Table,
  preparation: Preparation,
  { alpha, labels, model: _model, input, ...result }: OnOffResult,
  program: string,
): FinishedRun {
  const { genes, bins, probability, beta } = result;
  return {
    ...result,
    ...madeNow(model, program),
    ...attended(genes.length, bins, alpha, beta),
    tables: [asRead(table)],
    preparations: [preparation],
    genesOn: probability.reduce((on, value) => on + (isOn(value) ? 1 : 0), 0),
  };
}

/** Data shown for one gene of a run. */
export interface GeneDetail {
  readonly index: number;
  /** Signal as the model saw it, [T, M]: as in the table, with bins selected and values scaled. */
  readonly signal: Float32Array;
  /** [rows, T] */
  readonly alpha: Float32Array;
}
