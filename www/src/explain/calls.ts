/** Explanations of the finished run: of one gene, over a set, and held against tracks that the model does not see. */

import { InputError, type OnOffResult, Regulens } from "../../../pkg/src/index";
import type { ClassMap, Deletion, OnOffModel, Table, WorkOptions } from "../../../pkg/src/index";
import { columnOf, MeanOf, meanWithError, nearness, pearson, sampleOf } from "./profiles";
import type {
  ClassMaps,
  ClassSettings,
  DeletionTest,
  GeneExplanation,
  HeldOutAnalysis,
  HeldOutRequest,
  HeldOutTable,
  Profile,
  SetDeletion,
  TestedExplanation,
} from "./result";
import { type Preparation, sourceOf, type TableRequest } from "../session/opened";
import { call, type Declared } from "../rpc/rpc";

/** A finished run with the model that ran it. */
export interface ExplainedRun extends Readonly<Pick<OnOffResult, "marks" | "probability" | "alpha">> {
  readonly lens: OnOffModel;
  readonly table: Table;
  readonly preparation: Preparation;
}

/** What is kept of one run's explanations. */
interface Kept {
  readonly key: object;
  maps?: ClassMaps;
  profiles?: Profiles;
}

/** Means over the genes predicted on. */
interface Profiles {
  readonly genes: number;
  /** [T, M] */
  readonly signal: Float32Array;
  readonly saliency: Float32Array;
  readonly size: Float32Array;
  /** [rows, T] */
  readonly alpha: Float32Array;
}

/** Random orders of one gene: enough for a range. A set has many genes instead. */
const ORDERS = 8;
/** Genes whose saliency is held at once. */
const PROFILED_AT_ONCE = 64;
const THRESHOLD = 0.5;

/** Explains the finished run. */
export class ExplainHandlers {
  readonly #run: () => ExplainedRun;
  #kept: Kept | undefined;
  #heldOut: Table | undefined;
  readonly #working = new Map<AbortController, Promise<unknown>>();

  /** @param run The finished run; throws where there is none, or its model is not open any more. */
  constructor(run: () => ExplainedRun) {
    this.#run = run;
  }

  /** Ends what is going on, so that models and tables can be given back. */
  async stop(): Promise<void> {
    for (const controller of this.#working.keys()) controller.abort();
    await Promise.allSettled(this.#working.values());
  }

  /** Explains one gene. */
  readonly explainGene = call({}, ({ index }: { readonly index: number }, options) =>
    this.#during(options, async (options): Promise<GeneExplanation> => {
      const { lens, table, preparation, probability } = this.#run();
      const prepared = { ...preparation, genes: [index], signal: options.signal };
      const { values } = await lens.saliency(table, prepared);
      const tested = await lens.deletion(table, { ...prepared, maps: this.#maps(), randomOrders: ORDERS });
      return {
        index,
        called: probability[index] >= THRESHOLD ? "on" : "off",
        saliency: values,
        deletion: average(tested),
      };
    }),
  );

  /** The inputs that the model is most sure of; kept, so that deletion tests include them. */
  readonly optimiseClasses = call({}, (settings: ClassSettings, options) =>
    this.#during(options, async (options): Promise<ClassMaps> => {
      const { lens } = this.#run();
      const kept = this.#keptOf(this.#run());
      const total = 2 * settings.steps;
      const optimise = (of: "on" | "off", before: number): Promise<ClassMap> =>
        lens.classOptimisation({
          ...settings,
          class: of,
          signal: options.signal,
          onProgress: (progress) => options.onProgress?.({ ...progress, done: before + progress.done, total }),
        });
      const on = await optimise("on", 0);
      kept.maps = { on, off: await optimise("off", settings.steps) };
      return kept.maps;
    }),
  );

