/**
 * Models of a change: two tables, one finished run, measured counts; and one gene's prediction from changed signal.
 */

import {
  CancelledError,
  type ChangeClass,
  type ChangeModel,
  type ChangeResult,
  type Contrast,
  type Counts,
  type DeviceReport,
  type Explanation,
  InputError,
  type PlantedTruth,
  type Prepared,
  type Table,
  VERSION,
  type WeightsByDirection,
  type WorkOptions,
} from "../../../../pkg/src/index";
import { bothClasses, plantedOf, readUnseen, unseenTrack } from "../../explain/calls";
import { average, contributionsOf } from "../../explain/set/average";
import { predictEach } from "../../explain/everywhere/everywhere";
import { baselineOf, type Compared } from "../../explain/contrasts";
import { Ongoing } from "../../explain/ongoing";
import type {
  ClassMaps,
  ClassSettings,
  Contributions,
  DeletionTest,
  HeldOutAnalysis,
  HeldOutRequest,
  HeldOutTable,
  MeansRequest,
  Planted,
  SetDeletion,
  SetMeans,
  SetRequest,
} from "../../explain/result";
import { drawn } from "../../explain/sample";
import { type Change, perturbed } from "../../explain/perturbation";
import { call, type Declared } from "../../rpc/rpc";
import { identityOf } from "../../session/identity";
import { type ModelRequest, type Opened, type Preparation, sourceOf, type TableRequest } from "../../session/opened";
import { offScale } from "../../session/preparation";
import { anotherModel, missing, type Open, openModel } from "../../worker/open";
import { ofTwoTables } from "./opened";
import { type Cell, CELLS } from "../shared/cells";
import type { Keeper } from "../shared/compare/keeper";
import type { ComparedRun, Kept } from "../shared/compare/kept-memory";
import {
  type ChangedGene,
  type ChangeRun,
  changeRun,
  type GroupsRequest,
  type Measured,
  type MeasuredCounts,
} from "./result";
import { changesTsv } from "./tsv";

/** The state of a run that the worker keeps, to show any gene of it and to save it. */
interface HeldChange {
  readonly result: ChangeResult;
  readonly prepared: Prepared;
  /** The tables that it was made of: other models that read the same of it share it. */
  readonly tables: readonly [Table, Table];
  readonly preparations: readonly [Preparation, Preparation];
  readonly marks: readonly string[];
  /** The model: its file and its form. */
  readonly model: string;
}

/** Explanations that a deletion test takes: one gradient is behind many. */
const TESTED: readonly Explanation[] = [
  ...(["alpha", "saliency", "integrated-gradients", "occlusion"] as const),
  ...(["class-optimisation", "signal", "random"] as const),
];

/** Random orders of one gene: enough for a range. */
const ORDERS = 8;

/** The arrays of a run that go to the page; the worker keeps copies. */
const moved = ({ foldChange, expression, beta, auxiliaryBeta }: ChangeRun) => [
  foldChange,
  expression,
  beta,
  auxiliaryBeta,
];

/** Answers the page's calls. */
export class ChangeHandlers {
  #run: HeldChange | undefined;
  /** The model of that run; once another is open, all that it still does is arithmetic. */
  #runner: ChangeModel | undefined;
  readonly #kept = new Map<number, HeldChange>();
  readonly #counts: Partial<Record<Cell, Counts>> = {};
  readonly #open: Open;
  readonly #keeper: Keeper;
  readonly #ongoing = new Ongoing();
  #maps: { readonly of: ChangeResult; readonly maps: ClassMaps<ChangeClass> } | undefined;
  #planted: { readonly of: ChangeResult; readonly truth: PlantedTruth } | undefined;
  /** A table with tracks that the model does not see. */
  #heldOut: Table | undefined;

  constructor(open: Open, keeper: Keeper) {
    this.#open = open;
    this.#keeper = keeper;
  }

