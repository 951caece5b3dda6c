/** A loaded model that predicts expression levels. */

import type { Batch, Intervals } from "../engine/engine.js";
import { bounded, object, options, RESULT, WORK } from "../boundary.js";
import type { AttentionSpread } from "../explain/attention-spread.js";
import type { AttributionOptions, Attributions } from "../explain/attributions.js";
import type {
  ClassMap,
  ClassOptimisationOptions,
  Deletion,
  DeletionOptions,
  GeneChoice,
} from "../explain/explanations.js";
import type { PlantedTruth } from "../explain/planted.js";
import type { ReadOptions, Table, TableSource } from "../io/table.js";
import { Gathered } from "../run/collector.js";
import type { GeneLevel, GeneViewOptions } from "../tasks/gene-view.js";
import type { LevelResult } from "../tasks/level.js";
import type { CoverageOptions } from "../tasks/spread.js";
import {
  AT_ONCE,
  type ModelParts,
  OF_TABLE,
  openTableModel,
  type PredictOptions,
  TableModel,
  type TableOptions,
} from "./table-model.js";

/** Class whose input is searched for: the highest level, or the lowest. */
export type LevelClass = "high" | "low";

const CLASSES = ["high", "low"] as const;

/** A loaded model that predicts the expression level of genes, log2(count + 1), from a table of histone marks. */
export class LevelModel extends TableModel {
  /** Task: what the model reads and predicts. */
  readonly task = "level";
  protected readonly tables = 1;

  private constructor(parts: ModelParts) {
    super(parts);
  }

  /** @internal Opens a model file on the CPU. */
  static open(...file: Parameters<typeof openTableModel>): LevelModel {
    return new LevelModel(openTableModel(...file));
  }

  /**
   * Runs the model on all genes of a table, as {@link OnOffModel.predict}.
   *
   * ```js
   * const model = await Regulens.load(file, { task: "level" });   // of `regulens train --outcome level`
   * const { genes, level } = await model.predict(table);
   * ```
   */
  predict(table: Table, options: PredictOptions = {}): Promise<LevelResult> {
    return this.runTable(
      table,
      options,
      (genes) => new Gathered(genes),
      ({ all }) => ({ level: all.level ?? new Float32Array(0) }),
    );
  }

  /** @internal The level of each gene of a batch, [N]. */
  predicted({ level }: Batch): Float32Array {
    return level!;
  }

  /**
   * One gene of a run, as {@link OnOffModel.gene}.
   *
   * ```js
   * const { level, of } = model.gene(table, await model.predict(table), "ENSG00000141510");
   * console.log(level, of("H3K4me3").alpha);
   * ```
   */
  gene(table: Table, result: LevelResult, gene: number | string, options: GeneViewOptions = {}): GeneLevel {
    const view = this.viewTable(table, result, gene, options);
    return { ...view, level: result.level[view.position]! };
  }

  /**
   * The interval of each gene's level, as {@link ChangeModel.intervals}.
   *
   * ```js
   * const { low, high } = await model.intervals(await model.predict(table), { coverage: 0.9 });
   * ```
   */
  intervals({ level, sd }: Pick<LevelResult, "level" | "sd">, options: CoverageOptions = {}): Promise<Intervals> {
    return this.intervalsOf(level, sd, options);
  }

  /**
   * Spread of attention over the members of an ensemble, as {@link OnOffModel.attentionSpread}.
   *
   * ```js
   * const spread = await model.attentionSpread(table, { genes: [0] });
   * ```
   */
  attentionSpread(table: Table, options: GeneChoice = {}): Promise<AttentionSpread | undefined> {
    return this.spreadOfTable(table, options);
  }

  /**
   * Attributes each gene's level to each value of its signal, as {@link OnOffModel.attributions}.
   *
   * ```js
   * const { values } = await model.attributions(table, { genes: [0] });
   * ```
   */
  attributions(table: Table, options: AttributionOptions = {}): Promise<Attributions> {
    return this.attributeTable(table, options);
  }

  /**
   * Finds the input with the highest level, or the lowest, as {@link OnOffModel.classOptimisation}.
   *
   * ```js
   * const { map } = await model.classOptimisation({ class: "low" });   // [T, M]
   * ```
   */
  classOptimisation(options: ClassOptimisationOptions<LevelClass> = {}): Promise<ClassMap<LevelClass>> {
    return this.inputOf(CLASSES, options);
  }

  /**
   * Removes bins in the order of each explanation and records the level, as {@link OnOffModel.deletion}.
   *
   * ```js
   * const { curves } = await model.deletion(table, { genes: [0, 1, 2] });
   * ```
   */
  deletion(table: Table, options: DeletionOptions<LevelClass> = {}): Promise<Deletion> {
    return this.testTable(table, options, CLASSES);
  }

  /**
   * Reads what was planted in simulated genes, as {@link OnOffModel.readPlanted}.
   *
   * ```js
   * const truth = await model.readPlanted(table, file);
   * ```
   */
  readPlanted(table: Table, source: TableSource, options: ReadOptions & TableOptions = {}): Promise<PlantedTruth> {
    return this.planted(table, source, options);
  }
}

bounded(
  "model",
  LevelModel.prototype,
  { ...OF_TABLE, intervals: [object("result", RESULT), options(WORK, "coverage")] },
  AT_ONCE,
);
