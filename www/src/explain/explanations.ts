/** State of the page's explanations of the finished run, and the requests that update it. */

import { contrastOf, type Explanation } from "../../../pkg/src/index";
import { type Compared, otherGene } from "./contrasts";
import type { ExplainedRun, GeneExplanation } from "./result";
import { firstOf } from "../tasks/shared/explanation-choice";
import type { Caller } from "../rpc/rpc";
import type { ExplainCalls } from "./calls";
import { type Activities, AsyncState } from "../rpc/async-state";
import type { Checks } from "./set/explanations";

/** Explanations that can be shown along a gene. */
export const SHOWN = [
  "alpha",
  "integrated-gradients",
  "saliency",
  "class-optimisation",
] as const satisfies readonly Explanation[];

export type Shown = (typeof SHOWN)[number];

/** State of the explanations at one moment. Never changed in place. */
export interface ExplanationState extends Activities<"gene"> {
  /** Explanation shown along a gene. */
  readonly shown: Shown;
  /** Contrast or gene that genes are compared with where their scores are shared out. */
  readonly baseline: Compared;
  readonly gene?: GeneExplanation | undefined;
}

/** Explanation that a run shows first: the winner of the deletion test, by its card, or the first there is. */
function firstShown({ rows, model }: ExplainedRun): Shown {
  return rows.length > 0
    ? firstOf(model.card, ["alpha", "integrated-gradients", "saliency"])
    : firstOf(model.card, ["integrated-gradients", "saliency"]);
}

const INITIAL: ExplanationState = { shown: "alpha", baseline: "zero", doing: {}, problems: {} };

/** Explains the genes of the finished run. */
export class Explanations extends AsyncState<"gene", ExplanationState> {
  #run: ExplainedRun | undefined;
  /** Explanation that was asked for: by the reader, a link or a workspace. */
  #chosen: Shown | undefined;
  /** The gene that was asked for last. */
  #index: number | undefined;

  /** @param checks Finds the inputs of both classes: with them the tests that were made before are made again. */
  constructor(
    private readonly worker: Caller<Pick<ExplainCalls, "explainGene">>,
    readonly checks: Checks,
  ) {
    super(INITIAL);
    let before = checks.state.maps;
    checks.subscribe(({ maps }) => {
      if (maps && maps !== before) this.#testAgain();
      before = maps;
    });
  }

  /** Explains `run` from now on; what was known of another is forgotten, but for what was chosen. */
  follow(run: ExplainedRun): void {
    if (this.#run === run) return;
    this.#run = run;
    this.#index = undefined;
    this.forgetAll();
    this.checks.follow(run, run.tables[0].file);
    this.set({ ...INITIAL, shown: this.#shown, baseline: contrastOf(run.model.card), gene: undefined });
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
  async explainAgain(run: ExplainedRun): Promise<void> {
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

  #testAgain(): void {
    const { gene } = this.state;
    this.set({ gene: undefined });
    if (gene) void this.explain(gene.index);
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
