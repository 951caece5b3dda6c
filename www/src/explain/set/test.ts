/** The deletion test over a set: removes bins, and records the predictions. */

import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount } from "../../plots";
import type { Explanation } from "../../plots/explaining";
import { deletionSentence } from "../deletion-words";
import { takeFiles } from "../../tasks/shared/take-files";
import { verdictStyles } from "../../tasks/shared/verdict-styles";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { file as fileIcon } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { counted } from "../../ui/words";
import { deletionDrawing, setDeletion } from "../drawings";
import { expectation } from "./means-words";
import "../planted";
import type { Planted, SetDeletion } from "../result";
import { countOf, ExplanationPanel, genesChoice, panelStyles } from "./panel";

/** Explanations mentioned in the sentence: attention, if there is any, and gradient methods. */
const SAID = ["alpha", "integrated-gradients", "saliency"] as const satisfies readonly Explanation[];

/** The deletion test over genes of a set. The default slot holds further notes. */
@customElement("regulens-set-test")
export class SetTest extends ExplanationPanel {
  /** Summary of the planted truth for the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  /** True if no file can be opened. */
  @property({ type: Boolean }) fixed = false;
  #isSeen = false;
  /** A large margin below the view, also in the scrolling pane, since a test of a gene is above. */
  readonly #look = new IntersectionObserver(
    (entries) => {
      const isSeen = entries.at(-1)?.isIntersecting ?? false;
      if (isSeen && !this.#isSeen) this.#wants();
      this.#isSeen = isSeen;
    },
    { rootMargin: "4000px", scrollMargin: "4000px" },
  );
  #drawn: { readonly by: SetDeletion; readonly drawing: Drawing } | undefined;

  static override styles = [controls, verdictStyles, panelStyles];

  override render() {
    const { set, of } = this;
    const { doing, problems, deletion } = set.state;
    const isOfClass = of.predicted === undefined;
    return html`<div class="panel" role="group" aria-labelledby="title">
      <h4 id="title">Deletion test over genes</h4>
      <p class="small muted">
        Bins are removed in the order of each explanation, of the signal’s own size, and at random. The faster
        ${isOfClass ? "the predicted class loses its probability" : `${of.predicted} goes back to 0`}, the more the
        prediction depends on what the explanation puts first. <slot></slot>
      </p>
      <div class="choices">
        ${genesChoice(set, "deletion", of, { name: "Genes", verb: "Test", begin: () => void set.test() })}
      </div>
      ${
        doing.deletion
          ? nothing
          : html`<p class="small muted">${expectation(set.state, "deletion", countOf(set, "deletion", of))}</p>`
      }
      ${progressOf(doing.deletion, () => set.cancel("deletion"))}
      ${errorNotice("The deletion test failed", problems.deletion, () => set.dismiss("deletion"))}
      ${deletion ? this.#found(deletion) : nothing} ${this.#truth(deletion)}
    </div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#look.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#look.disconnect();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("of") && this.#isSeen) this.#wants();
  }

  /** Says that the truth file would be useful. */
  #wants(): void {
    if (!this.planted) this.dispatchEvent(new CustomEvent("truth-wanted", { bubbles: true, composed: true }));
  }

  /** The field for the truth file, and what to do next. */
  #truth(deletion: SetDeletion | undefined) {
    const { planted, fixed } = this;
    if (planted)
      return deletion?.chance
        ? nothing
        : html`<p class="small muted">
            ${planted.file} says what was planted in ${formatCount(planted.known)} of ${counted(planted.genes, "gene")}:
            ${deletion ? "test the genes again" : "the test will say"} how much of it each explanation finds.
          </p>`;
    if (fixed) return nothing;
    return html`<div class="truth small muted">
      For simulated genes the ground truth is known.
      <label class="button small quiet">
        ${fileIcon} Choose what was planted…
        <input type="file" @change=${this.#choose} />
      </label>
    </div>`;
  }

  #choose = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) this.dispatchEvent(new CustomEvent("truth", { detail: chosen, bubbles: true, composed: true }));
  };

  #found(found: SetDeletion) {
    const test = setDeletion(found, this.of);
    const tested = found.curves.map(({ explanation }) => explanation);
    if (this.#drawn?.by !== found) this.#drawn = { by: found, drawing: deletionDrawing(test) };
    return html`${SAID.filter((each) => tested.includes(each)).map(
        (each) => html`<p class="verdict">${deletionSentence(test, each)}</p>`,
      )}
      <regulens-figure
        label="deletion test over genes"
        table=${this.of.file}
        .drawing=${this.#drawn.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>
      <regulens-planted .test=${found} .file=${this.planted?.file ?? ""}></regulens-planted>`;
  }
}
