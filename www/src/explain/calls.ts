/** Explanations of the finished run: for one gene, for a set, and compared with held-out tracks. */

import {
  type AttributionOptions,
  type Attributions,
  type ChangeClass,
  type ChangeModel,
  type ClassMap,
  type ClassName,
  type ClassOptimisationOptions,
  type Contrast,
  type Deletion,
  type DeletionOptions,
  type Explanation,
  type ExplanationMeans,
  type HeldOutTrack,
  InputError,
  type LevelModel,
  type MeansOptions,
  type OnOffModel,
  type OnProgress,
  type PlantedTruth,
  type Prepared,
  Regulens,
  type Table,
  type TableSource,
  THRESHOLD,
  type WorkOptions,
} from "../../../pkg/src/index";
import { call, type Declared } from "../rpc/rpc";
import { type Preparation, sourceOf, type TableRequest } from "../session/opened";
import { type Share, sharesOf } from "./answer-words";
import { baselineOf, type Compared } from "./contrasts";
import {
  type AnyClassMaps,
  average,
  type ClassSettings,
  type Contributions,
  contributionsOf,
  type DeletionTest,
  type GeneExplanation,
  type HeldOutAnalysis,
  type HeldOutRequest,
  type HeldOutTable,
  type MeansRequest,
  type Planted,
  type Sample,
  type SetDeletion,
  type SetMeans,
  type SetRequest,
} from "./result";

/** Work in progress. */
class Ongoing {
  readonly #working = new Map<AbortController, Promise<unknown>>();

  /** Cancels all of it. */
  async stop(): Promise<void> {
    for (const controller of this.#working.keys()) controller.abort();
    await Promise.allSettled(this.#working.values());
  }

  /** Runs work that {@link stop} can cancel. */
  async during<T>({ signal, onProgress }: WorkOptions, work: (options: WorkOptions) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const done = work({ signal: controller.signal, onProgress });
    this.#working.set(controller, done);
    try {
      return await done;
    } finally {
      this.#working.delete(controller);
      signal?.removeEventListener("abort", cancel);
    }
  }
}

/** A finished run with its model, on one table or on the tables of both cell types. */
export type ExplainedRun = {
  /** P(on), level, or log2 fold change, [N]; each run has its own array. */
  readonly predicted: Float32Array;
  /** Gene names, [N]. */
  readonly genes: readonly string[];
} & (
  | {
      readonly runner: OnOffModel | LevelModel;
      readonly tables: readonly [Table];
      readonly preparations: readonly [Preparation];
    }
  | {
      readonly runner: ChangeModel;
      readonly tables: readonly [Table, Table];
      readonly preparations: readonly [Preparation, Preparation];
      readonly prepared: Prepared;
    }
);

/** The gene to explain, and its baseline. */
interface GeneRequest {
  readonly index: number;
  readonly baseline: Compared;
}

/** Data kept for one run's explanations. */
interface Kept {
  readonly key: object;
  maps?: AnyClassMaps;
  planted?: PlantedTruth;
}

/** One or two tables, and further arguments. */
type Given<More extends unknown[]> = [...tables: Table[], ...more: More];

/** The methods of a model, for one table or for two. */
interface Asked {
  classOptimisation(options?: ClassOptimisationOptions<ClassName>): Promise<ClassMap<ClassName>>;
  attributions(...given: Given<[AttributionOptions]>): Promise<Attributions>;
  deletion(...given: Given<[DeletionOptions<ClassName>]>): Promise<Deletion>;
  explanationMeans(...given: Given<[MeansOptions]>): Promise<ExplanationMeans>;
  readPlanted(...given: Given<[TableSource, WorkOptions & { name: string }]>): Promise<PlantedTruth>;
}

/** Explanations to test. Gradient × input is left to the command line: integrated gradients do better. */
const TESTED: readonly Explanation[] = [
  ...(["alpha", "saliency", "integrated-gradients", "occlusion"] as const),
  ...(["class-optimisation", "signal", "random"] as const),
];

/** Random orders of one gene: enough for a range. A set averages over many genes instead. */
const ORDERS = 8;

/** The classes of a model's genes, the high one first. */
const classesOf = ({ runner }: ExplainedRun): readonly [ClassName, ClassName] => CLASSES[runner.task];

const CLASSES = { "on-off": ["on", "off"], level: ["high", "low"], change: ["up", "down"] } as const;

/** The preparation of a run's tables, as options of its model. */
const preparedAs = (run: ExplainedRun): object =>
  "prepared" in run
    ? { prepared: run.prepared, a: run.preparations[0], b: run.preparations[1] }
    : { ...run.preparations[0] };

/** Explains the finished run. */
export class ExplainHandlers {
  readonly #run: () => ExplainedRun;
  readonly #measured: () => Float32Array | undefined;
  #kept: Kept | undefined;
  #heldOut: Table | undefined;
  readonly #ongoing = new Ongoing();

  /**
   * @param run Returns the finished run; throws if there is none, or if its model has been closed.
   * @param measured Returns measured log2 fold changes, [N]; undefined unless counts of both cell types are open.
   */
  constructor(run: () => ExplainedRun, measured: () => Float32Array | undefined = () => undefined) {
    this.#run = run;
    this.#measured = measured;
  }

  /** Cancels work in progress, so that models and tables can be freed. */
  async stop(): Promise<void> {
    await this.#ongoing.stop();
  }

  /**
   * Explains one gene of a run on one table. Its contributions are relative to `baseline`, which also replaces removed
   * bins in its test, unless it is another gene: then the test uses the model's default contrast.
   */
  readonly explainGene = call({}, ({ index, baseline: compared }: GeneRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<GeneExplanation> => {
      const { runner, tables, preparations, predicted } = this.#run();
      if (runner.task !== "on-off") throw new TypeError("other predictions are explained part by part");
      const { signal, onProgress } = options;
      // For one gene, only the loading of the engine is reported, which delays the first explanation.
      const tell: OnProgress = (progress) => progress.stage === "engine" && onProgress?.(progress);
      const prepared = { ...preparations[0], genes: [index], signal, onProgress: tell };
      const baseline = baselineOf(compared);
      const { values } = await runner.saliency(tables[0], prepared);
      const byBin = await runner.attributions(tables[0], { ...prepared, baseline, method: "integrated-gradients" });
      const byMark = await runner.attributions(tables[0], { ...prepared, baseline, method: "shapley" });
      const contrast = typeof baseline === "object" ? undefined : baseline;
      const { tested, replaced } = await this.#tested(index, contrast, { signal, onProgress: tell });
      return {
        index,
        called: predicted[index]! >= THRESHOLD ? "on" : "off",
        saliency: values,
        contributions: contributionsOf(byBin, byMark),
        deletion: tested,
        replaced,
      };
    }),
  );

  /** Contribution of each bin of one gene to its prediction, computed on the CPU. */
  readonly contributionsOfGene = call(
    { needs: ["model"] },
    async ({ index, baseline }: GeneRequest, { signal }): Promise<Contributions> => {
      const run = this.#run();
      const how = { ...preparedAs(run), genes: [index], baseline: baselineOf(baseline), signal };
      const byBin = await asked(run).attributions(...run.tables, how);
      if (run.tables.length > 1) return contributionsOf(byBin);
      return contributionsOf(byBin, await asked(run).attributions(...run.tables, { ...how, method: "shapley" }));
    },
  );

  /** Contribution of each bin of all genes to their predictions, relative to the model's default contrast. */
  contributionsOfAll(options: WorkOptions): Promise<Attributions> {
    return this.#ongoing.during(options, async (options) => {
      const run = this.#run();
      return asked(run).attributions(...run.tables, { ...options, ...preparedAs(run) });
    });
  }