  /** Ends what goes on with a whole set, so that models and tables can be given back. */
  async stop(): Promise<void> {
    await this.#ongoing.stop();
  }

  /** Makes B's table A's, and A's B's. */
  readonly swapTables = call({ needs: ["table"] }, async (_: Record<string, never>) => {
    this.#open.swap();
    return {};
  });

  /** Runs the model of a change on both tables. */
  readonly predictChange = call(
    { needs: ["model", "device", "table"], transfer: moved },
    async (
      { preparations }: { readonly preparations: readonly [Preparation, Preparation] },
      options,
    ): Promise<ChangeRun> => {
      const opened = ofTwoTables(this.#open.any());
      const tables = [this.#open.table("a"), this.#open.table("b")] as const;
      const { run, held } = await this.#open.onDevice(opened, finish(opened, tables, preparations, options));
      await this.#open.next();
      for (const table of tables) this.#open.hold(table);
      const before = this.#run;
      this.#run = held;
      this.#runner = opened.runner;
      if (before) {
        for (const table of before.tables) this.#open.release(table);
        this.#free(before.prepared);
      }
      return run;
    },
  );

  /** Keeps the last finished run. */
  readonly keepChange = call({}, async (_: Record<string, never>) => this.#keep(this.#needRun()));

  /**
   * Runs another model on the tables of the last finished run, prepared as they were, and keeps what came of it; the
   * opened model stays.
   */
  readonly compareChangeWith = call(
    { needs: ["device"], transfer: ({ run }: ComparedRun<ChangeRun>) => moved(run) },
    async (
      { model, device }: { readonly model: ModelRequest; readonly device: DeviceReport["kind"] },
      options,
    ): Promise<ComparedRun<ChangeRun>> => {
      const { tables, preparations, prepared, marks } = this.#needRun();
      const opened = ofTwoTables(await openModel(model, options));
      const { runner } = opened;
      try {
        const [a, b] = CELLS.map((cell, i) => offScale(runner.understand(tables[i]!, cell), preparations[i]!));
        await runner.useDevice(device, options);
        const isAlike =
          runner.card.marks.every((mark, i) => mark === marks[i]) && runner.card.marks.length === marks.length;
        const { run, held } = await finish(opened, tables, preparations, options, isAlike ? prepared : undefined);
        const deviations = [...a!.map((text) => `A: ${text}`), ...b!.map((text) => `B: ${text}`)];
        try {
          return { run, deviations, ...this.#keep(held) };
        } catch (thrown) {
          this.#free(held.prepared);
          throw thrown;
        }
      } finally {
        runner.free();
      }
    },
  );

  /** The finished run with its model, if that is still the open one. */
  exported(): { runner: ChangeModel; prepared: Prepared; genes: readonly string[] } {
    const { runner } = ofTwoTables(this.#open.any());
    const { prepared, result, model } = this.#needRun();
    if (identityOf(runner) !== model) throw anotherModel("Run it on the tables first.");
    return { runner, prepared, genes: result.genes };
  }

  /** One gene of the last finished run of that kind, or of a kept one. */
  readonly changedGene = call(
    { transfer: ({ values, alpha, auxiliaryAlpha }: ChangedGene) => [values, alpha, auxiliaryAlpha] },
    async ({ index, kept }: { readonly index: number; readonly kept?: number }): Promise<ChangedGene> => {
      const run = kept === undefined ? this.#needRun() : this.#kept.get(kept);
      if (!run) throw missing("a run that is kept", "Keep it again.");
      const { prepared, result } = run;
      const { genes, alpha, auxiliaryAlpha } = result;
      const of = (values: Float32Array): Float32Array =>
        values.slice((index * values.length) / genes.length, ((index + 1) * values.length) / genes.length);
      const noChange = kept === undefined ? await this.#noChange(index) : undefined;
      const values = prepared.values(index, index + 1);
      return { index, values, alpha: of(alpha), auxiliaryAlpha: of(auxiliaryAlpha), noChange };
    },
  );

  /** The answer of the last run’s model to no change of a gene, where that model is open still. */
  async #noChange(index: number): Promise<number | undefined> {
    const { model, prepared, tables } = this.#needRun();
    const runner = this.#open.current?.runner;
    if (runner?.task !== "change" || runner.symmetric || identityOf(runner) !== model) return undefined;
    const [answer] = await runner.noChange(...tables, { prepared, genes: [index] });
    return answer;
  }

  /** Contribution of each bin of one gene of the last finished run to its fold change; on the CPU. */
  readonly contributionsOfChange = call(
    { needs: ["model"] },
    async (
      { index, baseline }: { readonly index: number; readonly baseline: Compared },
      { signal },
    ): Promise<Contributions> => {
      const { runner, prepared } = this.exported();
      const how = { prepared, genes: [index], baseline: baselineOf(baseline), signal };
      return contributionsOf(await runner.attributions(...this.#needRun().tables, how));
    },
  );

  /** The deletion test of one gene of the last finished run, on the CPU. */
  readonly testChange = call(
    { needs: ["model"] },
    async (
      { index, baseline }: { readonly index: number; readonly baseline: Contrast },
      { signal },
    ): Promise<DeletionTest> => {
      const { runner, prepared } = this.exported();
      const how = { contrast: baseline, explanations: TESTED, ...this.#heldAgainst, randomOrders: ORDERS };
      return average(await runner.deletion(...this.#needRun().tables, { prepared, genes: [index], signal, ...how }));
    },
  );

  /** The deletion test over all genes of the last finished run, or over a random sample. */
  readonly testChanges = call({}, (request: SetRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetDeletion> => {
      const { runner, prepared, genes: all } = this.exported();
      const { genes, said } = drawn(all.length, request);
      const how = { explanations: TESTED, ...this.#heldAgainst, seed: request.seed };
      const tested = await runner.deletion(...this.#needRun().tables, { ...options, prepared, genes, ...how });
      return { ...average(tested), ...said };
    }),
  );

  /** Average explanation of the fold changes of all genes, or of a random sample. */
  readonly explainChanges = call({}, ({ method, ...request }: MeansRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<SetMeans> => {
      if (method === "saliency")
        throw new InputError("A change has no score of “on” whose gradient could be taken.", {
          ...{ code: "no-such-method", remedy: "Take gradient × input." },
        });
      const { runner, prepared, genes: all } = this.exported();
      const { result, tables } = this.#needRun();
      const { genes, said } = drawn(all.length, request);
      const how = { prepared, genes, method, predicted: result.foldChange };
      return { ...(await runner.explanationMeans(...tables, { ...options, ...how })), ...said };
    }),
  );

  /** The inputs that move the fold change furthest; kept, so that deletion tests include them. */
  readonly optimiseChanges = call({}, (settings: ClassSettings, options) =>
    this.#ongoing.during(options, async (options): Promise<ClassMaps<ChangeClass>> => {
      const { runner } = this.exported();
      const { result } = this.#needRun();
      const maps = await bothClasses(runner, ["up", "down"], settings, options);
      this.#maps = { of: result, maps };
      return maps;
    }),
  );

  /** Reads what was planted in the run's genes; kept, so that deletion tests are held against it. */
  readonly readPlantedOfPair = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<Planted> => {
      const { runner, prepared } = this.exported();
      const { result, tables, preparations } = this.#needRun();
      const how = { ...{ ...options, prepared }, a: preparations[0], b: preparations[1], name: source.file };
      const truth = await runner.readPlanted(...tables, sourceOf(source), how);
      this.#planted = { of: result, truth };
      return plantedOf(truth);
    }),
  );

  /** Reads a second table with held-out tracks. */
  readonly readHeldOutOfPair = call({}, ({ table: request }: { readonly table: TableRequest }, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutTable> => {
      const { prepared, result, tables, preparations } = this.#needRun();
      const { read, said } = await readUnseen(request, options, [tables[0], preparations[0]], result.genes, (genes) =>
        Array.from(prepared.placesIn(genes), (place) => place >= 0),
      );
      this.#heldOut?.free();
      this.#heldOut = read;
      return said;
    }),
  );

  /** Correlates a held-out track of one cell type with every explanation of one of its marks. */
  readonly holdOutOfPair = call({}, (request: HeldOutRequest, options) =>
    this.#ongoing.during(options, async (options): Promise<HeldOutAnalysis> => {
      const { runner, prepared } = this.exported();
      const { result, tables, preparations } = this.#needRun();
      const { mark, over, cell = "b" } = request;
      const of = request.class === "down" ? "down" : "up";
      const i = cell === "a" ? 0 : 1;
      const remedy = "Average the track over the genes predicted to change.";
      const measured = over === "labelled" ? this.#needMeasured(remedy) : undefined;
      const goes = (changes: Float32Array): number[] =>
        [...result.genes.keys()].filter((gene) => (of === "up" ? changes[gene]! >= 0 : changes[gene]! < 0));
      const { track, trackGenes, ...found } = await runner.heldOut(...tables, {
        ...{ ...options, prepared, a: preparations[0], b: preparations[1], mark, cell, class: of },
        genes: goes(result.foldChange),
        over: measured && goes(measured),
        track: unseenTrack(request, [tables[i], preparations[i]], this.#heldOut),
        classMap: this.#mapsOfRun?.[of],
      });
      return { ...request, ...found, signal: track, signalGenes: trackGenes };
    }),
  );

  /** Further inputs of a deletion test of the last run: its classes' inputs, and what was planted in its genes. */
  get #heldAgainst() {
    const truth = this.#planted?.of === this.#run?.result ? this.#planted?.truth : undefined;
    return { maps: this.#mapsOfRun, truth };
  }

  /** The inputs of both classes, where they were found for the last run's model. */
  get #mapsOfRun(): ClassMaps<ChangeClass> | undefined {
    return this.#maps?.of === this.#run?.result ? this.#maps?.maps : undefined;
  }

  /** Reads measured counts of one cell type in place of those before; the counts of the last run's genes. */
  readonly readCounts = call(
    {},
    async ({ cell, table }: { readonly cell: Cell; readonly table: TableRequest }, options) => {
      const { runner } = ofTwoTables(this.#open.any());
      const counts = await runner.readCounts(sourceOf(table), { ...options, name: table.file });
      const { prepared, result } = this.#needRun();
      if (counts.of(prepared).every(Number.isNaN)) {
        counts.free();
        throw new InputError(`${table.file}: found no gene of the tables; expected ids such as ${result.genes[0]}.`, {
          code: "no-gene-matches",
          file: table.file,
          remedy: "Name the genes in the table of counts as in the tables of signal.",
        });
      }
      this.#counts[cell]?.free();
      this.#counts[cell] = counts;
      return this.#measured();
    },
  );

  /** Forgets all counts. */
  readonly forgetCounts = call({}, async (_: Record<string, never>) => {
    for (const cell of ["a", "b"] as const) {
      this.#counts[cell]?.free();
      delete this.#counts[cell];
    }
    return {};
  });

  /** The counts that were read, of the genes of the last run. */
  readonly measured = call({}, async (_: Record<string, never>) => this.#measured());

  /** Average weights of marks in the genes of the last run that go up, and in those that go down. */
  readonly weightsOfChange = call({}, async ({ by, ...how }: GroupsRequest): Promise<WeightsByDirection> => {
    const { result } = this.#needRun();
    const change = by === "measured" ? this.#needMeasured("Group genes by their predicted change.") : undefined;
    return this.#runner!.weightsByDirection(result, { ...how, change });
  });

  /** The log2 fold change of each gene of the last run, its signal changed, on the CPU. */
  readonly changeAllOfPair = call(
    { needs: ["model"], transfer: (predicted: Float32Array) => [predicted] },
    async ({ changes }: { readonly changes: readonly Change[] }, options): Promise<Float32Array> => {
      const { runner, prepared, genes } = this.exported();
      const shape = { marks: runner.card.marks.length, cells: 2 } as const;
      const valuesOf = (gene: number): Float32Array => perturbed(prepared.values(gene, gene + 1), shape, changes);
      return predictEach(runner, genes.length, valuesOf, options);
    },
  );

  /** The predictions of the last run of that kind as a file. */
  readonly changesFile = call({}, async (_: Record<string, never>) => {
    const { result, tables } = this.#needRun();
    const text = changesTsv(result, [tables[0].notes, tables[1].notes]);
    return new Blob([text], { type: "text/tab-separated-values;charset=utf-8" });
  });

  #measured(): Measured {
    const { prepared } = this.#needRun();
    const of = (counts: Counts | undefined): MeasuredCounts | undefined =>
      counts && { file: counts.file, counts: counts.of(prepared) };
    const [a, b] = [of(this.#counts.a), of(this.#counts.b)];
    return { a, b, foldChange: a && b && this.#runner!.measuredFoldChange(a.counts, b.counts) };
  }

  /** The measured change of the last run's genes, without which `remedy` can be done. */
  #needMeasured(remedy: string): Float32Array {
    const { foldChange } = this.#measured();
    if (!foldChange) throw new InputError("No counts of both cell types were given.", { code: "missing", remedy });
    return foldChange;
  }

  #keep(run: HeldChange): Kept {
    const { prepared, result } = run;
    const bytes = result.alpha.byteLength + result.auxiliaryAlpha.byteLength;
    const kept = this.#keeper.keep({ bytes, shared: new Map([[prepared, preparedBytes(run)]]) }, (id) => {
      this.#kept.delete(id);
      this.#free(prepared);
    });
    this.#kept.set(kept.id, run);
    return kept;
  }

  /** Gives back what was read of two tables, unless another run needs it. */
  #free(prepared: Prepared): void {
    if ([this.#run, ...this.#kept.values()].every((run) => run?.prepared !== prepared)) prepared.free();
  }

  #needRun(): HeldChange {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }
}

/** Bytes that the values of both tables take in the engine's memory. */
function preparedBytes({ result: { genes, bins, marks } }: HeldChange): number {
  return 4 * genes.length * bins * 2 * marks.length;
}

/**
 * Runs a model on two tables: what the page gets, and what the worker keeps of it. What was read of the tables is made
 * unless it is given, and kept as long as the run, so that any gene can be shown without matching all of them again.
 */
async function finish(
  { runner, model }: Opened<ChangeModel>,
  tables: readonly [Table, Table],
  preparations: readonly [Preparation, Preparation],
  options: WorkOptions,
  given?: Prepared,
): Promise<{ run: ChangeRun; held: HeldChange }> {
  const tableOptions = { a: preparations[0], b: preparations[1] };
  const prepared = given ?? runner.preparePair(...tables, tableOptions);
  try {
    const result = await runner.predict(...tables, { ...options, ...tableOptions, prepared });
    if (options.signal?.aborted) throw new CancelledError("The run");
    const run = changeRun(model, tables, preparations, result, `Regulens ${VERSION}`);
    // The arrays that the page gets are moved to it; the worker keeps copies.
    const { foldChange, expression, beta } = result;
    const copies = { foldChange: foldChange.slice(), expression: expression.slice(), beta: beta.slice() };
    const { marks } = runner.card;
    return {
      run,
      held: { result: { ...result, ...copies }, prepared, tables, preparations, marks, model: identityOf(model) },
    };
  } catch (thrown) {
    if (prepared !== given) prepared.free();
    throw thrown;
  }
}

/** Arguments and results of these calls. */
export type ChangeCalls = Declared<ChangeHandlers>;
