/** Samples beside each other: one open model on one table after another, of which the predictions alone are kept. */

import {
  type ChangeModel,
  type ChangeResult,
  InputError,
  type OnOffModel,
  type OnOffResult,
  Regulens,
  type Table,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { type Preparation, sourceOf, type TableRequest } from "../../../session/opened";
import { type Accepted, obstacle, offScale, preparationOf } from "../../../session/preparation";
import type { Open } from "../../../worker/open";
import { CELLS } from "../../shared/cells";
import { predictedOf, scoresOf } from "../result";
import { type Alike, acceptAlike } from "../samples/alike";
import { shapeOf, type TableShape } from "../samples/fitting";
import type { PredictedSample } from "../samples/matrix";
import { ofTables } from "./opened";

/** Tables of a sample, one or A's and B's, and what is accepted of each. */
interface SampleRequest {
  readonly tables: readonly TableRequest[];
  readonly alike: readonly Alike[];
}

/** Predictions of a sample, and how its tables were prepared. */
export interface SampleReply extends PredictedSample {
  readonly accepted: readonly Accepted[];
  /** Remaining differences between the prepared values and those of training, in sentences. */
  readonly offScale: readonly string[];
  readonly notes: readonly string[];
  readonly shapes: readonly TableShape[];
}

/** Answers the page's calls. */
export class SampleHandlers {
  readonly #open: Open;

  constructor(open: Open) {
    this.#open = open;
  }

  /** Reads the tables of a sample, prepares them as those of the finished run were, and predicts; keeps none. */
  readonly predictSample = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ values, scores }: SampleReply) => [values, scores],
    },
    async ({ tables: requests, alike }: SampleRequest, options): Promise<SampleReply> => {
      const opened = ofTables(this.#open.any(), requests.length);
      const { runner } = opened;
      const tables: Table[] = [];
      try {
        for (const request of requests)
          tables.push(await Regulens.readTable(sourceOf(request), { ...options, name: request.file }));
        const understood = tables.map((table, i) => runner.understand(table, CELLS[i]));
        const accepted = understood.map((each, i) => acceptAlike(each, alike[i]!));
        const preparations = understood.map((each, i) => {
          const why = obstacle(each, accepted[i]!);
          if (!why) return preparationOf(each, accepted[i]!);
          const { file } = requests[i]!;
          const about = { code: "another-shape", file, remedy: why.remedy } as const;
          throw new InputError(`${file}: ${why.what}`, about);
        });
        const found = await this.#open.onDevice(opened, predict(runner, tables, preparations, options));
        return {
          genes: found.genes,
          values: predictedOf(found),
          // The worker's copy of either is moved to the page: they are two.
          scores: scoresOf(found).slice(),
          ...{ accepted, notes: tables.flatMap(({ notes }) => notes), shapes: tables.map(shapeOf) },
          offScale: understood.flatMap((each, i) => offScale(each, preparations[i]!)),
        };
      } finally {
        for (const table of tables) table.free();
      }
    },
  );
}

/** Predictions of one table, or of A's and B's. */
function predict(
  runner: OnOffModel | ChangeModel,
  [one, other]: readonly Table[],
  [first = {}, second = {}]: readonly Preparation[],
  options: WorkOptions,
): Promise<OnOffResult | ChangeResult> {
  return runner.task === "on-off"
    ? runner.predict(one!, { ...options, ...first })
    : runner.predict(one!, other!, { ...options, a: first, b: second });
}
