/**
 * State of the page's checks of a model's classes and of tracks that it does not see, for either task of tables, and
 * the requests that update it.
 */

import type { WorkOptions } from "../../../../pkg/src/index";
import type { PlainError } from "../../rpc/errors";
import type { TableRequest } from "../../session/opened";
import { type Activity, Working } from "../../session/working";
import type { AnyClassMaps, ClassSettings, HeldOutAnalysis, HeldOutRequest, HeldOutTable } from "../result";

/** Parts that work, fail and are cancelled on their own. */
export type CheckPart = "classes" | "reading" | "heldOut";

/** State of the checks at one moment. Never changed in place. */
export interface ChecksState<More extends string = never> {
  readonly settings: ClassSettings;
  readonly maps?: AnyClassMaps | undefined;
  readonly second?: HeldOutTable | undefined;
  readonly heldOut?: HeldOutAnalysis | undefined;
  readonly doing: { readonly [Where in CheckPart | More]?: Activity | undefined };
  readonly problems: { readonly [Where in CheckPart | More]?: PlainError | undefined };
}

/** Computations behind the checks of the finished run. */
export interface CheckCalls {
  /** The purest inputs of both classes. */
  optimise(settings: ClassSettings, options: WorkOptions): Promise<AnyClassMaps>;
  /** Reads a second table with tracks that the model does not see; of a change for a cell type. */
  readSecond(table: TableRequest, options: WorkOptions): Promise<HeldOutTable>;
  holdOut(request: HeldOutRequest, options: WorkOptions): Promise<HeldOutAnalysis>;
}

/** As DeepChrome published it. */
export const PUBLISHED: ClassSettings = { lambda: 0.009, steps: 1000, seed: 1 };

/** Nothing of a run yet. */
export const UNCHECKED = { maps: undefined, second: undefined, heldOut: undefined, doing: {}, problems: {} } as const;

/** Finds the inputs of both classes, and holds explanations against tracks. */
export abstract class Checks<More extends string, State extends ChecksState<More>> extends Working<
  CheckPart | More,
  CheckPart | More,
  State
> {
  constructor(
    private readonly calls: CheckCalls,
    initial: State,
  ) {
    super(initial);
  }

  /** File of the finished run. */
  protected abstract get file(): string;

  /** Changes how class optimisation goes. */
  adjust(settings: ClassSettings): void {
    this.know({ settings });
  }

  /** Looks for the purest inputs of both classes. */
  async optimise(): Promise<void> {
    const maps = await this.do("classes", "both classes", (options) =>
      this.calls.optimise(this.state.settings, options),
    );
    if (maps) this.know({ maps, heldOut: undefined });
  }

  /** Reads a second table with held-out tracks. */
  async readSecond(file: File): Promise<void> {
    const second = await this.do("reading", file.name, (options) =>
      this.calls.readSecond({ blob: file, file: file.name }, options),
    );
    if (second) this.know({ second, heldOut: undefined });
  }

  /** Holds a track against every explanation of one mark. */
  async holdOut(request: HeldOutRequest): Promise<void> {
    const heldOut = await this.do("heldOut", this.file, (options) => this.calls.holdOut(request, options));
    if (heldOut) this.know({ heldOut });
  }

  /** Changes what is known of what every task has. */
  protected know(known: Partial<ChecksState>): void {
    this.set(known as Partial<State>);
  }

  protected override placeOf(part: CheckPart | More): CheckPart | More {
    return part;
  }

  protected override doing(part: CheckPart | More, activity: Activity | undefined): Partial<State> {
    return { doing: { ...this.state.doing, [part]: activity } } as Partial<State>;
  }

  protected override problem(part: CheckPart | More, problem: PlainError | undefined): Partial<State> {
    return { problems: { ...this.state.problems, [part]: problem } } as Partial<State>;
  }
}

/** The checks of a task that explains its genes elsewhere. */
export class SetChecks extends Checks<never, ChecksState> {
  #run: object | undefined;
  protected override file = "";

  constructor(calls: CheckCalls) {
    super(calls, { ...UNCHECKED, settings: PUBLISHED });
  }

  /** Checks `run`, of this file, from now on; what was known of another is forgotten, but for the settings. */
  follow(run: object, file: string): void {
    if (this.#run === run) return;
    this.#run = run;
    this.file = file;
    this.forgetAll();
    this.set(UNCHECKED);
  }
}

/** The checks of either task, as panels need them. */
export type AnyChecks = Pick<
  SetChecks,
  "state" | "subscribe" | "adjust" | "optimise" | "readSecond" | "holdOut" | "cancel" | "dismiss"
>;
