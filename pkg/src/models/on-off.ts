/** A loaded model that predicts which genes are on. */

import type { Batch } from "../engine/engine.js";
import type { Reliability } from "../engine/calibration.js";
import { THRESHOLD } from "../constants.js";
import { requireLength } from "../arguments.js";
import { bounded, list, object, options, RESULT, table, TABLE_OPTIONS, WORK } from "../boundary.js";
import type { AttentionSpread } from "../explain/attention-spread.js";
import type { AttributionOptions, Attributions } from "../explain/attributions.js";
import {
  type ClassMap,
  type ClassOptimisationOptions,
  type Deletion,
  type DeletionOptions,
  type GeneChoice,
  saliency,
  type Saliency,
} from "../explain/explanations.js";
import { type ExplanationMeans, explanationMeans, type MeansOptions } from "../explain/means.js";
import { heldOut, type HeldOut, type HeldOutOptions } from "../explain/held-out.js";
import type { PlantedTruth } from "../explain/planted.js";
import type { ReadOptions, Table, TableSource } from "../io/table.js";
import type { WorkOptions } from "../progress.js";
import { Collector } from "../run/collector.js";
import type { GeneOnOff, GeneViewOptions } from "../tasks/gene-view.js";
import type { OnOffResult } from "../tasks/on-off.js";
import { type ClassSet, coverageOf, type CoverageOptions } from "../tasks/spread.js";
import {
  AT_ONCE,
  GENES,
  type ModelParts,
  OF_TABLE,
  openTableModel,
  type PredictOptions,
  TableModel,
  type TableOptions,
} from "./table-model.js";

/** Prediction sets in the engines' numbering, from 1. */
const SETS: readonly ClassSet[] = ["on", "off", "on|off"];

const CLASSES = ["on", "off"] as const;

/** A loaded model that predicts which genes are on, from a table of histone marks. */
export class OnOffModel extends TableModel {
  /** Task: the model's input and output. */
  readonly task = "on-off";
  protected readonly tables = 1;

  private constructor(parts: ModelParts) {
    super(parts);
  }

  /** @internal Opens a model file on the CPU. */
  static open(...file: Parameters<typeof openTableModel>): OnOffModel {
    return new OnOffModel(openTableModel(...file));
  }

  /**
   * Runs the model on all genes of a table, batch by batch; other tasks run between batches.
   *
   * ```js
   * const { genes, probability, alpha, beta } = await model.predict(table);
   * console.log(genes[0], probability[0]);   // P(on) of the first gene
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  predict(table: Table, options: PredictOptions = {}): Promise<OnOffResult> {
    const { engine } = this.parts;
    return this.runTable(
      table,
      options,
      (genes, bins) => new Collector(engine, genes, bins),
      (collector, rows) => {
        const { probability, logit } = collector.all;
        const { labels } = table;
        return {
          ...{ probability, logit, labels, auroc: labels && engine.auroc(probability, labels) },
          summary: rows.length > 0 ? collector.means() : undefined,
        };
      },
    );
  }

  /**
   * One gene of a run: its signal, α, β, prediction, and contributions if attributions are given.
   *
   * ```js
   * const result = await model.predict(table);
   * const view = model.gene(table, result, "ENSG00000141510");
   * console.log(view.probability, view.of("H3K4me3").signal, view.of("H3K4me3").alpha);
   * const svg = geneTracks(view); // of regulens/plots
   * ```
   *
   * @param result Result of {@link predict} for this table.
   * @param gene Its index in the run, from 0, or its name.
   * @throws InputError if there is no such gene.
   */
  gene(table: Table, result: OnOffResult, gene: number | string, options: GeneViewOptions = {}): GeneOnOff {
    const view = this.viewTable(table, result, gene, options);
    const { probability, probabilityRaw, logit, labels } = result;
    const label = labels?.[view.position];
    return {
      ...view,
      probability: probability[view.position]!,
      ...(probabilityRaw && { probabilityRaw: probabilityRaw[view.position]! }),
      ...{ logit: logit[view.position]!, label: label === undefined ? undefined : label === 1 },
    };
  }

  /** @internal P(on) of each gene of a batch, [N]. */
  predicted({ probability }: Batch): Float32Array {
    return probability;
  }

  /**
   * Area under the ROC curve of probabilities against labels, 1 for on and 0 for off, with ties counted as one half;
   * undefined if all labels are equal.
   *
   * ```js
   * const { probability, labels } = await model.predict(table);
   * if (labels) console.log(model.auroc(probability, labels));
   * ```
   */
  auroc(probability: Float32Array, labels: Uint8Array): number | undefined {
    requireLength("labels", labels, probability.length);
    return this.parts.engine.auroc(probability, labels);
  }

  /**
   * Prediction set of each gene, the classes that cannot be excluded: the sets contain the measured class for a
   * fraction `coverage` of genes (split-conformal prediction; Vovk, Gammerman, Shafer, 2005), provided that genes are
   * drawn like those of the calibration. Needs a model whose card has `conformal`.
   *
   * ```js
   * const result = await model.predict(table);
   * const sets = await model.sets(result, { coverage: 0.9 });
   * console.log(sets.filter((set) => set === "on|off").length, "genes: cannot say");
   * ```
   *
   * @throws InputError if the model was not calibrated, or on too few genes for the coverage.
   */
  sets({ logit }: Pick<OnOffResult, "logit">, options: CoverageOptions = {}): Promise<readonly ClassSet[]> {
    return this.during(undefined, async () => {
      const coverage = coverageOf(options);
      const { model } = await this.explainer(options);
      return Array.from(model.sets(logit, coverage), (set) => SETS[set - 1]!);
    });
  }

