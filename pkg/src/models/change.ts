/** A loaded model that predicts changes of expression between two cell types. */

import type { Batch, EnginePrepared, FullEngine, Intervals, Understanding } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import { oneOf, requireLength } from "../arguments.js";
import { bounded, named, object, options, READ, RESULT, SOURCE, table, TABLE_OPTIONS, WORK } from "../boundary.js";
import { fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { attentionSpread, type AttentionSpread } from "../explain/attention-spread.js";
import { type AttributionOptions, type Attributions, attributions } from "../explain/attributions.js";
import { type ExplanationMeans, explanationMeans, type MeanMethod, type MeansOptions } from "../explain/means.js";
import {
  type ChangeClass,
  chosenGenes,
  type ClassMap,
  type ClassOptimisationOptions,
  deletion,
  type Deletion,
  type DeletionOptions,
  type GeneChoice,
  mapsOf,
  valuesOf,
} from "../explain/explanations.js";
import type { Explainer } from "../explain/sharing.js";
import { type HeldOut, heldOutOfPair, type HeldOutOfPairOptions } from "../explain/held-out.js";
import { type PlantedTruth, readPlanted } from "../explain/planted.js";
import { held, type Held } from "../held.js";
import { type ReadOptions, Table, type TableSource } from "../io/table.js";
import type { WorkOptions } from "../progress.js";
import { Gathered } from "../run/collector.js";
import { type GeneChange, type GeneViewOptions, viewChange } from "../tasks/gene-view.js";
import { type ChangeResult, encoderNames, type MeanWeight, type WeightsByDirection } from "../tasks/change.js";
import type { CoverageOptions } from "../tasks/spread.js";
import type { OpenOptions } from "./model.js";
import { chosen, openTableModel, requireTable, TableModel, type TableOptions, type ModelParts } from "./table-model.js";

/** Options for running a model of a change on the tables of two cell types. */
export interface PredictPairOptions extends WorkOptions {
  /** Options for preparing the table of A. */
  a?: TableOptions | undefined;
  /** Options for preparing the table of B. */
  b?: TableOptions | undefined;
  /** Result of `preparePair` for the same tables and options, if the caller has it; the caller still frees it. */
  prepared?: EnginePrepared | undefined;
}

/** Options for explaining genes of a pair: those for one table, with separate preparation of A and B. */
export type OfPair<Options> = Omit<Options, "selectBins" | "scale"> & PredictPairOptions;

/** Options of mean explanations of a pair's genes. */
export interface MeansOfPairOptions extends OfPair<Omit<MeansOptions, "method">> {
  /** Default: `integrated-gradients`. */
  method?: Exclude<MeanMethod, "saliency"> | undefined;
}

/** Options for grouping genes by the direction of their change. */
export interface GroupingOptions {
  /** Log2 fold change of each gene, [N]; NaN excludes a gene from both groups. Default: the predicted one. */
  change?: Float32Array | undefined;
  /**
   * Genes go up above this log2 fold change, and down below its negative: 8 in figure 5 of Sekhon et al. 2018. Default:
   * the value that one gene in ten exceeds in absolute terms, rounded to two decimals.
   */
  threshold?: number | undefined;
}

/** A loaded model that predicts each gene's log2 fold change from cell type A to B, from a table of each. */
export class ChangeModel extends TableModel {
  /** Task: what the model reads and predicts. */
  readonly task = "change";
  protected readonly tables = 2;
  /**
   * True if the model uses the symmetric form (f(A, B) − f(B, A)) / 2 of the published model f: as `symmetric` of
   * `Regulens.load` requests, or else as the card specifies.
   */
  readonly symmetric: boolean;
  readonly #engine: FullEngine;

  private constructor(parts: ModelParts, engine: FullEngine, symmetric: boolean | undefined) {
    super(parts);
    this.#engine = engine;
    this.symmetric = symmetric ?? this.card.symmetric?.default ?? false;
  }

  /** @internal Opens a model file on the CPU. */
  static open(
    platform: Platform,
    running: RunningCpu<"full">,
    bytes: Uint8Array,
    file: string,
    options: OpenOptions,
  ): ChangeModel {
    return new ChangeModel(openTableModel(platform, running, bytes, file, options), running.engine, options.symmetric);
  }

  /** @internal The log2 fold change of each gene of a batch, [N]. */
  predicted({ foldChange }: Batch): Float32Array {
    return foldChange;
  }

  /**
   * Reports how the model reads a table, before anything is run.
   *
   * ```js
   * const { marks } = model.understand(tableA, "a");
   * ```
   *
   * @param cell Cell type of the table, which selects the training values to compare it with.
   */
  override understand(table: Table, cell: "a" | "b" = "a"): Understanding {
    return this.understandAs(table, oneOf("cell type", cell, ["a", "b"], "no-such-cell") === "a" ? 0 : 1);
  }

  /**
   * Prepares the genes present in the tables of both cell types: for each bin A's marks, then B's. Genes are matched by
   * id without version (`ENSG00000141510` matches `ENSG00000141510.18`); genes of only one table are in `unmatched`.
   *
   * The handle must be freed.
   *
   * ```js
   * using prepared = model.preparePair(tableA, tableB);
   * const values = prepared.values(0, 1);   // of the first gene, [1, T, 2 · M]
   * const [onlyA, onlyB] = prepared.unmatched;
   * ```
   *
   * @throws InputError if a table does not fit the model, or if the tables share no gene.
   */
  preparePair(a: Table, b: Table, options: Pick<PredictPairOptions, "a" | "b"> = {}): Held<EnginePrepared> {
    return this.#pair(a, b, options);
  }

  #pair(a: Table, b: Table, options: Pick<PredictPairOptions, "a" | "b">): Held<EnginePrepared> {
    requireNotForBoth(options);
    if (requireTable(a).engine !== requireTable(b).engine) {
      throw new InputError(`${a.file} and ${b.file} were read by two engines; expected one.`, {
        code: "two-engines",
        remedy: "Read both tables with `model.readTable`.",
      });
    }
    try {
      const pair = this.preparer(a).preparePair(a.engineTable, b.engineTable, chosen(options.a), chosen(options.b));
      return held(pair, `what was prepared of ${a.file} and ${b.file}`);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, a.file);
    }
  }

  /**
   * Log2 fold changes of genes with both cell types set to their midpoint, [N]: the model's output for no change. It is
   * 0 for the symmetric form.
   *
   * ```js
   * const answers = await model.noChange(tableA, tableB, { genes: [0, 1] });   // Δ of each gene against itself
   * ```
   *
   * @throws InputError as {@link preparePair}, or if there is no such gene.
   */
  noChange(a: Table, b: Table, options: OfPair<GeneChoice> = {}): Promise<Float32Array> {
    return this.#explain(a, b, options, ({ model }, prepared) => {
      const genes = chosenGenes(options, prepared, a.file);
      return model.noChange(valuesOf(prepared, genes), genes.length);
    });
  }

  /**
   * Runs the model on the tables of A and B, batch by batch; other tasks run between batches.
   *
   * ```js
   * const model = await Regulens.load("models/deep-diff-raw-c-k562-h1.safetensors", { task: "change" });
   * const [a, b] = [await model.readTable(k562), await model.readTable(h1)];
   * const { genes, foldChange, unmatched } = await model.predict(a, b);
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError if `signal` fires.
   */
  predict(a: Table, b: Table, options: PredictPairOptions = {}): Promise<ChangeResult> {
    return this.during(a?.file, () => this.#predict(requireTable(a), b, options));
  }

  /**
   * One gene of a run: the signal of both cell types, α, β, the prediction, and contributions if attributions are
   * given.
   *
   * ```js
   * const { signal, alpha } = model.gene(tableA, tableB, result, "SIM000002");
   * ```
   *
   * @param result Result of {@link predict} for these tables.
   * @param gene Its index in the run, from 0, or its name.
   * @throws InputError if there is no such gene.
   */
  gene(a: Table, b: Table, result: ChangeResult, gene: number | string, options: GeneViewOptions = {}): GeneChange {
    const prepared = this.#pair(a, b, { a: result.input[0], b: result.input[1] });
    try {
      return viewChange(this.card, prepared, result, gene, options);
    } finally {
      prepared.free();
    }
  }

  /**
   * Attributes each gene's log2 fold change to each value of both signals, and checks whether they add up. `genes` are
   * indices among the genes of both tables.
   *
   * ```js
   * const { values } = await model.attributions(tableA, tableB, { genes: [0] });
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError if `signal` fires.
   */
  attributions(a: Table, b: Table, options: OfPair<AttributionOptions> = {}): Promise<Attributions> {
    return this.#explain(a, b, options, (explainer, prepared) =>
      attributions(explainer, prepared, this.card.bins, a.file, options),
    );
  }

  /**
   * Spread of attention over ensemble members, for the chosen genes; undefined for a single model.
   *
   * ```js
   * const spread = await model.attentionSpread(tableA, tableB, { genes: [0] });
   * console.log(spread?.beta.low, spread?.beta.high);   // [1, columns] each, as `beta` of `predict`
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError if `signal` fires.
   */
  attentionSpread(a: Table, b: Table, options: OfPair<GeneChoice> = {}): Promise<AttentionSpread | undefined> {
    return this.#explain(a, b, options, (explainer, prepared) => attentionSpread(explainer, prepared, a.file, options));
  }

  /**
   * Averages explanations over genes predicted to rise or stay the same, and over genes predicted to fall. Each map is
   * added and discarded, so that memory does not grow with the number of genes.
   *
   * ```js
   * const predicted = (await model.predict(tableA, tableB)).foldChange;
   * const means = await model.explanationMeans(tableA, tableB, { predicted });
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError if `signal` fires.
   */
  explanationMeans(a: Table, b: Table, options: MeansOfPairOptions): Promise<ExplanationMeans> {
    return this.#explain(a, b, options ?? {}, (explainer, prepared) => {
      const { bins, marks } = this.card;
      const of = { bins, columns: 2 * marks.length, file: a.file, threshold: 0 };
      return explanationMeans(explainer, this.parts.engine, prepared, of, options ?? {});
    });
  }

  /**
   * Removes bins of both signals in the order of each explanation and records the fold change, with its sign flipped
   * for negative predictions: a test of whether the prediction depends on the top-ranked bins.
   *
   * ```js
   * const { curves } = await model.deletion(tableA, tableB, { genes: [0, 1, 2] });
   * ```
   *
   * @throws InputError as {@link preparePair}; CancelledError if `signal` fires.
   */
  deletion(a: Table, b: Table, options: OfPair<DeletionOptions<ChangeClass>> = {}): Promise<Deletion> {
    return this.#explain(a, b, options, (explainer, prepared) => {
      const maps = mapsOf(options.maps, "up", "down");
      return deletion(explainer, prepared, this.card.bins, a.file, options, maps);
    });
  }

  /**
   * Reads what was planted in the simulated genes of two tables, for {@link deletion}; use the bin options given there.
   *
   * ```js
   * const truth = await model.readPlanted(tableA, tableB, file);   // change.truth.tsv
   * ```
   *
   * @throws InputError if the file is not a truth file or has other genes or bins; CancelledError if `signal` fires.
   */
  readPlanted(
    a: Table,
    b: Table,
    source: TableSource,
    options: ReadOptions & PredictPairOptions = {},
  ): Promise<PlantedTruth> {
    return this.#explain(a, b, options, (_, prepared) => {
      const { marks, bins } = this.card;
      return readPlanted({ marks, bins, cellTypes: 2 }, prepared, source, options.a?.selectBins?.[0], options);
    });
  }

  /**
   * Finds the signal of both cell types that moves the fold change furthest up or down; it describes a class, not a
   * gene.
   *
   * ```js
   * const { map } = await model.classOptimisation({ class: "down" });   // [T, 2M]
   * ```
   *
   * @throws CancelledError if `signal` fires.
   */
  classOptimisation(options: ClassOptimisationOptions<ChangeClass> = {}): Promise<ClassMap<ChangeClass>> {
    return this.inputOf(["up", "down"], options);
  }

  /**
   * Averages a track that the model was not trained on over genes that change in one direction, and correlates it with
   * every explanation of one mark in one cell type.
   *
   * ```js
   * const up = [...foldChange.keys()].filter((gene) => (foldChange[gene] ?? 0) > 1);
   * const { profiles } = await model.heldOut(tableA, tableB, {
   *   ...{ mark: "H3K4me3", genes: up, track: { table: other, column: "ATAC" } },
   * });
   * ```
   *
   * @throws InputError as {@link preparePair}, and if there is no such mark or track; CancelledError if `signal` fires.
   */
  heldOut(a: Table, b: Table, options: OfPair<HeldOutOfPairOptions>): Promise<HeldOut> {
    return this.#explain(a, b, options, ({ model }, prepared) => {
      const read = JSON.stringify([chosen(options.a), chosen(options.b)]);
      return this.keepingProfiles([a, b], (before) => heldOutOfPair(model, a.file, read, prepared, before, options));
    });
  }

  /**
   * Measured log2 fold change of each gene, log2((B + 1) / (A + 1)), for comparison with {@link predict}; positive for
   * a gene with more counts in B.
   *
   * ```js
   * const prepared = model.preparePair(a, b);
   * const measured = model.measuredFoldChange(countsA.of(prepared), countsB.of(prepared));
   * ```
   *
   * It does not use the model's memory, and works after {@link free}.
   *
   * @param a Measured counts in A, [N].
   * @param b Measured counts in B, [N], of the same genes.
   * @returns [N]; NaN for a gene with a NaN count.
   * @throws InputError if `a` and `b` have different lengths.
   */
  measuredFoldChange(a: Float32Array, b: Float32Array): Float32Array {
    requireLength("counts in B", b, a.length);
    return this.#engine.foldChange(a, b);
  }

  /**
   * Prediction interval of each gene's log2 fold change: the intervals contain the measured value for a fraction
   * `coverage` of genes (split-conformal prediction), provided that genes are drawn like those of the calibration.
   * Intervals are wider where ensemble members disagree. Needs a model whose card has `conformal`.
   *
   * ```js
   * const result = await model.predict(a, b);
   * const { low, high } = await model.intervals(result, { coverage: 0.9 });
   * ```
   *
   * @throws InputError if the model was not calibrated in this form, or on too few genes for the coverage.
   */
  intervals(
    { foldChange, sd }: Pick<ChangeResult, "foldChange" | "sd">,
    options: CoverageOptions = {},
  ): Promise<Intervals> {
    return this.intervalsOf(foldChange, sd, options);
  }

  /**
   * Averages the weights of marks over the genes that go up, and over those that go down: mean and standard deviation
   * of each column of β, as in figure 5 of Sekhon et al. 2018 and `regulens interpret change-beta`.
   *
   * ```js
   * const result = await model.predict(a, b);
   * const { threshold, up, columns } = model.weightsByDirection(result);
   * result.columns.forEach((name, i) => console.log(name, columns[i].up?.mean, columns[i].down?.mean));
   * ```
   *
   * It does not use the model's memory, and works after {@link free}.
   *
   * @param result Result of {@link predict}.
   * @throws InputError if `change` does not have one number per gene, or the threshold is not a number ≥ 0.
   */
  weightsByDirection(
    { foldChange, beta, columns }: Pick<ChangeResult, "foldChange" | "beta" | "columns">,
    { change = foldChange, threshold }: GroupingOptions = {},
  ): WeightsByDirection {
    requireLength("log2 fold changes", change, foldChange.length);
    requireLength("weights", beta, foldChange.length * columns.length);
    if (threshold !== undefined && !(threshold >= 0 && threshold < Infinity))
      throw new InputError(`Found the threshold ${threshold}; expected 0 or more.`, {
        code: "bad-threshold",
      });
    const found = this.#engine.markWeights(change, beta, columns.length, threshold);
    const weight = (at: number): MeanWeight | undefined => {
      const [mean, deviation] = [found[at]!, found[at + 1]!];
      return Number.isNaN(mean) ? undefined : { mean, deviation: Number.isNaN(deviation) ? undefined : deviation };
    };
    return {
      ...{ threshold: found[0]!, up: found[1]!, down: found[2]! },
      columns: columns.map((_, column) => ({ up: weight(3 + 4 * column), down: weight(5 + 4 * column) })),
    };
  }

  #explain<T>(
    a: Table,
    b: Table,
    options: PredictPairOptions,
    work: (explainer: Explainer, prepared: EnginePrepared) => Promise<T>,
  ): Promise<T> {
    return this.during(a?.file, async () => {
      requireNotForBoth(options);
      const prepared = options.prepared ?? this.#pair(a, b, options);
      try {
        return await work(await this.explainer(options), prepared);
      } finally {
        if (prepared !== options.prepared) prepared.free();
      }
    });
  }

  async #predict(a: Table, b: Table, options: PredictPairOptions): Promise<ChangeResult> {
    if (!(b instanceof Table))
      throw new InputError(`${this.card.name} reads the tables of two cell types; found one.`, {
        code: "one-table",
        remedy: "Give it the table of the second cell type too.",
      });
    throwIfCancelled(options.signal, "The run");
    requireNotForBoth(options);
    const prepared = options.prepared ?? this.#pair(a, b, options);
    const gathered = new Gathered(prepared.genes);
    try {
      const ran = await this.gather(prepared, gathered, `${a.file} and ${b.file}`, options);
      const { marks } = this.card;
      const { foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } = gathered.all;
      const { encoders } = this.attends;
      return {
        genes: prepared.names,
        marks,
        rows: encoderNames(encoders?.bins ?? [], marks),
        columns: encoderNames(encoders?.marks ?? [], marks),
        auxiliary: encoderNames(encoders?.auxiliary ?? [], marks),
        bins: this.card.bins,
        foldChange,
        expression,
        alpha,
        beta,
        auxiliaryAlpha,
        auxiliaryBeta,
        ...gathered.spread,
        unmatched: prepared.unmatched,
        symmetric: this.symmetric,
        ...ran,
        input: [
          { file: a.file, ...chosen(options.a) },
          { file: b.file, ...chosen(options.b) },
        ],
      };
    } finally {
      if (prepared !== options.prepared) prepared.free();
    }
  }
}

