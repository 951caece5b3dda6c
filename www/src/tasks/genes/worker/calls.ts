/** Models of genes on one or two tables: one finished run, and runs stored for comparison. */

import type { DeviceReport, OnProgress, WorkOptions } from "../../../../../pkg/src/index";
import type { Share } from "../../../explain/answer-words";
import { type ExplainedRun, sharesOfSome } from "../../../explain/calls";
import type { Compared } from "../../../explain/contrasts";
import { predictEach } from "../../../explain/everywhere/everywhere";
import { type Change, perturbed } from "../../../explain/perturbation";
import { call } from "../../../rpc/rpc";
import { identityOf } from "../../../session/identity";
import type { ModelRequest, Preparation } from "../../../session/opened";
import { offScale } from "../../../session/preparation";
import { anotherModel, missing, type Open, openModel } from "../../shared/open";
import { CELLS } from "../../shared/cells";
import type { Keeper } from "../../shared/compare/keeper";
import type { ComparedRun, Kept } from "../../shared/compare/kept-memory";
import { finish, type HeldRun, ofTables } from "./held";
import { attentionSpreadOf } from "./measured";
import { type ChangedGene, type GeneDetail, type GenesRun, runBytes } from "../result";
import { findSets, type Sets } from "../sure/sets";

/** A gene of a stored run, its baseline, and the file of the run's model. */
interface KeptGene {
  readonly kept: number;
  readonly index: number;
  readonly baseline: Compared;
  readonly model: ModelRequest;
}

/** Arrays sent to the page, which the worker no longer needs. */
const arraysOf = (sent: object): ArrayBufferView[] =>
  Object.values(sent).filter((each): each is ArrayBufferView => ArrayBuffer.isView(each));

/** Answers the page's calls. */
export class GeneHandlers {
  #run: HeldRun | undefined;
  readonly #kept = new Map<number, HeldRun>();
  readonly #open: Open;
  readonly #keeper: Keeper;
  readonly #predicted: () => void;

  /** @param predicted Called when a run on one table has finished. */
  constructor(open: Open, keeper: Keeper, predicted: () => void = () => {}) {
    this.#open = open;
    this.#keeper = keeper;
    this.#predicted = predicted;
  }

  /** Exchanges the tables of A and B. */
  readonly swapTables = call({ needs: ["table"] }, async (_: Record<string, never>) => {
    this.#open.swap();
    return {};
  });

  /** Runs the model on as many tables as there are preparations. */
  readonly predict = call(
    { needs: ["model", "device", "table"], transfer: (run: GenesRun) => arraysOf(run) },
    async ({ preparations }: { readonly preparations: readonly Preparation[] }, options): Promise<GenesRun> => {
      const opened = ofTables(this.#open.any(), preparations.length);
      const tables = preparations.map((_, i) => this.#open.table(CELLS[i]));
      const { run, held } = await this.#open.onDevice(opened, finish(opened, tables, preparations, options));
      await this.#open.next();
      const before = this.#run;
      this.#run = held;
      for (const each of [...tables, held.source]) this.#open.hold(each);
      if (before) for (const each of [...before.explained.tables, before.source]) this.#open.release(each);
      if (tables.length === 1) this.#predicted();
      return run;
    },
  );

  /** One gene of the last finished run, or of a stored one. */
  readonly gene = call(
    { transfer: (gene: GeneDetail | ChangedGene) => arraysOf(gene) },
    async ({ index, kept }: { readonly index: number; readonly kept?: number }): Promise<GeneDetail | ChangedGene> => {
      const run = kept === undefined ? this.needRun() : this.#needKept(kept);
      const noChange = kept === undefined ? await this.#noChange(run, index) : undefined;
      return { ...run.detail(index), noChange };
    },
  );

  /** Spread of the attention of one gene of the last finished run; undefined for a single model. */
  readonly attentionSpread = call({ needs: ["model"] }, async ({ index }: { readonly index: number }, options) => {
    const found = await attentionSpreadOf(this.explained(), { ...options, genes: [index] });
    return found && { index, alpha: found.alpha, beta: found.beta };
  });
  /** Contributions of the marks of one gene in a stored run, whose model is reopened for it. */
  readonly sharesOfKept = call({}, async ({ kept, index, baseline, model }: KeptGene, options): Promise<Share[]> => {
    const { explained, source } = this.#needKept(kept);
    this.#open.hold(source);
    try {
      // The browser caches the file; the engine for explanations may have to load.
      const { runner } = ofTables(await openModel(model, { signal: options.signal }), explained.tables.length);
      try {
        const onProgress: OnProgress = (progress) => progress.stage === "engine" && options.onProgress?.(progress);
        const run = { ...explained, runner } as ExplainedRun;
        return (await sharesOfSome(run, [index], baseline, { ...options, onProgress }))[0]!;
      } finally {
        runner.free();
      }
    } finally {
      this.#open.release(source);
    }
  });

  #needKept(id: number): HeldRun {
    const run = this.#kept.get(id);
    if (!run) throw missing("a run that is kept", "Keep it again.");
    return run;
  }

  /** The output of a run's model for no change of a gene, if that model is still open. */
  async #noChange({ explained, model }: HeldRun, index: number): Promise<number | undefined> {
    const runner = this.#open.current?.runner;
    if (runner?.task !== "change" || runner.symmetric || identityOf(runner) !== model) return undefined;
    if (!("prepared" in explained)) return undefined;
    const { tables, prepared } = explained;
    const [answer] = await runner.noChange(...tables, { prepared, genes: [index] });
    return answer;
  }

