/** Truth planted in simulated genes, as `regulens simulate hm` writes it beside their table. */

import type { EnginePrepared } from "../engine/engine.js";
import { filesEngine } from "../files-engine.js";
import { reading, whole } from "../io/bytes.js";
import type { ReadOptions, TableSource } from "../io/table.js";

/** Size limit for a truth file, in bytes; it has several lines per gene. */
const LIMIT = 256 << 20;

/** Planted marks in the genes of a table, which determine the state of each gene. */
export interface PlantedTruth {
  /** The file's name. */
  readonly file: string;
  /** Number of genes in the table; `known` is the number of them in the file. */
  readonly genes: number;
  readonly known: number;
  /**
   * 1 for each planted mark in a bin, else 0, [genes, T, columns]: the model's marks in the model's bins; for a change,
   * in both cell types.
   */
  readonly places: Uint8Array;
}

/** Layout of genes in a prepared table: the model's marks and bins, in one cell type or two. */
export interface GeneShape {
  readonly marks: readonly string[];
  readonly bins: number;
  readonly cellTypes: 1 | 2;
}

/** Reads what was planted in the genes of a prepared table; `first` is its first bin, from 1, if the table was cut. */
export async function readPlanted(
  { marks, bins, cellTypes }: GeneShape,
  prepared: EnginePrepared,
  source: TableSource,
  first: number | undefined,
  options: ReadOptions,
): Promise<PlantedTruth> {
  const engine = await filesEngine(options);
  const remedy = "Give the .truth.tsv that `regulens simulate hm` wrote beside the table.";
  return reading(source, options, "truth", async (file, source) => {
    const bytes = await whole(file, source, LIMIT, remedy, options);
    const { genes, names } = prepared;
    return { file, genes, ...engine.readPlanted(file, bytes, names, marks, cellTypes, bins, first) };
  });
}
