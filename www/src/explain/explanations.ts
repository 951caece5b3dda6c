/** State of the page's explanations of the finished run, and the requests that update it. */

import { contrastOf, type Explanation } from "../../../pkg/src/index";
import { type Compared, otherGene } from "./contrasts";
import type { ExplainedRun, GeneExplanation } from "./result";
import { firstOf } from "../tasks/shared/explanation-choice";
import type { Caller } from "../rpc/rpc";
import type { ExplainCalls } from "./calls";
import { type Activities, Working } from "../rpc/working";
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
  /** Contrast or gene that serves as the baseline of attributions. */
  readonly baseline: Compared;
  readonly gene?: GeneExplanation | undefined;
}

/** Explanation that a run shows first: the winner of the card's deletion test, or the first available. */
function firstShown({ rows, model }: ExplainedRun): Shown {
  return rows.length > 0
    ? firstOf(model.card, ["alpha", "integrated-gradients", "saliency"])
    : firstOf(model.card, ["integrated-gradients", "saliency"]);
}

const INITIAL: ExplanationState = { shown: "alpha", baseline: "zero", doing: {}, problems: {} };

/** Explains the genes of the finished run. */
export class Explanations extends Working<"gene", ExplanationState> {
  #run: ExplainedRun | undefined;
  /** Explanation chosen by the reader, a link or a workspace. */
  #chosen: Shown | undefined;
  /** The gene requested last. */
  #index: number | undefined;

  /** @param checks Class optimisation: once it is done, earlier deletion tests are repeated with its inputs. */
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

  /** Explains `run` from now on; results of another run are discarded, except for choices. */
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

  /** Explains a gene, unless that is done or in progress. */
  async explain(index: number): Promise<void> {
    if (this.state.gene?.index === index || this.state.doing.gene?.name === this.#geneName(index)) return;
    await this.#explain(index);
  }

  /** Changes the baseline for the explained gene and all later ones. */
  async compareWith(baseline: Compared): Promise<void> {
    if (baseline === this.state.baseline) return;
    this.set({ baseline });
    if (this.#index !== undefined) await this.#explain(this.#index);
  }

  /** Explains the gene of a run again, since the inputs of its test have changed. */
  async explainAgain(run: ExplainedRun): Promise<void> {
    if (this.#run === run && this.#index !== undefined) await this.#explain(this.#index);
  }

  async #explain(index: number): Promise<void> {
    this.#index = index;
    // A gene that was the baseline of others is not compared with itself.
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

  /** The chosen explanation if the run has it, otherwise the one it shows first. */
  get #shown(): Shown {
    const [run, chosen] = [this.#run, this.#chosen];
    if (chosen !== undefined && (chosen !== "alpha" || !run || run.rows.length > 0)) return chosen;
    return run ? firstShown(run) : INITIAL.shown;
  }

  #geneName(index: number): string {
    return this.#run?.genes[index] ?? "";
  }
}
