/** Mean explanations of the scores of a set, over the genes of each class. */

import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import type { MeanMethod } from "../../../../pkg/src/index";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls, shared } from "../../ui/styles/shared";
import { meansDrawing } from "./means-drawing";
import { expectation, meansSentence, METHODS } from "./means-words";
import type { SetMeans } from "../result";
import { countOf, ExplanationPanel, genesChoice, panelStyles } from "./panel";

/** Means of an explanation over genes of a set. */
@customElement("regulens-set-means")
export class SetMeansPanel extends ExplanationPanel {
  #drawn: { readonly by: SetMeans; readonly drawing: Drawing } | undefined;

  static override styles = [shared, controls, panelStyles];

  override render() {
    const { set, of } = this;
    const { doing, problems, means, method } = set.state;
    const [high, low] = of.classes;
    return html`<div class="panel" role="group" aria-labelledby="title">
      <h4 id="title">What the scores rest on, on average</h4>
      <p class="small muted">
        Each gene’s ${of.score} is explained bin by bin, and added to a sum of the genes ${high.called} or of those
        ${low.called}. The mean says which way a bin of a mark counts; the mean size, whatever the sign, how much.
      </p>
      <div class="choices">
        <label
          >Method
          <select
            ?disabled=${doing.means !== undefined}
            @change=${(event: Event) => set.by((event.target as HTMLSelectElement).value as MeanMethod)}
          >
            ${of.methods.map(
              (each) => html`<option value=${each} ?selected=${each === method}>${METHODS[each]}</option>`,
            )}
          </select>
        </label>
        ${genesChoice(set, "means", of, { name: "Averaged over", verb: "Explain", begin: () => void set.explain() })}
      </div>
      ${
        doing.means
          ? nothing
          : html`<p class="small muted">${expectation(set.state, method, countOf(set, "means", of))}</p>`
      }
      ${progressOf(doing.means, () => set.cancel("means"))}
      ${errorNotice("The genes could not be explained", problems.means, () => set.dismiss("means"))}
      ${means ? this.#found(means) : nothing}
    </div>`;
  }

  #found(found: SetMeans) {
    if (this.#drawn?.by !== found) this.#drawn = { by: found, drawing: meansDrawing(this.of, found) };
    return html`<p class="said small">${meansSentence(found, this.of)}</p>
      <regulens-figure
        label="mean explanation of the genes"
        table=${this.of.file}
        .drawing=${this.#drawn.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>`;
  }
}
