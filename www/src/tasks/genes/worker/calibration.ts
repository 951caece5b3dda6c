/** Probabilities of a run on one table against labels of its genes. */

import type { OnOffModel, Reliability } from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
import type { Labelled as LabelledModel } from "../../../prepare/foreign/calls";
import { call } from "../../../rpc/rpc";
import { missing } from "../../../worker/open";
import type { Predicted } from "../sure/sets";

/** Genes of which it is known whether they are on. */
interface Labelled {
  /** By what was measured, [N]; absent where the table's own labels are meant. */
  readonly labels?: Uint8Array | undefined;
}

/** Answers the page's calls. */
export class CalibrationHandlers {
  readonly #run: () => ExplainedRun;
  readonly #predicted: () => Predicted;

  /**
   * @param run The last finished run with its model, if that is open.
   * @param predicted What it predicted.
   */
  constructor(run: () => ExplainedRun, predicted: () => Predicted) {
    this.#run = run;
    this.#predicted = predicted;
  }

  /** Compares the probabilities of the last finished run with labels; undefined where these are all alike. */
  readonly reliability = call({ needs: ["model"] }, async (of: Labelled, options): Promise<Reliability | undefined> => {
    const { runner, labels, logit } = this.#labelled(of);
    return runner.reliability({ logit }, labels, options);
  });

  /** Its model's file, with what it predicted and the labels, for the worker that makes model files. */
  readonly labelled = call(
    { needs: ["model"], transfer: ({ weights, logit, labels }: LabelledModel) => [weights, logit, labels] },
    async (of: Labelled): Promise<LabelledModel> => {
      const { runner, labels, logit } = this.#labelled(of);
      return { name: runner.card.name, weights: runner.bytes.slice(), logit: logit.slice(), labels: labels.slice() };
    },
  );

  #labelled({ labels }: Labelled): { runner: OnOffModel; labels: Uint8Array; logit: Float32Array } {
    const run = this.#run();
    const { logit } = this.#predicted();
    const known = labels ?? run.tables[0].labels;
    if (run.runner.task !== "on-off" || !logit || !known) throw missing("labelled genes", "Give measured expression.");
    return { runner: run.runner, labels: known, logit };
  }
}
