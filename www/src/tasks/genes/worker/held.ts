/** Finished runs of models of genes, on one or two tables, as the worker stores them. */

import {
  CancelledError,
  type ChangeModel,
  type ChangeResult,
  InputError,
  type LevelModel,
  type LevelResult,
  type OnOffModel,
  type OnOffResult,
  type Prepared,
  type Table,
  type TableModel,
  VERSION,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
import { identityOf } from "../../../session/identity";
import type { Opened, Preparation } from "../../../session/opened";
import {
  type ChangedGene,
  changeRun,
  finishedRun,
  type GeneDetail,
  geneSignal,
  type GenesRun,
  tableRun,
} from "../result";
import { changesTsv, levelsTsv, predictionsTsv } from "../saved/tsv";
import type { NamedArray } from "../../../export/arrays";
import { CELLS } from "../../shared/cells";
import { present, signalArray, spreadArrays } from "./arrays";
import type { Holding } from "../../shared/compare/keeper";
import type { Predicted, Sets } from "../sure/sets";
import { gathered, tableBlock } from "../../../standalone/blocks";
import type { ExportedData } from "../../../standalone/format";
import { ROLES } from "../saved/roles";

/** Genes to pack. */
interface ChosenOf {
  readonly runner: Pick<TableModel, "card">;
  /** One table, or A's and B's. */
  readonly tables: readonly Pick<Table, "labels">[];
  readonly prepared: Prepared;
  /** Indices of the genes among the prepared ones, and their names. */
  readonly chosen: readonly number[];
  readonly names: readonly string[];
}

/** A block for each table; two tables both use A's names, for the genes in both. */
export function packedTables(
  { runner, tables, prepared, chosen, names }: ChosenOf,
  options: WorkOptions,
  idOf: (role: (typeof ROLES)[number]) => string = (role) => role,
): Promise<ExportedData["inputs"]> {
  const { marks, bins } = runner.card;
  const all = gathered(prepared, chosen);
  const valuesOf = (cell: number): Float32Array => {
    const values = new Float32Array(all.length / tables.length);
    for (let row = 0; row * marks.length < values.length; row++) {
      const at = (tables.length * row + cell) * marks.length;
      values.set(all.subarray(at, at + marks.length), row * marks.length);
    }
    return values;
  };
  const known = tables.length > 1 ? undefined : tables[0]?.labels;
  const labels = known && chosen.map((gene) => known[gene] ?? 0);
  return Promise.all(
    ROLES.slice(0, tables.length).map(async (role, cell) => ({
      ...{ role, items: chosen.length },
      block: await tableBlock(idOf(role), { names, marks, bins, values: valuesOf(cell), labels }, options),
    })),
  );
}

/** Models of one table. */
export type OneTable = OnOffModel | LevelModel;

/** A model, required to read tables, in the given number if any. */
export function ofTables({ runner, model }: Opened, tables?: number): Opened<OneTable | ChangeModel> {
  const name = model.card.name || model.file;
  if (runner.reads !== "tables")
    throw new InputError(`${name} reads sequences; found a table.`, {
      code: "another-family",
      remedy: "Give it a FASTA file, or choose a model of histone marks.",
    });
  if (tables === 1 && runner.task === "change")
    throw new InputError(`${name} reads the tables of two cell types; found one.`, {
      code: "another-task",
      remedy: "Give it both tables, or choose a model of one table.",
    });
  if (tables === 2 && runner.task !== "change")
    throw new InputError(`${name} reads one table; found two.`, {
      code: "another-task",
      remedy: "Run it on each table, or choose a model of a change between two cell types.",
    });
  return { runner, model };
}

/** Data that the worker stores of a run, to explain it, to show its genes and to save it. */
export interface HeldRun {
  /** Once another model is open, its own model is only used for arithmetic. */
  readonly explained: ExplainedRun;
  readonly marks: readonly string[];
  /** The model: its file and its form. */
  readonly model: string;
  /** The memory with the values of genes, which other runs may share. */
  readonly source: { free(): void };
  readonly holding: Holding;
  /** Weights of marks, for two tables. */
  readonly weighed?: Pick<ChangeResult, "foldChange" | "beta" | "columns"> | undefined;
  /** Input of the model for one gene: its signal, [T, M], or [T, 2M] for two tables. */
  readonly values: (gene: number) => Float32Array;
  readonly detail: (gene: number) => GeneDetail | ChangedGene;
  /** Signal, predictions, α and β of all genes, with the names of their axes. */
  readonly arrays: () => readonly NamedArray[];
  /** The predictions, with the sets of all genes if given. */
  readonly tsv: (sets?: Sets) => string;
  /** Predictions from which sets are computed. */
  readonly judged: Predicted;
  /** The latest sets. */
  sets?: Sets | undefined;
}

/** A run: the part sent to the page, and the part that the worker stores. */
interface Finished {
  readonly run: GenesRun;
  readonly held: HeldRun;
}

const PROGRAM = `Regulens ${VERSION}`;

/** A gene's part of concatenated values. */
function partOf(values: Float32Array, genes: number, gene: number): Float32Array {
  return values.slice((gene * values.length) / genes, ((gene + 1) * values.length) / genes);
}

/** Arrays for the page are transferred; the worker keeps copies. */
function copied<Run extends GenesRun>(run: Run): Run {
  const arrays = Object.entries(run).filter(([, value]) => ArrayBuffer.isView(value));
  return { ...run, ...Object.fromEntries(arrays.map(([name, values]) => [name, (values as Float32Array).slice()])) };
}

/** Runs a model on one table. */
async function finishOne(
  { runner, model }: Opened<OneTable>,
  table: Table,
  preparation: Preparation,
  options: WorkOptions,
): Promise<Finished> {
  const result = await runner.predict(table, { ...options, ...preparation });
  if (options.signal?.aborted) throw new CancelledError("The run");
  const { genes, marks, alpha, beta } = result;
  const own = "level" in result ? ofLevel(result) : ofProbability(result);
  const { predicted, ...outputs } = own;
  // The run succeeded, so every mark has its column.
  const columns = runner.understand(table).marks.map(({ column }) => column! - 1);
  const values = (gene: number): Float32Array =>
    geneSignal(table.values(gene, gene + 1), table.marks.length, columns, marks, preparation);
  return {
    run: copied(
      "level" in result
        ? tableRun(model, table, preparation, result, PROGRAM)
        : finishedRun(model, table, preparation, result, PROGRAM),
    ),
    held: {
      explained: { runner, tables: [table], preparations: [preparation], genes: table.genes, predicted },
      ...{ marks, model: identityOf(model), source: table, values },
      holding: {
        bytes: alpha.byteLength,
        shared: new Map([[table, 4 * table.genes.length * table.bins * table.marks.length]]),
      },
      detail: (index) => ({ index, signal: values(index), alpha: partOf(alpha, genes.length, index) }),
      tsv: (sets) => outputs.tsv(sets, table.notes),
      judged: result,
      arrays: () => {
        const n = genes.length;
        const { bins, rows } = result;
        return present([
          signalArray({ genes: n, bins, columns: marks.length }, values),
          ...outputs.arrays,
          { name: "alpha", shape: [n, rows.length, bins], values: alpha },
          { name: "beta", shape: [n, marks.length], values: beta },
          { name: "genes", shape: [n], values: genes },
          { name: "marks", shape: [marks.length], values: marks },
          { name: "rows", shape: [rows.length], values: rows },
        ]);
      },
    },
  };
}

/** Outputs of a model for one table: the prediction of each gene, [N], its arrays, and its table of predictions. */
interface Outputs {
  readonly predicted: Float32Array;
  readonly arrays: readonly NamedArray[];
  readonly tsv: (sets: Sets | undefined, notes: readonly string[]) => string;
}

function ofProbability(result: OnOffResult): Outputs {
  const { genes, beta, probability, logit } = result;
  const shape = [genes.length];
  return {
    predicted: probability,
    arrays: [
      { name: "probability", shape, values: probability },
      ...spreadArrays({ name: "probability", shape }, result),
      { name: "logit", shape, values: logit },
    ],
    tsv: (sets, notes) =>
      predictionsTsv({ ...result, beta: beta.length > 0 ? beta : undefined, sets: sets?.of, notes }),
  };
}

function ofLevel(result: LevelResult): Outputs {
  const { genes, level } = result;
  const shape = [genes.length];
  return {
    predicted: level,
    arrays: [{ name: "level", shape, values: level }, ...spreadArrays({ name: "level", shape }, result)],
    tsv: (sets, notes) => levelsTsv({ ...result, intervals: sets?.intervals, notes }),
  };
}

/**
 * Runs a model on two tables. Their prepared values are made unless given, and stored as long as the run, so that any
 * gene can be shown without matching them again.
 */
async function finishTwo(
  { runner, model }: Opened<ChangeModel>,
  tables: readonly [Table, Table],
  preparations: readonly [Preparation, Preparation],
  options: WorkOptions,
  given?: Prepared,
): Promise<Finished> {
  const tableOptions = { a: preparations[0], b: preparations[1] };
  const prepared = given ?? runner.preparePair(...tables, tableOptions);
  try {
    const result = await runner.predict(...tables, { ...options, ...tableOptions, prepared });
    if (options.signal?.aborted) throw new CancelledError("The run");
    const { genes, marks, bins, alpha, auxiliaryAlpha, foldChange: predicted } = result;
    const values = (gene: number): Float32Array => prepared.values(gene, gene + 1);
    const bytes = alpha.byteLength + auxiliaryAlpha.byteLength;
    return {
      run: copied(changeRun(model, tables, preparations, result, PROGRAM)),
      held: {
        explained: { runner, tables, preparations, prepared, genes, predicted },
        ...{ marks, model: identityOf(model), source: prepared, values, weighed: result },
        holding: { bytes, shared: new Map([[prepared, 4 * genes.length * bins * 2 * marks.length]]) },
        detail: (index) => ({
          ...{ index, values: values(index), alpha: partOf(alpha, genes.length, index) },
          auxiliaryAlpha: partOf(auxiliaryAlpha, genes.length, index),
        }),
        tsv: (sets) => changesTsv({ ...result, intervals: sets?.intervals }, [tables[0].notes, tables[1].notes]),
        judged: result,
        arrays: () => {
          const [n, { rows, columns, beta, auxiliary }] = [genes.length, result];
          return present([
            signalArray({ genes: n, bins, columns: 2 * marks.length }, values),
            { name: "log2_fold_change", shape: [n], values: predicted },
            ...spreadArrays({ name: "log2_fold_change", shape: [n] }, result),
            { name: "alpha", shape: [n, rows.length, bins], values: alpha },
            { name: "auxiliary_alpha", shape: [n, auxiliary.length, bins], values: auxiliaryAlpha },
            { name: "beta", shape: [n, columns.length], values: beta },
            { name: "genes", shape: [n], values: genes },
            {
              name: "marks",
              shape: [2 * marks.length],
              values: CELLS.flatMap((cell) => marks.map((mark) => `${cell.toUpperCase()}_${mark}`)),
            },
            { name: "rows", shape: [rows.length], values: rows },
            { name: "columns", shape: [columns.length], values: columns },
          ]);
        },
      },
    };
  } catch (thrown) {
    if (prepared !== given) prepared.free();
    throw thrown;
  }
}

/** Runs a model on its tables, prepared alike; `before` is a run on the same tables. */
export function finish(
  { runner, model }: Opened<OneTable | ChangeModel>,
  [a, b]: readonly Table[],
  [first = {}, second = {}]: readonly Preparation[],
  options: WorkOptions,
  before?: HeldRun,
): Promise<Finished> {
  if (runner.task !== "change") return finishOne({ runner, model }, a!, first, options);
  const { marks } = runner.card;
  const isAlike = before?.marks.length === marks.length && marks.every((mark, i) => mark === before.marks[i]);
  const given = isAlike && "prepared" in before.explained ? before.explained.prepared : undefined;
  return finishTwo({ runner, model }, [a!, b!], [first, second], options, given);
}
