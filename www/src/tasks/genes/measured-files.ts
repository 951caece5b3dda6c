/** Files with measured values of a run's genes, by cell type; each sample has its own. */

import type { TableRequest } from "../../session/opened";
import { type Cell, CELLS } from "../shared/cells";
import type { Current } from "./outcome";
import type { Samples, Sources } from "./samples/session";

export type Given = Partial<Record<Cell, TableRequest>>;

/** Parts of the work that measured values need. */
export interface MeasuredOf {
  readonly run: () => Current | undefined;
  readonly samples: () => Pick<Samples, "ofRun"> | undefined;
  /** Reads a file's values for the last run; throws if it has none of its genes. Returns what shows them. */
  readonly measure: (source: TableRequest, cell: Cell) => Promise<() => void>;
  /** Clears the counts that the worker would apply to the next run; absent if it holds none. */
  readonly forgetInWorker?: (() => Promise<unknown>) | undefined;
}

/** The files. */
export class MeasuredFiles {
  #given: Given = {};
  /** Files of samples that were open before. */
  readonly #ofSamples = new WeakMap<Sources, Given>();
  /** Number of times that the files were cleared. */
  #forgotten = 0;
  /** True if the worker may hold counts of another sample. */
  #isLeft = false;

  constructor(private readonly of: MeasuredOf) {}

  /** The files of the run. */
  get given(): Readonly<Given> {
    return this.#given;
  }

  /**
   * Reads a file in place of the previous one; if a new run of the same sample finishes meanwhile, for that run. Throws
   * if it cannot be read.
   */
  async read(source: TableRequest, cell: Cell): Promise<void> {
    const run = this.of.run();
    if (!run) return;
    const [sample, forgotten] = [this.#sampleOf(run), this.#forgotten];
    const show = await this.of.measure(source, cell);
    const now = this.of.run();
    const isWanted = now !== undefined && forgotten === this.#forgotten;
    if (isWanted && now === run) {
      this.#given[cell] = source;
      show();
    } else if (isWanted && this.#sampleOf(now) === sample) await this.read(source, cell);
    else {
      if (isWanted && sample) this.#ofSamples.set(sample, { ...this.#ofSamples.get(sample), [cell]: source });
      await this.#forgetInWorker();
    }
  }

  /**
   * Sets the files aside if a run that has finished, but is not shown yet, is of another sample. Returns the files of
   * the new sample. Call `forgetLeft` afterwards.
   */
  changeSample(next: Current): Given {
    const run = this.of.run();
    const now = this.#sampleOf(next);
    const before = run && this.#sampleOf(run);
    if (!run || !now || now === before) return {};
    const given = this.take();
    if (before) this.#ofSamples.set(before, given);
    this.#isLeft ||= (given.a ?? given.b) !== undefined;
    return this.#ofSamples.get(now) ?? {};
  }

  /** Clears the worker's counts of the previous sample. */
  async forgetLeft(): Promise<void> {
    if (!this.#isLeft) return;
    this.#isLeft = false;
    await this.#forgetInWorker();
  }

  /** Returns and clears the files, which are about to be read again or replaced. */
  take(): Given {
    const given = this.#given;
    this.#given = {};
    return given;
  }

  /** Clears the files, even those being read. */
  forget(): void {
    this.#given = {};
    this.#forgotten++;
  }

  #sampleOf(run: Current): Sources | undefined {
    return this.of.samples()?.ofRun(run)?.sources;
  }

  /** Files of the current run are read again. */
  async #forgetInWorker(): Promise<void> {
    if (!this.of.forgetInWorker) return;
    await this.of.forgetInWorker();
    const given = this.#given;
    for (const cell of CELLS) if (given[cell]) await this.read(given[cell], cell);
  }
}
