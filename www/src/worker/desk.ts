/**
 * The work itself: one model, one table, one finished run.
 *
 * Nothing here knows that it runs in a worker.
 */

import { CancelledError, InputError, readCatalogue, Regulens, VERSION } from "../../../pkg/src/index";
import type { DeviceReport, Lens, Table, WorkOptions } from "../../../pkg/src/index";
import type { CallName, Calls, FinishedRun, GeneDetail, OpenedModel, Preparation, ReadTable } from "./protocol";
import { type Predictions, predictionsTsv } from "../export/tsv";
import { together } from "./together";
import { attended, geneSignal } from "./views";

/** What is kept of a finished run, to show any gene of it and to save it. */
interface KeptRun extends Predictions {
  readonly table: Table;
  /** [N, M, T] */
  readonly alpha: Float32Array;
  /** For each of the model's marks, its column in the table. */
  readonly columns: readonly number[];
  readonly preparation: Preparation;
}

/** Does what the page calls for. */
export type Handlers = { [Name in CallName]: (request: Calls[Name]["request"], options: WorkOptions) => Promise<Calls[Name]["reply"]> };

/** One model, one table, one finished run. */
export class Desk implements Handlers {
  #lens: Lens | undefined;
  #model: OpenedModel | undefined;
  #table: Table | undefined;
  #run: KeptRun | undefined;

  /** @param onDevice Hears of the device whenever it may have changed. */
  constructor(private readonly onDevice: (device: DeviceReport) => void) {}

  readonly catalogue: Handlers["catalogue"] = ({ url }, options) => readCatalogue(url, options);

  readonly openModel: Handlers["openModel"] = async ({ model }, options) => {
    const source = "url" in model ? new URL(model.url) : model.blob;
    const sha256 = "url" in model ? model.sha256 : undefined;
    // On the CPU first, so that the card can be read while a GPU gets ready.
    const onProgress = together(model.file, options.onProgress);
    const lens = await Regulens.load(source, { ...options, onProgress, device: "cpu", sha256, name: model.file });
    this.#lens?.free();
    this.#lens = lens;
    this.#model = { card: lens.card, file: model.file, sha256: lens.sha256, verified: lens.verified };
    return this.#model;
  };

  readonly useDevice: Handlers["useDevice"] = ({ choice }, options) => {
    const lens = this.#needLens();
    const chosen = lens.useDevice(choice, options);
    // The one that computes until the choice is made.
    this.onDevice(lens.device);
    return chosen;
  };

  readonly readTable: Handlers["readTable"] = async ({ table: request }, options) => {
    const source = "url" in request ? new URL(request.url) : request.blob;
    const table = await Regulens.readTable(source, { ...options, name: request.file });
    const before = this.#table;
    this.#table = table;
    if (before !== this.#run?.table) before?.free();
    return asRead(table);
  };

  readonly understand: Handlers["understand"] = async () => this.#needLens().understand(this.#needTable());

  readonly predict: Handlers["predict"] = async ({ preparation }, options): Promise<FinishedRun> => {
    const [lens, model, table] = [this.#needLens(), this.#model!, this.#needTable()];
    const result = await lens.predict(table, { ...options, ...mutable(preparation) }).finally(() => this.onDevice(lens.device));
    if (options.signal?.aborted) throw new CancelledError("The run");
    // It ran, so that every mark has its column.
    const columns = lens.understand(table).marks.map(({ column }) => column! - 1);
    const before = this.#run?.table;
    const { marks, bins, probability, logit, alpha, beta, auroc, summary, device, genesOnGpu, seconds } = result;
    // What the page gets is moved to it; the worker keeps copies of the small arrays.
    this.#run = { table, genes: table.genes, marks, probability: probability.slice(), logit: logit.slice(), beta: beta.length > 0 ? beta.slice() : undefined, alpha, columns, preparation };
    if (before !== table && before !== this.#table) before?.free();
    return {
      model,
      table: asRead(table),
      preparation,
      device,
      genesOnGpu,
      seconds,
      date: new Date().toISOString(),
      program: `Regulens ${VERSION}`,
      marks,
      bins,
      probability,
      logit,
      beta,
      ...attended(table.genes.length, bins, alpha, beta),
      summary,
      auroc,
    };
  };

  readonly gene: Handlers["gene"] = async ({ index }): Promise<GeneDetail> => {
    const { table, marks, alpha, columns, preparation } = this.#needRun();
    const size = alpha.length / table.genes.length;
    return {
      index,
      signal: geneSignal(table.values(index, index + 1), table.marks.length, columns, marks, preparation),
      alpha: alpha.slice(index * size, (index + 1) * size),
    };
  };

  readonly predictionsFile: Handlers["predictionsFile"] = async () => new Blob([predictionsTsv(this.#needRun())], { type: "text/tab-separated-values;charset=utf-8" });

  #needRun(): KeptRun {
    if (!this.#run) throw missing("a finished run", "Run the model first.");
    return this.#run;
  }

  #needLens(): Lens {
    if (!this.#lens) throw missing("a model", "Choose a model first.");
    return this.#lens;
  }

  #needTable(): Table {
    if (!this.#table) throw missing("a table", "Choose a table first.");
    return this.#table;
  }
}

function asRead({ file, layout, genes, marks, bins, notes, labels }: Table): ReadTable {
  return { file, layout, genes, marks, bins, notes, labels };
}

function mutable({ selectBins, scale }: Preparation): { selectBins?: [number, number]; scale?: Record<string, number> } {
  return { ...(selectBins ? { selectBins: [...selectBins] as [number, number] } : {}), ...(scale ? { scale: { ...scale } } : {}) };
}

function missing(what: string, remedy: string): InputError {
  return new InputError(`This needs ${what}.`, { code: "missing", remedy });
}
