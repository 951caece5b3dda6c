/**
 * State of the page's explanations of a whole set, and of its class optimisation and held-out tracks, for every task of
 * tables, and the requests that update it.
 */

import type { MeanMethod, Progress, WorkOptions } from "../../../../pkg/src";
import { type Activities, Working } from "../../rpc/working";
import type {
  AnyClassMaps,
  ClassSettings,
  HeldOutAnalysis,
  HeldOutRequest,
  HeldOutTable,
  MeansRequest,
  SetDeletion,
  SetMeans,
  SetRequest,
} from "../result";
import type { Caller } from "../../rpc/rpc";
import type { ExplainCalls } from "../calls";

/** Parts that run, fail and are cancelled independently. */
export type SetPart = "deletion" | "means";

/** Computations that explain genes of the finished run. */
export interface SetCalls {
  deletion(request: SetRequest, options: WorkOptions): Promise<SetDeletion>;
  means(request: MeansRequest, options: WorkOptions): Promise<SetMeans>;
}

/** Work whose time per gene is measured: the deletion test, or a method's means. */
export type Paced = "deletion" | MeanMethod;

/** State of the explanations at one moment. Never changed in place. */
export interface SetState extends Activities<SetPart> {
  /** Number of genes used by each part; undefined for all. */
  readonly sample: Readonly<Record<SetPart, number | undefined>>;
  readonly method: MeanMethod;
  readonly deletion?: SetDeletion | undefined;
  readonly means?: SetMeans | undefined;
  /** Seconds per gene, as measured on this run. */
  readonly pace: Readonly<Partial<Record<Paced, number>>>;
}

/** Default number of genes. */
const SAMPLE = 200;
/** Seed of samples, recorded in the results. */
const SEED = 1;

const INITIAL: SetState = {
  sample: { deletion: SAMPLE, means: SAMPLE },
  method: "integrated-gradients",
  pace: {},
  doing: {},
  problems: {},
};

/** Explains genes of the finished run, all or a sample. */
export class SetExplanations extends Working<SetPart, SetState> {
  #run: object | undefined;
  #file = "";

  constructor(private readonly calls: SetCalls) {
    super(INITIAL);
  }

  /** Explains `run`, of this file, from now on; results of another run are discarded, except for choices. */
  follow(run: object, file: string): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#file = file;
    this.forgetAll();
    this.set({ deletion: undefined, means: undefined, pace: {}, doing: {}, problems: {} });
  }

  /** Sets the number of genes used by a part. */
  choose(part: SetPart, sample: number | undefined): void {
    this.set({ sample: { ...this.state.sample, [part]: sample } });
  }

  /** Sets the method of the means. */
  by(method: MeanMethod): void {
    this.set({ method });
  }

  /** Runs the deletion test. */
  async test(): Promise<void> {
    const deletion = await this.#paced("deletion", "deletion", (options) =>
      this.calls.deletion({ sample: this.state.sample.deletion, seed: SEED }, options),
    );
    if (deletion) this.set({ deletion });
  }

  /** Computes mean explanations. */
  async explain(): Promise<void> {
    const { method } = this.state;
    const means = await this.#paced("means", method, (options) =>
      this.calls.means({ method, sample: this.state.sample.means, seed: SEED }, options),
    );
    if (means) this.set({ means });
  }

  /** Runs a part, and measures the time per gene. */
  #paced<T>(part: SetPart, of: Paced, work: (options: WorkOptions) => Promise<T>): Promise<T | undefined> {
    const began = performance.now();
    return this.do(part, this.#file, ({ signal, onProgress }) =>
      work({
        signal,
        onProgress: (progress: Progress) => {
          onProgress?.(progress);
          const isOurs = this.state.doing[part] !== undefined && !signal?.aborted;
          if (!isOurs || progress.stage !== "explain" || progress.done === 0) return;
          this.set({ pace: { ...this.state.pace, [of]: (performance.now() - began) / 1000 / progress.done } });
        },
      }),
    );
  }
}

/** Parts that run, fail and are cancelled independently. */
export type CheckPart = "classes" | "reading" | "heldOut";

/** State of the checks at one moment. Never changed in place. */
export interface ChecksState extends Activities<CheckPart> {
  readonly settings: ClassSettings;
  readonly maps?: AnyClassMaps | undefined;
  readonly second?: HeldOutTable | undefined;
  readonly heldOut?: HeldOutAnalysis | undefined;
}

/** The settings that DeepChrome published. */
export const PUBLISHED: ClassSettings = { lambda: 0.009, steps: 1000, seed: 1 };

/** Initial state of a run. */
const UNCHECKED = { maps: undefined, second: undefined, heldOut: undefined, doing: {}, problems: {} } as const;

/** Runs class optimisation, and compares explanations with held-out tracks. */
export class Checks extends Working<CheckPart, ChecksState> {
  #run: object | undefined;
  #file = "";

  constructor(private readonly worker: Caller<Pick<ExplainCalls, "optimiseClasses" | "readHeldOut" | "holdOut">>) {
    super({ ...UNCHECKED, settings: PUBLISHED });
  }

  /** Checks `run`, of this file, from now on; results of another run are discarded, except for settings. */
  follow(run: object, file: string): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#file = file;
    this.forgetAll();
    this.set(UNCHECKED);
  }

  /** Changes the settings of class optimisation. */
  adjust(settings: ClassSettings): void {
    this.set({ settings });
  }

  /** Optimises the inputs of both classes. */
  async optimise(): Promise<void> {
    const maps = await this.do("classes", "both classes", (options) =>
      this.worker.call("optimiseClasses", this.state.settings, options),
    );
    if (maps) this.set({ maps, heldOut: undefined });
  }

  /** Reads a second table with held-out tracks; for a change, of one cell type. */
  async readSecond(file: File): Promise<void> {
    const table = { blob: file, file: file.name };
    const second = await this.do("reading", file.name, (options) =>
      this.worker.call("readHeldOut", { table }, options),
    );
    if (second) this.set({ second, heldOut: undefined });
  }

  /** Compares a track with every explanation of one mark. */
  async holdOut(request: HeldOutRequest): Promise<void> {
    const heldOut = await this.do("heldOut", this.#file, (options) => this.worker.call("holdOut", request, options));
    if (heldOut) this.set({ heldOut });
  }
}
