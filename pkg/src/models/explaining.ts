/** Explains the predictions of a model of tables on the full engine, wherever the model itself runs. */

import { Shared } from "../engine/shared.js";
import type { ExplainingModel } from "../engine/engine.js";
import type { Platform, RunningCpu } from "../engine/platform.js";
import type { Explainer } from "../explain/sharing.js";
import type { WorkOptions } from "../progress.js";
import { Runner } from "../run/runner.js";
import { Genes } from "../run/tables.js";
import { openFile } from "./model.js";

/** The model, opened in the full engine on the first explanation, with workers of its own. */
export class Explaining {
  readonly #opened: Shared<Explainer & { readonly runner: { free(): void } }>;
  #open: Promise<{ readonly runner: { free(): void } }> | undefined;

  /** @param running The CPU engine of the model; the full engine uses the same SIMD instructions. */
  constructor(
    platform: Platform,
    { simd }: Pick<RunningCpu, "simd">,
    bytes: Uint8Array,
    file: string,
    threads: number,
    symmetric: boolean | undefined,
  ) {
    const open = async (options: WorkOptions) => {
      const running = await platform.cpu("full", simd, options);
      const model: ExplainingModel = openFile(() => new running.engine.Model(bytes, file, symmetric), file, {});
      const genes = new Genes(model, bytes, file, symmetric);
      return { model, runner: new Runner(platform, genes, running, bytes, file, threads) };
    };
    this.#opened = new Shared((options) => (this.#open = open(options)), "Loading the engine of explanations");
  }

  /** Opens the model. @throws DownloadError, EngineError if its engine fails to load: a later call tries again. */
  get(options: WorkOptions): Promise<Explainer> {
    return this.#opened.get(options);
  }

  /** Releases the memory, once it is loaded. */
  free(): void {
    this.#open?.then(
      ({ runner }) => runner.free(),
      () => {},
    );
  }
}
