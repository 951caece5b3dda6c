/** Files of measured values of the genes of a run, by the cell type that they are of; each sample has its own. */

import type { TableRequest } from "../../session/opened";
import { type Cell, CELLS } from "../shared/cells";
import type { Current } from "./outcome";
import type { Samples, Sources } from "./samples/session";

export type Given = Partial<Record<Cell, TableRequest>>;

/** Parts of the work that measured values need. */
export interface MeasuredOf {
  readonly run: () => Current | undefined;
  readonly samples: () => Pick<Samples, "ofRun"> | undefined;
  /** Reads the values of a file for the last run: throws where it has none of its genes. Returns what shows them. */
  readonly measure: (source: TableRequest, cell: Cell) => Promise<() => void>;
  /** Forgets the counts that the worker holds for whatever run is next; absent where it holds none. */
  readonly forgetInWorker?: (() => Promise<unknown>) | undefined;
}

/** The files. */
export class MeasuredFiles {
  #given: Given = {};
  /** Those of samples that were looked at before. */
  readonly #ofSamples = new WeakMap<Sources, Given>();
  /** Number of times that they were taken away. */
  #forgotten = 0;
  /** True where the worker may hold counts of a sample that was left. */
  #isLeft = false;

  constructor(private readonly of: MeasuredOf) {}

  /** The files of the run. */
  get given(): Readonly<Given> {
    return this.#given;
  }

  /**
   * Reads a file in place of the one before: for another run, where one of the same sample finished meanwhile. Throws
   * where it cannot be read.
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
   * Puts the files aside where a run that has finished, and is not shown yet, is of another sample than the one before.
   * Returns those that were given for that sample. Behind it `forgetLeft` is to be called.
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

  /** Has the worker forget the counts of a sample that was left. */
  async forgetLeft(): Promise<void> {
    if (!this.#isLeft) return;
    this.#isLeft = false;
    await this.#forgetInWorker();
  }

  /** Returns the files, which are about to be read again or replaced, and has none. */
  take(): Given {
    const given = this.#given;
    this.#given = {};
    return given;
  }

  /** Has none, whatever is being read. */
  forget(): void {
    this.#given = {};
    this.#forgotten++;
  }

  #sampleOf(run: Current): Sources | undefined {
    return this.of.samples()?.ofRun(run)?.sources;
  }

  /** Those of the run that is open now are read again. */
  async #forgetInWorker(): Promise<void> {
    if (!this.of.forgetInWorker) return;
    await this.of.forgetInWorker();
    const given = this.#given;
    for (const cell of CELLS) if (given[cell]) await this.read(given[cell], cell);
  }
}