  /** The deletion test over all genes, or over a random sample. */
  readonly testDeletion = call(
    {},
    ({ sample, seed }: { readonly sample: number | undefined; readonly seed: number }, options) =>
      this.#during(options, async (options): Promise<SetDeletion> => {
        const { lens, table, preparation } = this.#run();
        const of = table.genes.length;
        const genes = sampleOf(of, sample ?? of, seed);
        const tested = await lens.deletion(table, {
          ...options,
          ...preparation,
          genes,
          maps: this.#maps(),
          seed,
        });
        return { ...average(tested), genes: genes.length, of, seed: genes.length < of ? seed : undefined };
      }),
  );

  /** Reads a second table with held-out tracks. */
  readonly readHeldOut = call({}, ({ table: request }: { readonly table: TableRequest }, options) =>
    this.#during(options, async (options): Promise<HeldOutTable> => {
      const { table, preparation } = this.#run();
      const read = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
      try {
        selection(read, table, preparation);
        const there = new Set(read.genes);
        const unmatched = table.genes.filter((gene) => !there.has(gene));
        if (unmatched.length === table.genes.length) {
          throw new InputError(
            `${read.file}: found no gene of ${table.file}; expected the same names, such as ${table.genes[0]}, not ${read.genes[0]}.`,
            { code: "no-gene-matches", file: read.file, remedy: "Name the genes in both tables alike." },
          );
        }
        this.#heldOut?.free();
        this.#heldOut = read;
        return { file: read.file, marks: read.marks, matched: table.genes.length - unmatched.length, unmatched };
      } catch (thrown) {
        read.free();
        throw thrown;
      }
    }),
  );

  /** Correlates a held-out track with every explanation of one mark. */
  readonly holdOut = call({}, (request: HeldOutRequest, options) =>
    this.#during(options, async (options): Promise<HeldOutAnalysis> => {
      const run = this.#run();
      const kept = this.#keptOf(run);
      const profiles = (kept.profiles ??= await profilesOf(run, options));
      const { signal, genes: signalGenes } = this.#track(run, request);
      const mark = run.marks.indexOf(request.mark);
      const [bins, marks] = [signal.length, run.marks.length];
      const rows = profiles.alpha.length / bins;
      const found: [Profile["kind"], Float32Array][] = [];
      if (rows === marks) found.push(["alpha", profiles.alpha.slice(mark * bins, (mark + 1) * bins)]);
      else if (rows === 1) found.push(["alpha-all-marks", profiles.alpha]);
      found.push(
        ["saliency", columnOf(profiles.size, mark, marks)],
        ["saliency-signed", columnOf(profiles.saliency, mark, marks)],
      );
      if (kept.maps) found.push(["class-optimisation", columnOf(kept.maps.on.map, mark, marks)]);
      found.push(
        ["mean-signal", columnOf(profiles.signal, mark, marks)],
        ["tss", nearness(bins)],
        ["uniform", new Float32Array(bins).fill(1 / bins)],
      );
      const none = signalGenes === 0 || profiles.genes === 0;
      return {
        ...request,
        signal,
        signalGenes,
        genes: profiles.genes,
        profiles: found.map(([kind, values]) => ({ kind, values, r: none ? undefined : pearson(values, signal) })),
      };
    }),
  );

  /** The mean of a held-out track over the chosen genes. */
  #track(
    { table, probability, preparation }: ExplainedRun,
    { track, second, over }: HeldOutRequest,
  ): { signal: Float32Array; genes: number } {
    const source = second ? this.#heldOut : table;
    const column = source?.marks.indexOf(track) ?? -1;
    if (!source || column < 0)
      throw new InputError(`This needs the track ${track}.`, { code: "missing", remedy: "Choose its table again." });
    const { labels } = table;
    if (over === "labelled-on" && !labels)
      throw new InputError(`${table.file} has no labels.`, {
        code: "missing",
        remedy: "Average the track over the genes predicted on.",
      });
    const [first, last] = selection(source, table, preparation);
    const positions = second ? new Map(source.genes.map((gene, i) => [gene, i])) : undefined;
    const mean = new MeanOf(last - first + 1);
    table.genes.forEach((gene, i) => {
      if (over === "labelled-on" ? labels![i] !== 1 : probability[i] < THRESHOLD) return;
      const position = positions ? positions.get(gene) : i;
      if (position === undefined) return;
      const values = columnOf(source.values(position, position + 1), column, source.marks.length);
      mean.add(values, first - 1);
    });
    return { signal: mean.mean(), genes: mean.count };
  }

  /** What is kept of the current run. */
  #keptOf({ probability }: ExplainedRun): Kept {
    // Each run has its own array.
    if (this.#kept?.key !== probability) this.#kept = { key: probability };
    return this.#kept;
  }

  #maps(): ClassMaps | undefined {
    return this.#keptOf(this.#run()).maps;
  }

  /** Does work that {@link stop} can end. */
  async #during<T>({ signal, onProgress }: WorkOptions, work: (options: WorkOptions) => Promise<T>): Promise<T> {
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
    `${file}: found ${bins} bins a gene; expected ${table.bins}, as in ${table.file}${width === table.bins ? "" : `, or ${width}, as the model takes`}.`,
    {
      code: "bins-differ",
      file,
      remedy: "Make the held-out table over the same windows.",
    },
  );
}

