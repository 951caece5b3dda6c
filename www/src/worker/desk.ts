/**
 * The work itself: one model, one table, one finished run, and runs that are kept to be compared.
 *
 * Nothing here knows that it runs in a worker.
 */

import {
  CancelledError,
  decode,
  InputError,
  readCatalogue,
  Regulens,
  TrackLens,
  VERSION,
} from "../../../pkg/src/index";
import type { DeviceReport, Lens, OnOffModel, Table, WorkOptions } from "../../../pkg/src/index";
import { ChangeDesk } from "../tasks/change/desk";
import { finishedRun, openedModel } from "../tasks/on-off/finished";
import { asRead, mutable } from "./handed";
import {
  type CallName,
  type Calls,
  type FinishedRun,
  type GeneDetail,
  KEPT_LIMIT,
  type ModelRequest,
  type OpenedModel,
  type Preparation,
} from "./protocol";
import { ExplainDesk, type ExplainedRun } from "../explain/desk";
import { exportedChange, exportedSequences, exportedTable } from "../standalone/desk";
import { type Predictions, predictionsTsv } from "../tasks/on-off/tsv";
import { refuseOverLimit, runBytes } from "../compare/kept-memory";
import { together } from "./together";
import { TrackDesk } from "../tasks/tracks/desk";
import { geneSignal } from "../tasks/on-off/views";

/** What is kept of a finished run, to show any gene of it and to save it. */
interface KeptRun extends Predictions {
  readonly table: Table;
  /** [N, rows, T] */
  readonly alpha: Float32Array;
  /** For each of the model's marks, its column in the table. */
  readonly columns: readonly number[];
  readonly preparation: Preparation;
  /** Of the model's file. */
  readonly sha256: string;
  readonly probability: Float32Array;
}

/** A model that was opened, and what runs it. */
interface Opened<Runs extends Lens | TrackLens = Lens> {
  readonly lens: Runs;
  readonly model: OpenedModel;
}

/** Does what the page calls for. */
export type Handlers = {
  [Name in CallName]: (request: Calls[Name]["request"], options: WorkOptions) => Promise<Calls[Name]["reply"]>;
};

/** One model, one table, one finished run, and the kept ones. */
export class Desk implements Handlers {
  #opened: Opened<Lens | TrackLens> | undefined;
  #table: Table | undefined;
  /** Of the second cell type, for models of a change. */
  #tableB: Table | undefined;
  #run: KeptRun | undefined;
  readonly #kept = new Map<number, KeptRun>();
  #nextKept = 1;
  /** Tables whose memory was not given back yet. */
  readonly #tables = new Set<Table>();

  /** @param onDevice Hears of the device whenever it may have changed. */
  constructor(private readonly onDevice: (device: DeviceReport) => void) {}

  readonly catalogue: Handlers["catalogue"] = ({ url }, options) => readCatalogue(url, options);

  readonly openModel: Handlers["openModel"] = async ({ model }, options) => {
    // On the CPU first, so that the card can be read while a GPU gets ready.
    const opened = await open(model, options);
    await this.#explain.stop();
    this.#tracks.forget();
    this.#opened?.lens.free();
    this.#opened = opened;
    return opened.model;
  };

  readonly useDevice: Handlers["useDevice"] = ({ choice }, options) => {
    const { lens } = this.#needAny();
    const chosen = lens.useDevice(choice, options);
    // The one that computes until the choice is made.
    this.onDevice(lens.device);
    return chosen;
  };

  readonly readTable: Handlers["readTable"] = async ({ table: request, cell }, options) => {
    const source = "url" in request ? new URL(request.url) : request.blob;
    const table = await Regulens.readTable(source, { ...options, name: request.file });
    if (cell === "b") this.#tableB = table;
    else this.#table = table;
    this.#tables.add(table);
    this.#freeTables();
    return asRead(table);
  };

  readonly understand: Handlers["understand"] = async ({ cell }) =>
    this.#needModel().lens.understand(cell === "b" ? this.#needTableB() : this.#needTable(), cell);

