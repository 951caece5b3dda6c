/** Probabilities of a run on one table against labels of its genes, and a calibration fitted to half of these. */

import type { OnOffModel, Recalibration, Reliability } from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
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

  /** Calibrates its model on half of the labelled genes. */
  readonly recalibrate = call(
    { needs: ["model"], transfer: ({ weights }: Recalibration) => [weights] },
    async ({ file, ...of }: Labelled & { readonly file: string }, options): Promise<Recalibration> => {
      const { runner, labels, logit } = this.#labelled(of);
      return runner.recalibrated({ logit }, labels, { ...options, file });
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