  /**
   * Compares probabilities with labels: Brier score, expected calibration error, and the fraction of genes that are on
   * in each tenth of P(on), with its 95 % interval. Undefined unless both classes have genes.
   *
   * ```js
   * const result = await model.predict(table);
   * const found = result.labels && (await model.reliability(result, result.labels));
   * if (found) console.log(found.brier, found.calibrationError, found.bins.length);
   * ```
   *
   * @param labels 1 for on, 0 for off, any other number for unknown. [N]
   * @throws InputError if the number of labels differs from the number of genes.
   */
  reliability(
    { logit }: Pick<OnOffResult, "logit">,
    labels: Uint8Array,
    options: WorkOptions = {},
  ): Promise<Reliability | undefined> {
    return this.during(undefined, async () => {
      requireLength("labels", labels, logit.length);
      const { model } = await this.explainer(options);
      return model.reliability(logit, labels);
    });
  }

  /**
   * Gradient of the score with respect to the signal, for the chosen genes.
   *
   * ```js
   * const { values, bins, marks } = await model.saliency(table, { genes: [0] });   // [1, T, M]
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  saliency(table: Table, options: GeneChoice = {}): Promise<Saliency> {
    return this.explain(table, options, (explainer, prepared, bins) =>
      saliency(explainer, prepared, bins, table.file, options),
    );
  }

  /**
   * Averages explanations over genes predicted on and over the others. Each map is added and discarded, so that memory
   * does not grow with the number of genes.
   *
   * ```js
   * const { probability } = await model.predict(table);
   * const { high, completeness } = await model.explanationMeans(table, { predicted: probability });
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  explanationMeans(table: Table, options: MeansOptions): Promise<ExplanationMeans> {
    return this.explain(table, options ?? {}, (explainer, prepared, bins) => {
      const of = { bins, columns: this.card.marks.length, file: table.file, threshold: THRESHOLD };
      return explanationMeans(explainer, this.parts.engine, prepared, of, options ?? {});
    });
  }

  /**
   * Averages a track that the model was not trained on, and correlates it with every explanation of one mark.
   *
   * ```js
   * const on = [...probability.keys()].filter((gene) => (probability[gene] ?? 0) >= 0.5);
   * const { profiles } = await model.heldOut(table, { mark: "H3K4me3", on, track: { table: other, column: "ATAC" } });
   * ```
   *
   * @throws InputError if the table does not fit the model or has no such track; CancelledError if `signal` fires.
   */
  heldOut(table: Table, options: HeldOutOptions): Promise<HeldOut> {
    return this.explain(table, options, ({ model }, prepared) =>
      this.keepingProfiles([table], (before) => heldOut(model, table, prepared, before, options)),
    );
  }

  /**
   * Spread of attention over ensemble members, for the chosen genes; undefined for a single model.
   *
   * ```js
   * const spread = await model.attentionSpread(table, { genes: [0] });
   * console.log(spread?.alpha.low, spread?.alpha.high);   // [1, rows, T] each, as `alpha` of `predict`
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  attentionSpread(table: Table, options: GeneChoice = {}): Promise<AttentionSpread | undefined> {
    return this.spreadOfTable(table, options);
  }

  /**
   * Attributes each gene's score, the log-odds of on, to each value of its signal, and checks whether they add up.
   *
   * ```js
   * const { values } = await model.attributions(table, { genes: [0], method: "integrated-gradients" });
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  attributions(table: Table, options: AttributionOptions = {}): Promise<Attributions> {
    return this.attributeTable(table, options);
  }

  /**
   * Finds the input that maximises the score of on, or of off; it describes a class, not a gene.
   *
   * ```js
   * const { map, bins, marks } = await model.classOptimisation({ class: "off", steps: 500 });   // [T, M]
   * ```
   *
   * @throws CancelledError if `signal` fires.
   */
  classOptimisation(options: ClassOptimisationOptions = {}): Promise<ClassMap> {
    return this.inputOf(CLASSES, options);
  }

  /**
   * Removes bins in the order of each explanation and records the probability of the predicted class: a test of whether
   * the prediction depends on the top-ranked bins.
   *
   * ```js
   * const { curves } = await model.deletion(table, { genes: [0, 1, 2] });
   * ```
   *
   * @throws InputError if the table does not fit the model; CancelledError if `signal` fires.
   */
  deletion(table: Table, options: DeletionOptions = {}): Promise<Deletion> {
    return this.testTable(table, options, CLASSES);
  }

  /**
   * Reads what was planted in the simulated genes of a table, for {@link deletion}; use the bin options given there.
   *
   * ```js
   * const truth = await model.readPlanted(table, file);   // simulated.truth.tsv
   * await model.deletion(table, { genes: [0], truth });
   * ```
   *
   * @throws InputError if the file is not a truth file or has other genes or bins; CancelledError if `signal` fires.
   */
  readPlanted(table: Table, source: TableSource, options: ReadOptions & TableOptions = {}): Promise<PlantedTruth> {
    return this.planted(table, source, options);
  }
}

bounded(
  "model",
  OnOffModel.prototype,
  {
    ...OF_TABLE,
    saliency: [table(), options(GENES)],
    explanationMeans: [table(), options(GENES, "predicted method baseline")],
    heldOut: [table(), options(WORK, TABLE_OPTIONS, "mark on track over classOn")],
    sets: [object("result", RESULT), options(WORK, "coverage")],
    reliability: [object("result", RESULT), list("labels"), options(WORK)],
  },
  AT_ONCE,
);