  readonly predict: Handlers["predict"] = async ({ preparation }, options): Promise<FinishedRun> => {
    const opened = ofOneTable(this.#needModel());
    const { run, kept } = await finish(opened, this.#needTable(), preparation, options).finally(() =>
      this.onDevice(opened.lens.device),
    );
    await this.#explain.stop();
    this.#run = kept;
    this.#freeTables();
    return run;
  };

  readonly gene: Handlers["gene"] = async ({ index, kept }): Promise<GeneDetail> => {
    const run = kept === undefined ? this.#needRun() : this.#kept.get(kept);
    if (!run) throw missing("a run that is kept", "Keep it again.");
    const { table, marks, alpha, columns, preparation } = run;
    const size = alpha.length / table.genes.length;
    return {
      index,
      signal: geneSignal(table.values(index, index + 1), table.marks.length, columns, marks, preparation),
      alpha: alpha.slice(index * size, (index + 1) * size),
    };
  };

  readonly predictionsFile: Handlers["predictionsFile"] = async () =>
    new Blob([predictionsTsv(this.#needRun())], { type: "text/tab-separated-values;charset=utf-8" });

  readonly keep: Handlers["keep"] = async () => this.#keep(this.#needRun());

  readonly release: Handlers["release"] = async ({ id }) => {
    this.#kept.delete(id);
    this.#freeTables();
    return { memory: this.#memory() };
  };

  readonly compareWith: Handlers["compareWith"] = async ({ model, device }, options) => {
    const { table, preparation } = this.#needRun();
    const opened = ofOneTable(ofTables(await open(model, options)));
    try {
      // Before the run, which would be for nothing.
      this.#refuseOverLimit(runBytes(table.genes.length, opened.lens.attends, opened.lens.card), table);
      const { deviations } = opened.lens.understand(table);
      await opened.lens.useDevice(device, options);
      const { run, kept } = await finish(opened, table, preparation, options);
      return { run, deviations: deviations.map(({ message }) => message), ...this.#keep(kept) };
    } finally {
      opened.lens.free();
    }
  };

  readonly #explain = new ExplainDesk(() => this.#explained());
  readonly explainGene = this.#explain.explainGene;
  readonly optimiseClasses = this.#explain.optimiseClasses;
  readonly testDeletion = this.#explain.testDeletion;
  readonly readHeldOut = this.#explain.readHeldOut;
  readonly holdOut = this.#explain.holdOut;

  readonly #change = new ChangeDesk({
    opened: () => this.#needModel(),
    table: (cell) => (cell === "b" ? this.#needTableB() : this.#needTable()),
    swap: () => ([this.#table, this.#tableB] = [this.#tableB, this.#table]),
  });
  readonly swapTables = this.#change.swapTables;
  readonly predictChange: Handlers["predictChange"] = (request, options) =>
    this.#change.predictChange(request, options).finally(() => this.#opened && this.onDevice(this.#opened.lens.device));
  readonly changedGene = this.#change.changedGene;
  readonly readCounts = this.#change.readCounts;
  readonly forgetCounts = this.#change.forgetCounts;
  readonly measured = this.#change.measured;
  readonly changesFile = this.#change.changesFile;
  readonly predictGene = this.#change.predictGene;

  readonly #tracks = new TrackDesk(() => ofTracks(this.#needAny()), { Regulens, InputError, decode, VERSION });
  readonly readSequences = this.#tracks.readSequences;
  readonly predictTracks: Handlers["predictTracks"] = (request, options) =>
    this.#tracks.predictTracks(request, options).finally(() => this.#opened && this.onDevice(this.#opened.lens.device));
  readonly trackValues = this.#tracks.trackValues;
  readonly readMeasured = this.#tracks.readMeasured;
  readonly attentionRows = this.#tracks.attentionRows;
  readonly variantRows = this.#tracks.variantRows;
  readonly attentionMap = this.#tracks.attentionMap;
  readonly positionFunctions = this.#tracks.positionFunctions;
  readonly bases = this.#tracks.bases;
  readonly readVariants = this.#tracks.readVariants;
  readonly variantEffect = this.#tracks.variantEffect;
  readonly mutagenesis = this.#tracks.mutagenesis;
  readonly tracksFile = this.#tracks.tracksFile;

  readonly exportData: Handlers["exportData"] = async ({ of, chosen, measured }, options) => {
    if (of === "sequences")
      return exportedSequences(
        ofTracks(this.#needAny()).lens,
        this.#tracks.exported(),
        chosen,
        measured ?? [],
        options,
      );
    if (of === "change") return exportedChange(this.#change.exported(), chosen, options);
    return exportedTable(this.#explained(), chosen, options);
  };

  /** The finished run with its model, if that is still the open one. */
  #explained(): ExplainedRun {
    const [run, { lens }] = [this.#needRun(), ofOneTable(this.#needModel())];
    if (lens.sha256 !== run.sha256)
      throw new InputError("Another model is open than the one of these results.", {
        code: "another-model",
        remedy: "Run it on the table, to explain its own predictions.",
      });
    return { ...run, lens };
  }

  #keep(run: KeptRun): { id: number; memory: number } {
    this.#refuseOverLimit(run.alpha.byteLength, run.table);
    const id = this.#nextKept++;
    this.#kept.set(id, run);
    return { id, memory: this.#memory() };
  }

  #refuseOverLimit(alpha: number, table: Table): void {
    const shared = [...this.#kept.values()].some((run) => run.table === table);
    refuseOverLimit(alpha + (shared ? 0 : tableBytes(table)), this.#memory(), KEPT_LIMIT);
  }

  /** Bytes that the kept runs hold; a table that several have counts once. */
  #memory(): number {
    const runs = [...this.#kept.values()];
    const tables = [...new Set(runs.map(({ table }) => table))];
    return (
      runs.reduce((sum, { alpha }) => sum + alpha.byteLength, 0) +
      tables.reduce((sum, table) => sum + tableBytes(table), 0)
    );
  }

  /** Gives back the memory of tables that nothing needs any more. */
  #freeTables(): void {
    const needed = new Set([
      this.#table,
      this.#tableB,
      this.#run?.table,
      ...[...this.#kept.values()].map(({ table }) => table),
    ]);
    for (const table of this.#tables) {
      if (needed.has(table)) continue;
      table.free();
      this.#tables.delete(table);
    }
  }

  #needRun(): KeptRun {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }

  #needAny(): Opened<Lens | TrackLens> {
    if (!this.#opened) throw missing("a model", "Choose a model first.");
    return this.#opened;
  }

  #needModel(): Opened {
    return ofTables(this.#needAny());
  }

  #needTable(): Table {
    if (!this.#table) throw missing("a table", "Choose a table first.");
    return this.#table;
  }

  #needTableB(): Table {
    if (!this.#tableB) throw missing("the table of the second cell type", "Give it too.");
    return this.#tableB;
  }
}

/** Opens a model on the CPU. */
async function open(model: ModelRequest, options: WorkOptions): Promise<Opened<Lens | TrackLens>> {
  const source = "url" in model ? new URL(model.url) : model.blob;
  const { sha256 } = model;
  const onProgress = together(model.file, options.onProgress);
  const lens = await Regulens.load(source, {
    ...options,
    onProgress,
    device: "cpu",
    sha256,
    name: model.file,
    keep: true,
  });
  return { lens, model: openedModel(lens, model.file) };
}

function ofTables({ lens, model }: Opened<Lens | TrackLens>): Opened {
  if (lens instanceof TrackLens)
    throw new InputError(`${model.card.name || model.file} reads sequences; found a table.`, {
      code: "another-family",
      remedy: "Give it a FASTA file, or choose a model of histone marks.",
    });
  return { lens, model };
}

function ofTracks({ lens, model }: Opened<Lens | TrackLens>): Opened<TrackLens> {
  if (!(lens instanceof TrackLens))
    throw new InputError(`${model.card.name || model.file} reads tables of histone marks; found a sequence.`, {
      code: "another-family",
      remedy: "Choose a model that predicts tracks along a sequence.",
    });
  return { lens, model };
}

function ofOneTable({ lens, model }: Opened): Opened<OnOffModel> {
  if (lens.task !== "on-off")
    throw new InputError(`${model.card.name || model.file} reads the tables of two cell types; found one.`, {
      code: "another-task",
      remedy: "Give it both tables, or choose a model that says which genes are on.",
    });
  return { lens, model };
}

/** Runs a model on a table: what the page gets, and what the worker keeps of it. */
async function finish(
  { lens, model }: Opened<OnOffModel>,
  table: Table,
  preparation: Preparation,
  options: WorkOptions,
): Promise<{ run: FinishedRun; kept: KeptRun }> {
  const result = await lens.predict(table, { ...options, ...mutable(preparation) });
  if (options.signal?.aborted) throw new CancelledError("The run");
  // It ran, so that every mark has its column.
  const columns = lens.understand(table).marks.map(({ column }) => column! - 1);
  const { marks, probability, logit, alpha, beta } = result;
  return {
    // What the page gets is moved to it; the worker keeps copies of the small arrays.
    kept: {
      table,
      genes: table.genes,
      marks,
      probability: probability.slice(),
      logit: logit.slice(),
      beta: beta.length > 0 ? beta.slice() : undefined,
      alpha,
      columns,
      preparation,
      sha256: model.sha256,
    },
    run: finishedRun(model, table, preparation, result, `Regulens ${VERSION}`),
  };
}

/** Bytes that a table's values take in the engine's memory. */
function tableBytes({ genes, bins, marks }: Table): number {
  return 4 * genes.length * bins * marks.length;
}

function missing(what: string, remedy: string): InputError {
  return new InputError(`This needs ${what}.`, { code: "missing", remedy });
}
