/**
 * State of the page's checks of a model's classes and of tracks that it does not see, for either task of tables, and
 * the requests that update it.
 */

import type { Caller } from "../../rpc/rpc";
import { type Activities, Working } from "../../session/working";
import type { ExplainCalls } from "../calls";
import type { AnyClassMaps, ClassSettings, HeldOutAnalysis, HeldOutRequest, HeldOutTable } from "../result";

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
export class Checks extends Working<CheckPart, ChecksState> {
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