  /** Predictions of each gene of the last finished run after an edit of its signal, on the CPU. */
  readonly changeAll = call(
    { needs: ["model"], transfer: (predicted: Float32Array) => [predicted] },
    async ({ changes }: { readonly changes: readonly Change[] }, options): Promise<Float32Array> => {
      const { runner, genes, tables } = this.explained();
      const { marks, values } = this.needRun();
      const shape = { marks: marks.length, cells: tables.length };
      return predictEach(runner, genes.length, (gene) => perturbed(values(gene), shape, changes), options);
    },
  );

  /** Prediction set of each gene of the last finished run at a coverage. */
  readonly sets = call(
    { needs: ["model"] },
    async ({ coverage }: { readonly coverage: number }, options): Promise<Sets> =>
      this.#setsOf(this.needRun(), coverage, options),
  );

  async #setsOf(held: HeldRun, coverage: number, options: WorkOptions = {}): Promise<Sets> {
    if (held.sets?.coverage !== coverage)
      held.sets = await findSets(this.explained().runner, held.judged, { ...options, coverage });
    return held.sets;
  }

  /** The predictions of the last finished run as a file, with the sets at a coverage if given. */
  readonly predictionsFile = call({}, async ({ coverage }: { readonly coverage?: number | undefined }) => {
    const held = this.needRun();
    const sets = coverage === undefined ? undefined : await this.#setsOf(held, coverage);
    return new Blob([held.tsv(sets)], { type: "text/tab-separated-values;charset=utf-8" });
  });

  /** Stores the last finished run. */
  readonly keep = call({}, async (_: Record<string, never>) => this.#keep(this.needRun()));

  /**
   * Runs another model on the tables of the last finished run, with the same preparation, and stores the result; the
   * open model stays.
   */
  readonly compareWith = call(
    { needs: ["device"], transfer: ({ run }: ComparedRun<GenesRun>) => arraysOf(run) },
    async (
      { model, device }: { readonly model: ModelRequest; readonly device: DeviceReport["kind"] },
      options,
    ): Promise<ComparedRun<GenesRun>> => {
      const before = this.needRun();
      const { tables, preparations, genes } = before.explained;
      const opened = ofTables(await openModel(model, options), tables.length);
      const { runner } = opened;
      try {
        // Checked before the run, which would be in vain.
        if (runner.task !== "change")
          this.#keeper.refuse({ ...before.holding, bytes: runBytes(genes.length, runner.attends, runner.card) });
        const deviations = tables.flatMap((table, i) => {
          const found = offScale(runner.understand(table, CELLS[i]), preparations[i]!);
          return tables.length === 1 ? found : found.map((text) => `${CELLS[i]!.toUpperCase()}: ${text}`);
        });
        await runner.useDevice(device, options);
        const { run, held } = await finish(opened, tables, preparations, options, before);
        this.#open.hold(held.source);
        try {
          return { run, deviations, ...this.#keep(held) };
        } finally {
          this.#open.release(held.source);
        }
      } finally {
        runner.free();
      }
    },
  );

  /** The finished run with its model, if that is still the open one. */
  explained(): ExplainedRun {
    const { explained, model } = this.needRun();
    const { tables } = explained;
    const { runner } = ofTables(this.#open.any(), tables.length);
    if (identityOf(runner) !== model)
      throw anotherModel(
        tables.length === 1 ? "Run it on the table, to explain its own predictions." : "Run it on the tables first.",
      );
    // The same model may have been reopened.
    return { ...explained, runner } as ExplainedRun;
  }

  #keep(run: HeldRun): Kept {
    const { source } = run;
    const kept = this.#keeper.keep(run.holding, (id) => {
      this.#kept.delete(id);
      this.#open.release(source);
    });
    this.#open.hold(source);
    this.#kept.set(kept.id, run);
    return kept;
  }

  /** The last finished run. */
  needRun(): HeldRun {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }
}
