/** State of the page's explanations of the finished run, and the requests that update it. */

import { contrastOf, type Explanation } from "../../../pkg/src/index";
import { type Compared, otherGene } from "./contrasts";
import type { GeneExplanation } from "./result";
import type { FinishedRun } from "../tasks/genes/result";
import { firstOf } from "../tasks/shared/explanation-choice";
import type { Caller } from "../rpc/rpc";
import type { ExplainCalls } from "./calls";
import { Checks, type ChecksState, PUBLISHED, UNCHECKED } from "./set/checks";

/** Explanations that can be shown along a gene. */
export const SHOWN = [
  "alpha",
  "integrated-gradients",
  "saliency",
  "class-optimisation",
] as const satisfies readonly Explanation[];

export type Shown = (typeof SHOWN)[number];

/** State of the explanations at one moment. Never changed in place. */
export interface ExplanationState extends ChecksState<"gene"> {
  /** Explanation shown along a gene. */
  readonly shown: Shown;
  /** Contrast or gene that genes are compared with where their scores are shared out. */
  readonly baseline: Compared;
  readonly gene?: GeneExplanation | undefined;
}

/** Explanation that a run shows first: the winner of the deletion test, by its card, or the first there is. */
function firstShown({ rows, model }: FinishedRun): Shown {
  return rows.length > 0
    ? firstOf(model.card, ["alpha", "integrated-gradients", "saliency"])
    : firstOf(model.card, ["integrated-gradients", "saliency"]);
}

const INITIAL: ExplanationState = {
  ...UNCHECKED,
  shown: "alpha",
  baseline: "zero",
  settings: PUBLISHED,
};

/** Explains the finished run. */
export class Explanations extends Checks<"gene", ExplanationState> {
  #run: FinishedRun | undefined;
  /** Explanation that was asked for: by the reader, a link or a workspace. */
  #chosen: Shown | undefined;
  /** The gene that was asked for last. */
  #index: number | undefined;

  constructor(private readonly worker: Caller<ExplainCalls>) {
    super(
      {
        optimise: (settings, options) => worker.call("optimiseClasses", settings, options),
        readSecond: (table, options) => worker.call("readHeldOut", { table }, options),
        holdOut: (request, options) => worker.call("holdOut", request, options),
      },
      INITIAL,
    );
  }

  protected override get file(): string {
    return this.#run?.tables[0].file ?? "";
  }

  /** Explains `run` from now on; what was known of another is forgotten, but for what was chosen. */
  follow(run: FinishedRun): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#index = undefined;
    this.forgetAll();
    this.set({ ...UNCHECKED, shown: this.#shown, baseline: contrastOf(run.model.card), gene: undefined });
  }

  /** Shows another explanation along the genes. */
  show(shown: Shown): void {
    this.#chosen = shown;
    this.set({ shown: this.#shown });
  }

  /** Explains a gene, unless that is done or going on. */
  async explain(index: number): Promise<void> {
    if (this.state.gene?.index === index || this.state.doing.gene?.name === this.#geneName(index)) return;
    await this.#explain(index);
  }

  /** Compares the gene that is explained, and those after it, with something else. */
  async compareWith(baseline: Compared): Promise<void> {
    if (baseline === this.state.baseline) return;
    this.set({ baseline });
    if (this.#index !== undefined) await this.#explain(this.#index);
  }

  /** Explains the gene of a run again: what it is held against is another. */
  async explainAgain(run: FinishedRun): Promise<void> {
    if (this.#run === run && this.#index !== undefined) await this.#explain(this.#index);
  }

  async #explain(index: number): Promise<void> {
    this.#index = index;
    // A gene that others were compared with is not compared with itself.
    const isItself = this.#run !== undefined && otherGene(this.state.baseline) === this.#run.genes[index];
    const baseline = isItself ? contrastOf(this.#run!.model.card) : this.state.baseline;
    this.set({ gene: undefined, baseline });
    const gene = await this.do("gene", this.#geneName(index), (options) =>
      this.worker.call("explainGene", { index, baseline }, options),
    );
    if (gene) this.set({ gene });
  }

  /** Tests that were made without the maps are made again with them where that is quick. */
  override async optimise(): Promise<void> {
    const { maps } = this.state;
    await super.optimise();
    const { gene } = this.state;
    if (this.state.maps === maps) return;
    this.set({ gene: undefined });
    if (gene) await this.explain(gene.index);
  }

  /** Explanation that was asked for, where the run has it, or the one it shows first. */
  get #shown(): Shown {
    const [run, chosen] = [this.#run, this.#chosen];
    if (chosen !== undefined && (chosen !== "alpha" || !run || run.rows.length > 0)) return chosen;
    return run ? firstShown(run) : INITIAL.shown;
  }

  #geneName(index: number): string {
    return this.#run?.genes[index] ?? "";
  }
}
