/** A sentence on the marks that carry one gene's prediction: each is taken away in turn, and the model asked again. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Caller } from "../rpc/rpc";
import { shared } from "../ui/styles/shared";
import { Subscription } from "../ui/subscription";
import { besideContributions, carriedBy, type Removal } from "./carried";
import type { Explanations } from "./explanations";
import { perturbed } from "./perturbation";
import type { PredictGeneCalls } from "./predict-gene";

/** The sentence. Where the model cannot be asked, nothing stands there. */
@customElement("regulens-carried")
export class CarriedSentence extends LitElement {
  @property({ attribute: false }) worker!: Caller<PredictGeneCalls>;
  @property({ attribute: false }) sha256 = "";
  /** The gene's signal as the model saw it, [T, M]. */
  @property({ attribute: false }) measured!: Float32Array;
  @property({ attribute: false }) marks: readonly string[] = [];
  /** Stand-ins by mark: for these marks nothing was measured that could be taken away. */
  @property({ attribute: false }) standIns: Readonly<Record<string, string>> = {};
  /** The gene’s other explanations; it stands at this place in the run. */
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) index = 0;
  /** P(on) of the signal as it was measured. */
  @property({ attribute: false }) predicted = Number.NaN;
  @internal() private without: readonly Removal[] | undefined;
  /** Counts genes: what comes of one that is no longer shown is dropped. */
  #request = 0;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    shared,
    css`
      p {
        line-height: var(--leading-snug);
        min-height: 2lh;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("measured") || changed.has("sha256")) void this.#ask();
  }

  override render() {
    const { predicted, without } = this;
    if (!without) return html`<p class="small muted">Taking each mark away in turn…</p>`;
    const story = carriedBy(predicted, without);
    return story ? html`<p><strong>${story.heading}</strong> ${story.text} ${this.#beside(without)}</p>` : nothing;
  }

  #beside(without: readonly Removal[]): string {
    const { gene } = this.explanations.state;
    if (gene?.index !== this.index) return "";
    return besideContributions(this.predicted, without, gene.contributions, this.marks);
  }

  async #ask(): Promise<void> {
    const request = ++this.#request;
    const { worker, sha256, measured, marks, standIns } = this;
    this.without = undefined;
    const shape = { marks: marks.length, cells: 1 } as const;
    const bins = [1, measured.length / marks.length] as const;
    const without: Removal[] = [];
    try {
      for (const [mark, name] of marks.entries()) {
        if (Object.hasOwn(standIns, name)) continue;
        const values = perturbed(measured, shape, [{ mark, cell: undefined, bins, to: { kind: "zero" } }]);
        const { predicted: probability } = await worker.call("predictGene", { sha256, values });
        if (request !== this.#request) return;
        without.push({ mark: name, probability });
      }
      this.without = without;
    } catch {
      // The error stands below, where the gene is explained.
      if (request === this.#request) this.without = [];
    }
  }
}