  /** Contributions of the marks of some genes, as {@link sharesOfSome} computes them, [genes][columns]. */
  readonly sharesOfGenes = call(
    {},
    ({ genes, baseline }: { readonly genes: readonly number[]; readonly baseline: Compared }, options) =>
      this.#ongoing.during(options, (options) => sharesOfSome(this.#run(), genes, baseline, options)),
  );

  /** The deletion test of one gene, on the CPU. */
  readonly testGene = call(
    { needs: ["model"] },
    async (
      { index, baseline }: { readonly index: number; readonly baseline: Contrast },
      { signal },
    ): Promise<DeletionTest> => (await this.#tested(index, baseline, { signal })).tested,
  );

  async #tested(
    index: number,
    contrast: Contrast | undefined,
    options: WorkOptions,
  ): Promise<{ readonly tested: DeletionTest; readonly replaced: Contrast }> {
    const run = this.#run();
    const how = { contrast, explanations: TESTED, ...this.#heldAgainst(run), randomOrders: ORDERS };
    const tested = await asked(run).deletion(...run.tables, { ...options, ...preparedAs(run), genes: [index], ...how });
    return { tested: average(tested), replaced: tested.contrast };
  }

  /** Class optimisation for both classes; the results are kept, so that deletion tests include them. */
  readonly optimiseClasses = call({}, (settings: ClassSettings, options) =>
    this.#ongoing.during(options, async (options): Promise<AnyClassMaps> => {
      const run = this.#run();
      return (this.#keptOf(run).maps = await bothClasses(run, settings, options));
    }),
  );

