/**
 * State of the page's explanations of a whole set, and of its checks of a model's classes and of tracks that it does
 * not see, for either task of tables, and the requests that update it.
 */

import type { MeanMethod, Progress, WorkOptions } from "../../../../pkg/src";
import { type Activities, AsyncState } from "../../rpc/async-state";
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

/** Parts that work, fail and are cancelled on their own. */
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
  /** Number of genes that each part takes; undefined for all. */
  readonly sample: Readonly<Record<SetPart, number | undefined>>;
  readonly method: MeanMethod;
  readonly deletion?: SetDeletion | undefined;
  readonly means?: SetMeans | undefined;
  /** Seconds a gene, as far as it was measured on this run. */
  readonly pace: Readonly<Partial<Record<Paced, number>>>;
}

/** Genes that are taken where nothing else is asked for. */
const SAMPLE = 200;
/** Seed of samples; it stands in the results. */
const SEED = 1;

const INITIAL: SetState = {
  sample: { deletion: SAMPLE, means: SAMPLE },
  method: "integrated-gradients",
  pace: {},
  doing: {},
  problems: {},
};

/** Explains genes of the finished run, all or a sample. */
export class SetExplanations extends AsyncState<SetPart, SetState> {
  #run: object | undefined;
  #file = "";

  constructor(private readonly calls: SetCalls) {
    super(INITIAL);
  }

  /** Explains `run`, of this file, from now on; what was known of another is forgotten, but for what was chosen. */
  follow(run: object, file: string): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#file = file;
    this.forgetAll();
    this.set({ deletion: undefined, means: undefined, pace: {}, doing: {}, problems: {} });
  }

  /** Chooses how many genes a part takes. */
  choose(part: SetPart, sample: number | undefined): void {
    this.set({ sample: { ...this.state.sample, [part]: sample } });
  }

  /** Chooses of what the means are. */
  by(method: MeanMethod): void {
    this.set({ method });
  }

  /** Tests genes. */
  async test(): Promise<void> {
    const deletion = await this.#paced("deletion", "deletion", (options) =>
      this.calls.deletion({ sample: this.state.sample.deletion, seed: SEED }, options),
    );
    if (deletion) this.set({ deletion });
  }

  /** Explains genes, on average. */
  async explain(): Promise<void> {
    const { method } = this.state;
    const means = await this.#paced("means", method, (options) =>
      this.calls.means({ method, sample: this.state.sample.means, seed: SEED }, options),
    );
    if (means) this.set({ means });
  }

  /** Works on a part, and measures how long a gene takes. */
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

/** Parts that work, fail and are cancelled on their own. */
export type CheckPart = "classes" | "reading" | "heldOut";

/** State of the checks at one moment. Never changed in place. */
export interface ChecksState extends Activities<CheckPart> {
  readonly settings: ClassSettings;
  readonly maps?: AnyClassMaps | undefined;
  readonly second?: HeldOutTable | undefined;
  readonly heldOut?: HeldOutAnalysis | undefined;
}

/** As DeepChrome published it. */
export const PUBLISHED: ClassSettings = { lambda: 0.009, steps: 1000, seed: 1 };

/** Nothing of a run yet. */
const UNCHECKED = { maps: undefined, second: undefined, heldOut: undefined, doing: {}, problems: {} } as const;

/** Finds the inputs of both classes, and holds explanations against tracks. */
export class Checks extends AsyncState<CheckPart, ChecksState> {
  #run: object | undefined;
  #file = "";

  constructor(private readonly worker: Caller<Pick<ExplainCalls, "optimiseClasses" | "readHeldOut" | "holdOut">>) {
    super({ ...UNCHECKED, settings: PUBLISHED });
  }

  /** Checks `run`, of this file, from now on; what was known of another is forgotten, but for the settings. */
  follow(run: object, file: string): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#file = file;
    this.forgetAll();
    this.set(UNCHECKED);
  }

  /** Changes how class optimisation goes. */
  adjust(settings: ClassSettings): void {
    this.set({ settings });
  }

  /** Looks for the purest inputs of both classes. */
  async optimise(): Promise<void> {
    const maps = await this.do("classes", "both classes", (options) =>
      this.worker.call("optimiseClasses", this.state.settings, options),
    );
    if (maps) this.set({ maps, heldOut: undefined });
  }

  /** Reads a second table with tracks that the model does not see; of a change for a cell type. */
  async readSecond(file: File): Promise<void> {
    const table = { blob: file, file: file.name };
    const second = await this.do("reading", file.name, (options) =>
      this.worker.call("readHeldOut", { table }, options),
    );
    if (second) this.set({ second, heldOut: undefined });
  }

  /** Holds a track against every explanation of one mark. */
  async holdOut(request: HeldOutRequest): Promise<void> {
    const heldOut = await this.do("heldOut", this.#file, (options) => this.worker.call("holdOut", request, options));
    if (heldOut) this.set({ heldOut });
  }
}
