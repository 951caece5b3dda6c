/** Explanations of the finished run: of one gene, over a set, and compared with tracks that the model does not see. */

import { InputError, type OnOffResult, Regulens, THRESHOLD } from "../../../pkg/src/index";
import type {
  ClassMap,
  ClassName,
  ClassOptimisationOptions,
  Explanation,
  HeldOutTrack,
  OnOffModel,
  OnProgress,
  PlantedTruth,
  Table,
  WorkOptions,
} from "../../../pkg/src/index";
import { average, contributionsOf } from "./set/average";
import { baselineOf, type Compared } from "./contrasts";
import { Ongoing } from "./ongoing";
import { drawn } from "./sample";
import type {
  ClassMaps,
  ClassSettings,
  GeneExplanation,
  HeldOutAnalysis,
  HeldOutRequest,
  HeldOutTable,
  MeansRequest,
  Planted,
  SetDeletion,
  SetMeans,
  SetRequest,
} from "./result";
import { type Preparation, sourceOf, type TableRequest } from "../session/opened";
import { call, type Declared } from "../rpc/rpc";

/** A finished run with the model that ran it. */
export interface ExplainedRun extends Readonly<Pick<OnOffResult, "probability">> {
  readonly runner: OnOffModel;
  readonly table: Table;
  readonly preparation: Preparation;
}

/** Which gene is explained, and against what. */
interface GeneRequest {
  readonly index: number;
  readonly baseline: Compared;
}

/** Data kept for one run's explanations. */
interface Kept {
  readonly key: object;
  maps?: ClassMaps;
  planted?: PlantedTruth;
}

/** Tested explanations: one gradient times the input is left to the program, as it is behind the mean of many. */
const TESTED: readonly Explanation[] = [
  ...(["alpha", "saliency", "integrated-gradients", "occlusion"] as const),
  ...(["class-optimisation", "signal", "random"] as const),
];

/** Random orders of one gene: enough for a range. A set has many genes instead. */
const ORDERS = 8;

/** Explains the finished run. */
export class ExplainHandlers {
  readonly #run: () => ExplainedRun;
  #kept: Kept | undefined;
  #heldOut: Table | undefined;
  readonly #ongoing = new Ongoing();

  /** @param run The finished run; throws where there is none, or its model is not open any more. */
  constructor(run: () => ExplainedRun) {
    this.#run = run;
  }

  /** Ends what is going on, so that models and tables can be given back. */
  async stop(): Promise<void> {
    await this.#ongoing.stop();
  }

  /**
   * Explains one gene; its contributions are against `baseline`, which its test puts in the place of bins, unless that
   * is another gene: then the test has the model's own contrast.
   */
  readonly explainGene = call({}, ({ index, baseline: compared }: GeneRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<GeneExplanation> => {
      const { runner, table, preparation, probability } = this.#run();
      const { signal, onProgress } = options;
      // For one gene only the loading of the engine is reported, which the first explanation waits for.
      const tell: OnProgress = (progress) => progress.stage === "engine" && onProgress?.(progress);
      const prepared = { ...preparation, genes: [index], signal, onProgress: tell };
      const baseline = baselineOf(compared);
      const { values } = await runner.saliency(table, prepared);
      const byBin = await runner.attributions(table, { ...prepared, baseline, method: "integrated-gradients" });
      const byMark = await runner.attributions(table, { ...prepared, baseline, method: "shapley" });
      const tested = await runner.deletion(table, {
        ...prepared,
        contrast: typeof baseline === "object" ? undefined : baseline,
        explanations: TESTED,
        maps: this.#maps(),
        truth: this.#keptOf(this.#run()).planted,
        randomOrders: ORDERS,
      });
      return {
        index,
        called: probability[index] >= THRESHOLD ? "on" : "off",
        saliency: values,
        contributions: contributionsOf(byBin, byMark),
        deletion: average(tested),
        replaced: tested.contrast,
      };
    }),
  );