/** Means over the genes predicted on. */
async function profilesOf(
  { lens, table, preparation, marks, probability, alpha }: ExplainedRun,
  { signal, onProgress }: WorkOptions,
): Promise<Profiles> {
  const on = Array.from(probability.keys()).filter((gene) => probability[gene] >= THRESHOLD);
  const size = alpha.length / table.genes.length;
  const [first, last] = preparation.selectBins ?? [1, table.bins];
  const shape = (last - first + 1) * marks.length;
  const [signals, gradients, sizes, attention] = [
    new MeanOf(shape),
    new MeanOf(shape),
    new MeanOf(shape),
    new MeanOf(size),
  ];
  for (const gene of on) attention.add(alpha, gene * size);
  const prepared = lens.prepare(table, preparation);
  try {
    for (const gene of on) signals.add(prepared.values(gene, gene + 1));
  } finally {
    prepared.free();
  }
  for (let start = 0; start < on.length; start += PROFILED_AT_ONCE) {
    onProgress?.({ stage: "explain", file: table.file, done: start, total: on.length, unit: "genes" });
    const genes = on.slice(start, start + PROFILED_AT_ONCE);
    const { values } = await lens.saliency(table, { ...preparation, genes, signal });
    genes.forEach((_, i) => {
      gradients.add(values, i * shape);
      sizes.add(values, i * shape, Math.abs);
    });
  }
  return {
    genes: on.length,
    signal: signals.mean(),
    saliency: gradients.mean(),
    size: sizes.mean(),
    alpha: attention.mean(),
  };
}

/** Mean curves and areas over the tested genes; of one gene, its own, with the range of its random orders. */
function average({ genes, bins, steps, randomOrders, curves }: Deletion): DeletionTest {
  const random = curves.find(({ explanation }) => explanation === "random")?.change;
  // Gene by gene, since what one gene has to lose differs more than what an order makes of it.
  const aheadOf = (change: Float32Array): TestedExplanation["ahead"] => {
    if (!random || random === change || genes.length < 2) return undefined;
    const found = steps.map((_, step) =>
      meanWithError(genes.map((_, i) => change[i * steps.length + step] - random[i * steps.length + step])),
    );
    return {
      mean: Float32Array.from(found, ({ mean }) => mean),
      error: Float32Array.from(found, ({ error }) => error ?? 0),
    };
  };
  const tested = curves.map(({ explanation, change, area, least, greatest }): TestedExplanation => {
    const mean = new MeanOf(steps.length);
    genes.forEach((_, i) => mean.add(change, i * steps.length));
    const { mean: meanArea, error } = meanWithError(area);
    const range = genes.length === 1 && least && greatest ? { least, greatest } : {};
    return { explanation, change: mean.mean(), area: meanArea, error, ahead: aheadOf(change), ...range };
  });
  return { bins, steps, orders: randomOrders, curves: tested };
}

/** What goes to these calls and comes back. */
export type ExplainCalls = Declared<ExplainHandlers>;
