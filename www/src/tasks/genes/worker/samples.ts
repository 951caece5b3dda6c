/** Samples side by side: one open model runs on one table after another; only the predictions are kept. */

import {
  type ChangeModel,
  type ChangeResult,
  InputError,
  type LevelResult,
  type OnOffResult,
  type Prepared,
  Regulens,
  type Table,
  type Understanding,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { type Opened, type Preparation, sourceOf, type TableRequest } from "../../../session/opened";
import { type Accepted, obstacle, offScale, preparationInWords, preparationOf } from "../../../session/preparation";
import type { PackedInput } from "../../../standalone/format";
import type { Open } from "../../shared/open";
import { CELLS } from "../../shared/cells";
import { withoutPart } from "../../shared/tables/part";
import { notesOf } from "../../shared/tables/signal";
import { predictedOf, scoresOf } from "../result";
import { type Alike, acceptAlike } from "../samples/alike";
import { shapeOf, type TableShape } from "../samples/fitting";
import type { PredictedSample } from "../samples/matrix";
import { ofTables, type OneTable, packedTables } from "./held";

/** Tables of a sample (one, or A's and B's), and the choices accepted for each. */
interface SampleRequest {
  readonly tables: readonly TableRequest[];
  readonly alike: readonly Alike[];
}

/** Predictions of a sample, and the preparation of its tables. */
export interface SampleReply extends PredictedSample {
  readonly accepted: readonly Accepted[];
  /** Remaining differences between the prepared values and those of training, in sentences. */
  readonly offScale: readonly string[];
  readonly notes: readonly string[];
  readonly shapes: readonly TableShape[];
}

/** Genes of a sample for a single-file page, and its index among the page's samples. */
interface PackSampleRequest extends SampleRequest {
  readonly genes: readonly string[];
  readonly place: number;
}

/** Tables of a sample as read, A's first, and their preparation. */
interface ReadSample {
  readonly opened: Opened<OneTable | ChangeModel>;
  readonly tables: readonly Table[];
  readonly understood: readonly Understanding[];
  readonly accepted: readonly Accepted[];
  readonly preparations: readonly Preparation[];
}

/** Answers the page's calls. */
export class SampleHandlers {
  readonly #open: Open;

  constructor(open: Open) {
    this.#open = open;
  }

  /** Reads and predicts the tables of a sample, prepared like those of the finished run; keeps none of them. */
  readonly predictSample = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ values, scores }: SampleReply) => [values, scores],
    },
    (request: SampleRequest, options): Promise<SampleReply> =>
      this.#reading(request, options, async ({ opened, tables, understood, accepted, preparations }) => {
        const { runner } = opened;
        const found = await this.#open.onDevice(opened, predict(runner, tables, preparations, options));
        return {
          genes: found.genes,
          values: predictedOf(found),
          // The arrays are transferred to the page, so values and scores must not share one.
          scores: scoresOf(found).slice(),
          ...{ accepted, notes: tables.flatMap(({ notes }) => notes), shapes: tables.map(shapeOf) },
          offScale: understood.flatMap((each, i) => offScale(each, preparations[i]!)),
        };
      }),
  );

  /**
   * Reads the tables of a sample, prepared alike, and packs these genes of it for a single-file page, if it has them;
   * `place` is part of the blocks' names.
   */
  readonly packSample = call(
    { needs: ["model", "table"] },
    ({ genes, place, ...request }: PackSampleRequest, options): Promise<readonly PackedInput[]> =>
      this.#reading(request, options, async ({ opened: { runner }, tables, preparations }) => {
        const prepared = preparedOf(runner, tables, preparations);
        try {
          const places = new Map(prepared.names.map((gene, i) => [gene, i] as const).reverse());
          const names = genes.filter((gene) => places.has(gene));
          const chosen = names.map((gene) => places.get(gene)!);
          const packed = await packedTables(
            { runner, tables, prepared, chosen, names },
            options,
            (role) => `${role}-${place + 1}`,
          );
          return packed.map((input, i): PackedInput => {
            const [table, preparation] = [tables[i]!, preparations[i]!];
            const [done, notes] = [preparationInWords(preparation), withoutPart(notesOf(table, preparation))];
            return {
              ...{ ...input, file: request.tables[i]!.file, of: prepared.genes, sample: place },
              ...(done.length > 0 ? { prepared: done } : {}),
              ...(notes.length > 0 ? { notes } : {}),
            };
          });
        } finally {
          prepared.free();
        }
      }),
  );

  /** Reads the tables of a sample for the duration of `work`, and passes their preparation. */
  async #reading<T>(
    { tables: requests, alike }: SampleRequest,
    options: WorkOptions,
    work: (read: ReadSample) => Promise<T>,
  ): Promise<T> {
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
      return await work({ opened, tables, understood, accepted, preparations });
    } finally {
      for (const table of tables) table.free();
    }
  }
}

/** The prepared table, or those of A and B; it must be freed. */
function preparedOf(
  runner: OneTable | ChangeModel,
  [one, other]: readonly Table[],
  [first = {}, second = {}]: readonly Preparation[],
): Prepared {
  return runner.task === "change"
    ? runner.preparePair(one!, other!, { a: first, b: second })
    : runner.prepare(one!, first);
}

/** Predictions of one table, or of A's and B's. */
function predict(
  runner: OneTable | ChangeModel,
  [one, other]: readonly Table[],
  [first = {}, second = {}]: readonly Preparation[],
  options: WorkOptions,
): Promise<OnOffResult | LevelResult | ChangeResult> {
  return runner.task === "change"
    ? runner.predict(one!, other!, { ...options, a: first, b: second })
    : runner.predict(one!, { ...options, ...first });
}