  /** The inputs that the model is most sure of; kept, so that deletion tests include them. */
  readonly optimiseClasses = call({}, (settings: ClassSettings, options) =>
    this.#ongoing.during(options, async (options): Promise<ClassMaps> => {
      const { runner } = this.#run();
      const kept = this.#keptOf(this.#run());
      kept.maps = await bothClasses(runner, ["on", "off"], settings, options);
      return kept.maps;
    }),
  );

  /** The deletion test over all genes, or over a random sample. */
  readonly testDeletion = call({}, (request: SetRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetDeletion> => {
      const { runner, table, preparation } = this.#run();
      const { genes, said } = drawn(table.genes.length, request);
      const tested = await runner.deletion(table, {
        ...options,
        ...preparation,
        genes,
        explanations: TESTED,
        maps: this.#maps(),
        truth: this.#keptOf(this.#run()).planted,
        seed: request.seed,
      });
      return { ...average(tested), ...said };
    }),
  );

  /** Explains the scores of all genes, or of a random sample, on average. */
  readonly explainSet = call({}, ({ method, ...request }: MeansRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetMeans> => {
      const { runner, table, preparation, probability } = this.#run();
      const { genes, said } = drawn(table.genes.length, request);
      const found = await runner.explanationMeans(table, {
        ...options,
        ...preparation,
        ...{ genes, method, predicted: probability },
      });
      return { ...found, ...said };
    }),
  );

  /** Reads what was planted in the run's genes; kept, so that deletion tests are held against it. */
  readonly readPlanted = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<Planted> => {
      const { runner, table, preparation } = this.#run();
      const how = { ...options, ...preparation, name: source.file };
      const read = await runner.readPlanted(table, sourceOf(source), how);
      this.#keptOf(this.#run()).planted = read;
      return plantedOf(read);
    }),
  );

  /** Reads a second table with held-out tracks. */
  readonly readHeldOut = call({}, ({ table: request }: { readonly table: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutTable> => {
      const { table, preparation } = this.#run();
      const { read, said } = await readUnseen(request, options, [table, preparation], table.genes, (genes) => {
        const there = new Set(genes);
        return table.genes.map((gene) => there.has(gene));
      });
      this.#heldOut?.free();
      this.#heldOut = read;
      return said;
    }),
  );

  /** Correlates a held-out track with every explanation of one mark. */
  readonly holdOut = call({}, (request: HeldOutRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutAnalysis> => {
      const { runner, table, preparation, probability } = this.#run();
      const { over } = request;
      const source = unseenTrack(request, [table, preparation], this.#heldOut);
      const { labels } = table;
      if (over === "labelled" && !labels)
        throw new InputError(`${table.file} has no labels.`, {
          code: "missing",
          remedy: "Average the track over the genes predicted on.",
        });
      const genes = Array.from(table.genes.keys());
      const { track, trackGenes, ...found } = await runner.heldOut(table, {
        ...options,
        ...preparation,
        mark: request.mark,
        on: genes.filter((gene) => probability[gene] >= THRESHOLD),
        over: over === "labelled" ? genes.filter((gene) => labels?.[gene] === 1) : undefined,
        track: source,
        classOn: this.#maps()?.on,
      });
      return { ...request, ...found, signal: track, signalGenes: trackGenes };
    }),
  );

  /** Returns the data kept for the current run; empty for a new run. */
  #keptOf({ probability }: ExplainedRun): Kept {
    // Each run has its own array.
    if (this.#kept?.key !== probability) this.#kept = { key: probability };
    return this.#kept;
  }

  #maps(): ClassMaps | undefined {
    return this.#keptOf(this.#run()).maps;
  }
}

/** Selects the part of the planted truth that the page gets. */
export function plantedOf({ file, genes, known }: PlantedTruth): Planted {
  return { file, genes, known };
}

/** Reads a table of tracks that a model does not see, which has some of the genes. */
export async function readUnseen(
  request: TableRequest,
  options: WorkOptions,
  [table, preparation]: readonly [Table, Preparation],
  genes: readonly string[],
  isIn: (there: readonly string[]) => readonly boolean[],
): Promise<{ readonly read: Table; readonly said: HeldOutTable }> {
  const read = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
  try {
    selection(read, table, preparation);
    const matched = isIn(read.genes);
    const unmatched = genes.filter((_, gene) => !matched[gene]);
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

/** The track that is asked for, in the run's table or in the second. */
export function unseenTrack(
  { track: column, second }: HeldOutRequest,
  [table, preparation]: readonly [Table, Preparation],
  other: Table | undefined,
): HeldOutTrack {
  const source = second ? other : table;
  if (!source?.marks.includes(column))
    throw new InputError(`This needs the track ${column}.`, { code: "missing", remedy: "Choose its table again." });
  return { table: source, column, selectBins: selection(source, table, preparation) };
}

/** Both classes' inputs, one after the other. */
export async function bothClasses<Class extends ClassName>(
  runner: { classOptimisation(options: ClassOptimisationOptions<Class>): Promise<ClassMap<Class>> },
  [high, low]: readonly [Class, Class],
  settings: ClassSettings,
  { signal, onProgress }: WorkOptions,
): Promise<ClassMaps<Class>> {
  const total = 2 * settings.steps;
  const optimise = (of: Class, before: number): Promise<ClassMap<Class>> =>
    runner.classOptimisation({
      ...{ ...settings, class: of, signal },
      onProgress: (progress) => onProgress?.({ ...progress, done: before + progress.done, total }),
    });
  const first = await optimise(high, 0);
  return { [high]: first, [low]: await optimise(low, settings.steps) } as ClassMaps<Class>;
}

/**
 * Bins of a held-out table, from 1, inclusive: as selected where it is as wide as the run's table, all where it is as
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
