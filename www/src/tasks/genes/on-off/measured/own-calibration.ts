/** A calibration of one's own: fitted to half of the labelled genes of a run, compared on the other half, and used. */

import type { Recalibration, RecalibrationCalls } from "../../../shared/recalibration";
import { WorkerClient } from "../../../../rpc/client";
import type { Caller } from "../../../../rpc/rpc";
import { modelName } from "../../../../session/state";
import { type Activities, AsyncState } from "../../../../rpc/async-state";
import type { CurrentRun } from "../outcome";
import type { OnOffWork } from "../session";

/** A calibration, and the run whose genes it was fitted to. */
export interface FoundCalibration extends Omit<Recalibration, "weights" | "name"> {
  readonly run: CurrentRun;
  /** Name of the labelled genes' file. */
  readonly of: string;
  /** The model with the new calibration in its card. */
  readonly model: File;
}

/** A model that one with a calibration of one's own took the place of. */
interface Replaced {
  readonly sha256: string;
  readonly name: string;
  /** SHA-256 of the one that took its place. */
  readonly by: string;
}

/** State of a calibration of one's own. */
export interface OwnCalibrationState extends Activities<"work"> {
  readonly found?: FoundCalibration | undefined;
  readonly before?: Replaced | undefined;
}

/** Work of the page as far as it is used here. */
export type CalibratedWork = Pick<OnOffWork, "page" | "whyNot" | "isCurrent" | "run">;

/** The worker that makes model files. */
interface Maker extends Caller<RecalibrationCalls> {
  /** Ends it until the next call. */
  end(): void;
}

/** Milliseconds in which a cancelled calibration must end before its worker is ended. */
const PATIENCE = 400;

const maker = (): Maker =>
  new WorkerClient<RecalibrationCalls>(
    () => new Worker(new URL("./foreign-worker.js", document.baseURI), { type: "module" }),
    { what: "The calibration", patience: PATIENCE },
  );

/** Calibrates the model of a run, and opens what comes of it. */
export class OwnCalibration extends AsyncState<"work", OwnCalibrationState> {
  #maker: Maker | undefined;
  /** Run and labels that are looked at. */
  #about: Pick<FoundCalibration, "run" | "of"> | undefined;

  /** @param start Starts the worker that makes model files, once it is needed. */
  constructor(
    private readonly work: CalibratedWork,
    private readonly start: () => Maker = maker,
  ) {
    super({ doing: {}, problems: {} });
  }

  /** Ends and forgets what is of another run, or of other labels. */
  look(run: CurrentRun, of: string): void {
    const { run: before, of: ofBefore } = this.#about ?? {};
    if (before === run && ofBefore === of) return;
    this.#about = { run, of };
    this.cancel("work");
    this.dismiss("work");
    if (this.state.found) this.set({ found: undefined });
  }

  /** Calibrates on half of the genes that `labels` knows; those of the table without. */
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

  /** Opens the calibrated model as one of the user's own, and runs it on the table. */
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

  /** Opens the model of before again, and runs it. */
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

/** The calibration of the page's work: the panel that shows it comes and goes. */
export function ownCalibrationOf(work: CalibratedWork): OwnCalibration {
  const known = ofWork.get(work) ?? new OwnCalibration(work);
  ofWork.set(work, known);
  return known;
}