/** Rejects preparation options that do not say if they apply to A or to B. */
function requireNotForBoth(options: object): void {
  const given = ["selectBins", "scale"].find((name) => name in options);
  if (given === undefined) return;
  throw new InputError(
    `found \`${given}\` for no table; expected it in \`a\` or \`b\`, of the table that it is about.`,
    {
      code: "which-table",
      remedy: `Give \`{ a: { ${given} }, b: { ${given} } }\`.`,
    },
  );
}

const A = table("a");
const B = table("b");
/** With the options of single tables too, which then throw a specific error. */
const PAIR = `${WORK}${TABLE_OPTIONS}a b prepared `;
const GENES = `${PAIR}genes `;

bounded(
  "model",
  ChangeModel.prototype,
  {
    noChange: [A, B, options(GENES)],
    predict: [A, table("b", true), options(PAIR)],
    attributions: [A, B, options(GENES, "method baseline")],
    attentionSpread: [A, B, options(GENES)],
    explanationMeans: [A, B, options(GENES, "predicted method baseline")],
    deletion: [A, B, options(GENES, "explanations maps steps contrast randomOrders seed truth")],
    readPlanted: [A, B, SOURCE, options(READ, PAIR)],
    classOptimisation: [options(WORK, "class lambda steps seed")],
    heldOut: [A, B, options(GENES, "mark cell class track over classMap")],
    intervals: [object("result", RESULT), options(WORK, "coverage")],
  },
  {
    gene: [A, B, object("result", RESULT), named("gene"), options("attributions")],
    understand: [table(), named("cell")],
    preparePair: [A, B, options(TABLE_OPTIONS, "a b")],
  },
);
