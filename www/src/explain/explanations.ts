/** What the page knows of explanations of the finished run, and how it gets them. */

import type { Explanation } from "../../../pkg/src/index";
import type {
  ClassMaps,
  ClassSettings,
  GeneExplanation,
  HeldOutAnalysis,
  HeldOutRequest,
  HeldOutTable,
} from "./result";
import type { FinishedRun } from "../tasks/on-off/result";
import { firstOf } from "../tasks/shared/explanation-choice";
import type { Caller } from "../rpc/rpc";
import type { ExplainCalls } from "./calls";
import { type Activity, Working } from "../session/working";
import type { PlainError } from "../rpc/errors";

/** Parts that work, fail and are cancelled on their own. */
export type Part = "gene" | "classes" | "reading" | "heldOut";

/** What is shown along a gene. */
export const SHOWN = [
  "alpha",
  "integrated-gradients",
  "saliency",
  "class-optimisation",
] as const satisfies readonly Explanation[];

export type Shown = (typeof SHOWN)[number];

/** What the page knows at one moment. Never changed in place. */
export interface ExplanationState {
  /** What is shown along a gene. */
  readonly shown: Shown;
  readonly gene?: GeneExplanation | undefined;
  readonly settings: ClassSettings;
  readonly maps?: ClassMaps | undefined;
  readonly second?: HeldOutTable | undefined;
  readonly heldOut?: HeldOutAnalysis | undefined;
  readonly doing: { readonly [Where in Part]?: Activity };
  readonly problems: { readonly [Where in Part]?: PlainError };
}

/** As DeepChrome published it. */
export const PUBLISHED: ClassSettings = { lambda: 0.009, steps: 1000, seed: 1 };

/** What of a run is shown first: what won the deletion test, by its card, or what there is. */
function firstShown({ rows, model }: FinishedRun): Shown {
  return rows.length > 0
    ? firstOf(model.card, ["alpha", "integrated-gradients", "saliency"])
    : firstOf(model.card, ["integrated-gradients", "saliency"]);
}

const INITIAL: ExplanationState = { shown: "alpha", settings: PUBLISHED, doing: {}, problems: {} };

/** Explains the finished run. */
export class Explanations extends Working<Part, Part, ExplanationState> {
  #run: FinishedRun | undefined;
  /** What was asked for: by the reader, a link or a workspace. */
  #chosen: Shown | undefined;

  constructor(private readonly worker: Caller<ExplainCalls>) {
    super(INITIAL);
  }

  /** Explains `run` from now on; what was known of another is forgotten, but for what was chosen. */
  follow(run: FinishedRun): void {
    if (this.#run === run) return;
    this.#run = run;
    this.forgetAll();
    const { settings } = this.state;
    this.set({
      ...INITIAL,
      shown: this.#shown,
      settings,
      gene: undefined,
      maps: undefined,
      second: undefined,
      heldOut: undefined,
    });
  }

  /** Shows another explanation along the genes. */
  show(shown: Shown): void {
    this.#chosen = shown;
    this.set({ shown: this.#shown });
  }

  /** Explains a gene, unless that is done or going on. */
  async explain(index: number): Promise<void> {
    if (this.state.gene?.index === index || this.state.doing.gene?.name === this.#geneName(index)) return;
    this.set({ gene: undefined });
    const gene = await this.do("gene", this.#geneName(index), (options) =>
      this.worker.call("explainGene", { index }, options),
    );
    if (gene) this.set({ gene });
  }

  /** Changes how class optimisation goes. */
  adjust(settings: ClassSettings): void {
    this.set({ settings });
  }

  /** Looks for the inputs that the model is most sure of. */
  async optimise(): Promise<void> {
    const { settings, gene } = this.state;
    const maps = await this.do("classes", "both classes", (options) =>
      this.worker.call("optimiseClasses", settings, options),
    );
    if (!maps) return;
    // Tests that were made without the maps are made again with them where that is quick.
    this.set({ maps, gene: undefined, heldOut: undefined });
    if (gene) await this.explain(gene.index);
  }

  /** Reads a second table with held-out tracks. */
  async readSecond(file: File): Promise<void> {
    const second = await this.do("reading", file.name, (options) =>
      this.worker.call("readHeldOut", { table: { blob: file, file: file.name } }, options),
    );
    if (second) this.set({ second, heldOut: undefined });
  }

  /** Holds a track against every explanation of one mark. */
  async holdOut(request: HeldOutRequest): Promise<void> {
    const heldOut = await this.do("heldOut", this.#run?.table.file ?? "", (options) =>
      this.worker.call("holdOut", request, options),
    );
    if (heldOut) this.set({ heldOut });
  }

  /** What was asked for, where the run has it, or what it shows first. */
  get #shown(): Shown {
    const [run, chosen] = [this.#run, this.#chosen];
    if (chosen !== undefined && (chosen !== "alpha" || !run || run.rows.length > 0)) return chosen;
    return run ? firstShown(run) : INITIAL.shown;
  }

  #geneName(index: number): string {
    return this.#run?.table.genes[index] ?? "";
  }

  protected override placeOf(part: Part): Part {
    return part;
  }

  protected override doing(part: Part, activity: Activity | undefined): Partial<ExplanationState> {
    return { doing: { ...this.state.doing, [part]: activity } };
  }

  protected override problem(part: Part, problem: PlainError | undefined): Partial<ExplanationState> {
    return { problems: { ...this.state.problems, [part]: problem } };
  }
}
