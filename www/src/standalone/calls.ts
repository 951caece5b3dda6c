/**
 * Data of a finished run as blocks of a one-file page: as the model saw them, so that the same is predicted of them.
 */

import {
  type BinValue,
  CancelledError,
  InputError,
  type ChangeModel,
  type Measured,
  type Prepared,
  Regulens,
  type Sequences,
  type TracksModel,
  type WorkOptions,
} from "../../../pkg/src/index";
import { bedGraphText, type ChosenGenes, fastaText, tableText } from "./data";
import { makeBlock } from "./write";
import type { Block, ExportedData } from "./format";
import type { ExplainedRun } from "../explain/calls";
import type { MeasuredSource } from "../tasks/tracks/result";
import { call, type Declared } from "../rpc/rpc";
import { sourceOf } from "../session/opened";

/** Genes that are written between two looks at whether it was cancelled. */
const PIECE = 64;

/** The chosen genes of a run on one table. */
async function exportedTable(
  { lens, table, preparation }: ExplainedRun,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const prepared = lens.prepare(table, preparation);
  try {
    const values = gathered(prepared, chosen);
    const labels = table.labels && chosen.map((gene) => table.labels?.[gene] ?? 0);
    const genes = {
      names: chosen.map((gene) => table.genes[gene]),
      marks: lens.card.marks,
      bins: lens.card.bins,
      values,
      labels,
    };
    return {
      weights: await makeBlock("weights", lens.bytes),
      inputs: [{ role: "table", block: await tableBlock("table", genes, options), items: chosen.length }],
    };
  } finally {
    prepared.free();
  }
}

/**
 * The chosen genes of a run on the tables of two cell types. Both have A's names: they are the genes that both have.
 */
async function exportedChange(
  { lens, prepared, genes }: { lens: ChangeModel; prepared: Prepared; genes: readonly string[] },
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const { marks, bins } = lens.card;
  const both = gathered(prepared, chosen);
  const names = chosen.map((gene) => genes[gene]);
  const of = (cell: 0 | 1): ChosenGenes => {
    const values = new Float32Array(both.length / 2);
    for (let row = 0; row * marks.length < values.length; row++) {
      const at = (2 * row + cell) * marks.length;
      values.set(both.subarray(at, at + marks.length), row * marks.length);
    }
    return { names, marks, bins, values };
  };
  const [a, b] = await Promise.all([tableBlock("table", of(0), options), tableBlock("table-b", of(1), options)]);
  return {
    weights: await makeBlock("weights", lens.bytes),
    inputs: [
      { role: "table", block: a, items: chosen.length },
      { role: "table-b", block: b, items: chosen.length },
    ],
  };
}

/** The chosen records of the sequences of a run, with what was measured along them. */
async function exportedSequences(
  lens: TracksModel,
  sequences: Sequences,
  chosen: readonly number[],
  measured: readonly MeasuredSource[],
  options: WorkOptions,
): Promise<ExportedData> {
  const records = chosen.map((index) => ({ ...sequences.records[index], codes: sequences.codes(index) }));
  const fasta = records.map(({ name, description, codes }) => fastaText(name, description, codes)).join("");
  const inputs: ExportedData["inputs"][number][] = [
    { role: "sequences", block: await makeBlock("sequences", encoded(fasta)), items: chosen.length },
  ];
  for (const [i, { source, value }] of measured.entries()) {
    throwIfCancelled(options.signal);
    const track = await Regulens.readMeasured(sourceOf(source), {
      ...options,
      name: source.file,
    });
    try {
      const text = records.map(({ name, codes }) => along(track, name, codes.length, value)).join("");
      inputs.push({
        role: "measured",
        block: await makeBlock(i === 0 ? "measured" : `measured-${i + 1}`, encoded(text)),
      });
    } finally {
      track.free();
    }
  }
  return { weights: await makeBlock("weights", lens.bytes), inputs };
}

/** Nothing where the track does not have the record. */
function along(track: Measured, record: string, length: number, value: BinValue): string {
  try {
    return bedGraphText(record, length, (start, count) => track.bins(record, start, count, 1, value));
  } catch (thrown) {
    if (thrown instanceof InputError && !track.chromosomes.some(({ name }) => name === record)) return "";
    throw thrown;
  }
}

/** The values of chosen genes, one after the other. */
function gathered(prepared: Prepared, chosen: readonly number[]): Float32Array {
  const genes = chosen.map((gene) => prepared.values(gene, gene + 1));
  const values = new Float32Array(genes.reduce((sum, { length }) => sum + length, 0));
  genes.reduce((at, gene) => (values.set(gene, at), at + gene.length), 0);
  return values;
}

/** A table as a block. */
async function tableBlock(id: string, genes: ChosenGenes, { signal, onProgress }: WorkOptions): Promise<Block> {
  let text = "";
  let done = 0;
  for (const part of tableText(genes)) {
    text += part;
    if (done++ % PIECE !== 0) continue;
    onProgress?.({ stage: "read", done: done - 1, total: genes.names.length, unit: "genes" });
    // Lets a cancel arrive.
    await new Promise((resolve) => setTimeout(resolve));
    throwIfCancelled(signal);
  }
  return makeBlock(id, encoded(text));
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError("Saving");
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The finished runs, one for each kind of model; each throws where there is none. */
export interface FinishedRuns {
  table(): Parameters<typeof exportedTable>[0];
  change(): Parameters<typeof exportedChange>[0];
  sequences(): { readonly lens: TracksModel; readonly sequences: Sequences };
}

/** Does what the page calls for. */
export class ExportHandlers {
  readonly #runs: FinishedRuns;

  constructor(runs: FinishedRuns) {
    this.#runs = runs;
  }

  /** The model, and the chosen genes or records of the last finished run, by their positions in it. */
  readonly exportData = call(
    { needs: ["model", "table"] },
    async (
      {
        of,
        chosen,
        measured = [],
      }: {
        readonly of: keyof FinishedRuns;
        readonly chosen: readonly number[];
        readonly measured?: readonly MeasuredSource[];
      },
      options,
    ): Promise<ExportedData> => {
      if (of === "sequences") {
        const { lens, sequences } = this.#runs.sequences();
        return exportedSequences(lens, sequences, chosen, measured, options);
      }
      if (of === "change") return exportedChange(this.#runs.change(), chosen, options);
      return exportedTable(this.#runs.table(), chosen, options);
    },
  );
}

/** What goes to these calls and comes back. */
export type ExportCalls = Declared<ExportHandlers>;
