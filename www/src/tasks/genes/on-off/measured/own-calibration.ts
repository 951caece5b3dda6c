/** The user's own calibration: fitted to half of a run's labelled genes, tested on the other half, and applied. */

import type { Recalibration, RecalibrationCalls } from "../../../shared/recalibration";
import { WorkerClient } from "../../../../rpc/client";
import type { Caller } from "../../../../rpc/rpc";
import { modelName } from "../../../../session/state";
import { type Activities, Working } from "../../../../rpc/working";
import type { CurrentRun } from "../outcome";
import type { OnOffWork } from "../session";

/** A calibration, and the run that it was fitted to. */
export interface FoundCalibration extends Omit<Recalibration, "weights" | "name"> {
  readonly run: CurrentRun;
  /** Name of the labelled genes' file. */
  readonly of: string;
  /** The model with the new calibration in its card. */
  readonly model: File;
}

/** A model that was replaced by one with the user's own calibration. */
interface Replaced {
  readonly sha256: string;
  readonly name: string;
  /** SHA-256 of the replacement. */
  readonly by: string;
}

/** State of the user's own calibration. */
export interface OwnCalibrationState extends Activities<"work"> {
  readonly found?: FoundCalibration | undefined;
  readonly before?: Replaced | undefined;
}

/** The part of the page's work that is used here. */
export type CalibratedWork = Pick<OnOffWork, "page" | "whyNot" | "isCurrent" | "run">;

/** The worker that makes model files. */
interface Maker extends Caller<RecalibrationCalls> {
  /** Terminates it until the next call. */
  end(): void;
}

/** Milliseconds that a cancelled calibration has before its worker is terminated. */
const PATIENCE = 400;

const maker = (): Maker =>
  new WorkerClient<RecalibrationCalls>(
    () => new Worker(new URL("./foreign-worker.js", document.baseURI), { type: "module" }),
    { what: "The calibration", patience: PATIENCE },
  );

/** Calibrates the model of a run, and opens the result. */
export class OwnCalibration extends Working<"work", OwnCalibrationState> {
  #maker: Maker | undefined;
  /** The current run and labels. */
  #about: Pick<FoundCalibration, "run" | "of"> | undefined;

  /** @param start Starts the worker that makes model files, once it is needed. */
  constructor(
    private readonly work: CalibratedWork,
    private readonly start: () => Maker = maker,
  ) {
    super({ doing: {}, problems: {} });
  }

  /** Cancels and discards calibrations of another run, or of other labels. */
  look(run: CurrentRun, of: string): void {
    const { run: before, of: ofBefore } = this.#about ?? {};
    if (before === run && ofBefore === of) return;
    this.#about = { run, of };
    this.cancel("work");
    this.dismiss("work");
    if (this.state.found) this.set({ found: undefined });
  }

  /** Calibrates on half of the genes labelled by `labels`; by default by the table. */
  async fit(run: CurrentRun, of: string, labels: Uint8Array | undefined): Promise<void> {
    this.look(run, of);
    this.set({ found: undefined });
    const { worker } = this.work.page;
    const made = await this.do("work", of, async (options) => {
      const labelled = await worker.call("labelled", { labels }, options);
      return (this.#maker ??= this.start()).call(
        "recalibrate",
        { ...labelled, name: labelled.name || run.model.file, of },
        options,
      );
    });
    this.#maker?.end();
    if (!made || this.#about?.run !== run || this.#about.of !== of) return;
    const { weights, name, ...figures } = made;
    const model = new File([weights as BlobPart], `${name}.safetensors`);
    this.set({ found: { ...figures, run, of, model } });
  }

  /** Opens the calibrated model as the user's own, and runs it on the table. */
  async use(): Promise<void> {
    const { found } = this.state;
    const { page } = this.work;
    if (!found) return;
    const before = page.state.model;
    await page.openFiles([found.model]);
    const { model } = page.state;
    if (!before || !model || model.sha256 === before.sha256) return;
    this.set({ before: { sha256: before.sha256, name: modelName(before), by: model.sha256 } });
    await this.#run();
  }

  /** Reopens the previous model, and runs it. */
  async takeBack(): Promise<void> {
    const { before } = this.state;
    if (!before) return;
    await this.work.page.reopen(before.sha256);
    await this.#run();
  }

  async #run(): Promise<void> {
    if (this.work.whyNot === undefined && !this.work.isCurrent) await this.work.run();
  }
}

const ofWork = new WeakMap<CalibratedWork, OwnCalibration>();

/** The calibration of the page's work, which outlives the panel that shows it. */
export function ownCalibrationOf(work: CalibratedWork): OwnCalibration {
  const known = ofWork.get(work) ?? new OwnCalibration(work);
  ofWork.set(work, known);
  return known;
}
