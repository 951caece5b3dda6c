/** Samples beside each other: one open model on one table after another, of which the predictions alone are kept. */

import { InputError, type OnOffModel, Regulens } from "../../../../../pkg/src/index";
import { call, type Declared } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import { type Accepted, obstacle, offScale, preparationOf } from "../../../session/preparation";
import type { Open } from "../../../worker/open";
import type { PredictedSample } from "../samples/matrix";
import { type Alike, acceptAlike } from "../samples/alike";
import { ofTables } from "./opened";

/** Predictions of a sample, and how its table was prepared. */
export interface SampleReply extends PredictedSample {
  readonly accepted: Accepted;
  /** Remaining differences between the prepared values and those of training, in sentences. */
  readonly offScale: readonly string[];
  readonly notes: readonly string[];
}

/** Answers the page's calls. */
export class SampleHandlers {
  readonly #open: Open;

  constructor(open: Open) {
    this.#open = open;
  }

  /** Reads a table, prepares it as the table of the finished run was, and predicts; nothing of the table is kept. */
  readonly predictSample = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ probability, logit }: SampleReply) => [probability, logit],
    },
    async ({ table: request, alike }: { readonly table: TableRequest; readonly alike: Alike }, options) => {
      const opened = ofTables(this.#open.any(), 1);
      const runner = opened.runner as OnOffModel;
      const table = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
      try {
        const understanding = runner.understand(table);
        const accepted = acceptAlike(understanding, alike);
        const why = obstacle(understanding, accepted);
        if (why)
          throw new InputError(`${request.file}: ${why.what}`, {
            ...{ code: "another-shape", file: request.file, remedy: why.remedy },
          });
        const preparation = preparationOf(understanding, accepted);
        const { genes, probability, logit } = await this.#open.onDevice(
          opened,
          runner.predict(table, { ...options, ...preparation }),
        );
        const { notes } = table;
        return {
          ...{ genes, probability, logit, accepted, notes },
          offScale: offScale(understanding, preparation),
        };
      } finally {
        table.free();
      }
    },
  );
}

/** Arguments and results of these calls. */
export type SampleCalls = Declared<SampleHandlers>;