  /** The deletion test over all genes, or over a random sample. */
  readonly testDeletion = call({}, (request: SetRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetDeletion> => {
      const run = this.#run();
      const { genes, said } = drawn(run.genes.length, request);
      const how = { genes, explanations: TESTED, ...this.#heldAgainst(run), seed: request.seed };
      const tested = await asked(run).deletion(...run.tables, { ...options, ...preparedAs(run), ...how });
      return { ...average(tested), ...said };
    }),
  );

  /** Explains the predictions of all genes, or of a random sample, on average. */
  readonly explainSet = call({}, ({ method, ...request }: MeansRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetMeans> => {
      const run = this.#run();
      if (method === "saliency" && run.runner.task === "change")
        throw new InputError("A change has no score of “on” whose gradient could be taken.", {
          ...{ code: "no-such-method", remedy: "Take gradient × input." },
        });
      const { genes, said } = drawn(run.genes.length, request);
      const how = { genes, method, predicted: run.predicted };
      return {
        ...(await asked(run).explanationMeans(...run.tables, { ...options, ...preparedAs(run), ...how })),
        ...said,
      };
    }),
  );

  /** Reads what was planted in the run's genes; it is kept, so that deletion tests are compared with it. */
  readonly readPlanted = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<Planted> => {
      const run = this.#run();
      const how = { ...options, ...preparedAs(run), name: source.file };
      const read = await asked(run).readPlanted(...run.tables, sourceOf(source), how);
      this.#keptOf(run).planted = read;
      const { file, genes, known } = read;
      return { file, genes, known };
    }),
  );

  /** Reads a second table with held-out tracks. */
  readonly readHeldOut = call({}, ({ table: request }: { readonly table: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutTable> => {
      const { read, said } = await readUnseen(request, options, this.#run());
      this.#heldOut?.free();
      this.#heldOut = read;
      return said;
    }),
  );

  /** Correlates a held-out track with every explanation of one mark; for a change, in one of its cell types. */
  readonly holdOut = call({}, (request: HeldOutRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutAnalysis> => {
      const run = this.#run();
      if (run.runner.task === "level") throw new TypeError("levels have no classes whose genes are averaged");
      const { mark, over, cell = run.tables.length === 2 ? "b" : "a" } = request;
      const i = cell === "a" ? 0 : 1;
      const track = unseenTrack(request, [run.tables[i]!, run.preparations[i]!], this.#heldOut);
      const [high, low] = classesOf(run);
      const of = request.class === low ? low : high;
      const all = Array.from(run.genes.keys());
      const chosen = (values: ArrayLike<number>, least: number): number[] =>
        all.filter((gene) => (of === low ? values[gene]! < least : values[gene]! >= least));
      const least = "prepared" in run ? 0 : THRESHOLD;
      const genes = chosen(run.predicted, least);
      const labelled = over === "labelled" ? chosen(this.#labelsOf(run), least) : undefined;
      const map = this.#keptOf(run).maps?.[of];
      const how = { ...options, ...preparedAs(run), mark, track, over: labelled };
      const found = await ("prepared" in run
        ? run.runner.heldOut(...run.tables, {
            ...{ ...how, cell, genes, class: of as ChangeClass, classMap: map as ClassMap<ChangeClass> | undefined },
          })
        : (run.runner as OnOffModel).heldOut(run.tables[0], {
            ...how,
            on: genes,
            classOn: map as ClassMap | undefined,
          }));
      const { track: signal, trackGenes, ...rest } = found;
      return { ...request, ...rest, signal, signalGenes: trackGenes };
    }),
  );

  /** Measured changes, or labels of genes that are on. */
  #labelsOf(run: ExplainedRun): ArrayLike<number> {
    const [{ file, labels }] = run.tables;
    const found = "prepared" in run ? this.#measured() : labels;
    if (found) return found;
    const [problem, genes] =
      "prepared" in run ? ["No counts of both cell types were given.", "to change"] : [`${file} has no labels.`, "on"];
    throw new InputError(problem, {
      ...{ code: "missing", remedy: `Average the track over the genes predicted ${genes}.` },
    });
  }

  /** Optional inputs of a run's deletion test: its classes' inputs, and what was planted in its genes. */
  #heldAgainst(run: ExplainedRun) {
    const { maps, planted } = this.#keptOf(run);
    return { maps: maps as DeletionOptions<ClassName>["maps"], truth: planted };
  }

  /** Returns the data kept for the current run; empty for a new run. */
  #keptOf({ predicted }: ExplainedRun): Kept {
    if (this.#kept?.key !== predicted) this.#kept = { key: predicted };
    return this.#kept;
  }
}

/** The model of a run; its methods take as many tables as the run has. */
function asked({ runner }: ExplainedRun): Asked {
  return runner as unknown as Asked;
}

/**
 * Contributions of the marks of some genes, [genes][columns], with their range over ensemble members: Shapley values of
 * whole marks; for a change, which has too many subsets, sums over bins.
 */
export async function sharesOfSome(
  run: ExplainedRun,
  genes: readonly number[],
  baseline: Compared,
  options: WorkOptions,
): Promise<Share[][]> {
  const isWhole = run.tables.length === 1;
  const method = isWhole ? ("shapley" as const) : ("integrated-gradients" as const);
  const how = { ...options, ...preparedAs(run), genes, baseline: baselineOf(baseline), method };
  const { values, spread, sumSpread, marks } = await asked(run).attributions(...run.tables, how);
  const ends = isWhole ? spread : sumSpread;
  const columns = run.tables.length * marks.length;
  const rows = Array.from({ length: columns }, (_, i) => `${i}`);
  return genes.map((_, i) => {
    const part = (all: Float32Array): Float32Array => {
      const size = all.length / genes.length;
      return all.subarray(i * size, (i + 1) * size);
    };
    const marks = ends && { sd: part(ends.sd), low: part(ends.low), high: part(ends.high) };
    return sharesOf(rows, { values: part(values), spread: { marks } }).map(({ mark: _, ...share }) => share);
  });
}

/** Reads a table of held-out tracks that shares genes with the run. */
async function readUnseen(
  request: TableRequest,
  options: WorkOptions,
  run: ExplainedRun,
): Promise<{ readonly read: Table; readonly said: HeldOutTable }> {
  const { genes } = run;
  const [table] = run.tables;
  const read = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
  try {
    selection(read, table, run.preparations[0]);
    const there = new Set(read.genes);
    const places = "prepared" in run ? run.prepared.placesIn(read.genes) : undefined;
    const unmatched = genes.filter((gene, i) => (places ? places[i]! < 0 : !there.has(gene)));
    if (unmatched.length === genes.length) {
      throw new InputError(
        `${read.file}: found no gene of ${table.file}; expected the same names, such as ${genes[0]}, ` +
          `not ${read.genes[0]}.`,
        { code: "no-gene-matches", file: read.file, remedy: "Name the genes in both tables alike." },
      );
    }
    const said = { file: read.file, marks: read.marks, matched: genes.length - unmatched.length, unmatched };
    return { read, said };
  } catch (thrown) {
    read.free();
    throw thrown;
  }
}

/** The requested track, in the run's table or in the second one. */
function unseenTrack(
  { track: column, second }: HeldOutRequest,
  [table, preparation]: readonly [Table, Preparation],
  other: Table | undefined,
): HeldOutTrack {
  const source = second ? other : table;
  if (!source?.marks.includes(column))
    throw new InputError(`This needs the track ${column}.`, { code: "missing", remedy: "Choose its table again." });
  return { table: source, column, selectBins: selection(source, table, preparation) };
}

/** The inputs of both classes, one after the other. */
async function bothClasses(
  run: ExplainedRun,
  settings: ClassSettings,
  { signal, onProgress }: WorkOptions,
): Promise<AnyClassMaps> {
  const total = 2 * settings.steps;
  const maps: { [Class in ClassName]?: ClassMap<ClassName> } = {};
  for (const [i, of] of classesOf(run).entries())
    maps[of] = await asked(run).classOptimisation({
      ...{ ...settings, class: of, signal },
      onProgress: (progress) => onProgress?.({ ...progress, done: i * settings.steps + progress.done, total }),
    });
  return maps;
}

/**
 * Bins of a held-out table, from 1, inclusive: the selected ones if it is as wide as the run's table, all if it is as
 * wide as the model.
 */
function selection({ file, bins }: Table, table: Table, { selectBins }: Preparation): readonly [number, number] {
  const chosen = selectBins ?? [1, table.bins];
  if (bins === table.bins) return chosen;
  const width = chosen[1] - chosen[0] + 1;
  if (bins === width) return [1, width];
  throw new InputError(
    `${file}: found ${bins} bins a gene; expected ${table.bins}, as in ` +
      `${table.file}${width === table.bins ? "" : `, or ${width}, as the model takes`}.`,
    {
      code: "bins-differ",
      file,
      remedy: "Make the held-out table over the same windows.",
    },
  );
}

/** Arguments and results of these calls. */
export type ExplainCalls = Declared<ExplainHandlers>;

/** Indices of the requested genes, and their sampling. */
function drawn(of: number, { sample, seed }: SetRequest): { readonly genes: number[]; readonly said: Sample } {
  const genes = sampleOf(of, sample ?? of, seed);
  return { genes, said: { genes: genes.length, of, seed: genes.length < of ? seed : undefined } };
}

/**
 * Draws `count` of `total` indices without replacement from `seed`, in ascending order; all if `count` is not smaller.
 */
export function sampleOf(total: number, count: number, seed: number): number[] {
  const all = Array.from({ length: total }, (_, i) => i);
  if (count >= total) return all;
  let state = seed >>> 0;
  const random = (): number => {
    // Mulberry32 (Ettinger 2017).
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // A partial Fisher–Yates shuffle.
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (total - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}
