/** Predictions compared with measured expression of a run's genes, and the labels derived from it. */

import { html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../../../export";
import { formatCount, formatValue } from "../../../../plots";
import { type PlainError, plainOf } from "../../../../rpc/errors";
import type { Drawing } from "../../../../ui/drawing";
import "../../../../ui/figure";
import { file as fileIcon } from "../../../../ui/icons";
import { errorNotice } from "../../../../ui/notice";
import { controls, stacked } from "../../../../ui/styles/shared";
import { takeFiles } from "../../../shared/take-files";
import { measuredDrawing } from "../drawings";
import { measuredTogether, together } from "../../together";
import { type MeasuredGenes, rule } from "./measured";
import type { CurrentRun, OnOffState } from "../outcome";
import type { OnOffWork } from "../session";

/** Figures of the probabilities, if labels are known. */
const calibrationPanel = () => import("./calibration-panel");

const NOT_LOADED = "a part of the page could not be loaded. Reload the page.";

/** Measured expression for a run, or the field to open it. */
@customElement("regulens-measured")
export class MeasuredPanel extends LitElement {
  @property({ attribute: false }) work!: OnOffWork;
  @property({ attribute: false }) run!: CurrentRun;
  @property({ attribute: false }) measured: MeasuredGenes | undefined;
  @property({ attribute: false }) reliability: OnOffState["reliability"];
  /** True if no other file can be opened. */
  @property({ attribute: false }) isFixed = false;
  @property({ attribute: false }) provenance!: Provenance;
  @internal() private problem: PlainError | undefined;
  /** True if the script for the probabilities' figures failed to load. */
  @internal() private isMissing = false;
  #drawing: Drawing | undefined;

  static override styles = [controls, stacked];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // Most runs have no labels.
    if (this.reliability && "found" in this.reliability) calibrationPanel().catch(() => (this.isMissing = true));
    if (!changed.has("measured") && !changed.has("run")) return;
    if (changed.has("run")) this.problem = undefined;
    this.#drawing = this.measured && measuredDrawing(this.run, this.measured);
  }

  override render() {
    const { measured, run } = this;
    return html`${measured || !this.isFixed ? html`<h3>Predicted against measured</h3>` : nothing}
    ${measured ? this.#found(measured) : this.isFixed ? nothing : this.#prompt()}
    ${
      this.#drawing
        ? html`<regulens-figure
            label="predicted against measured"
            table=${run.tables[0].file}
            .drawing=${this.#drawing}
            .provenance=${this.provenance}
          ></regulens-figure>`
        : nothing
    }
    ${errorNotice("This expression could not be read", this.problem, () => (this.problem = undefined))}
    ${
      this.isFixed
        ? nothing
        : html`<div>
            <label class="button small">
              ${fileIcon} ${measured ? "Choose another file…" : "Choose measured expression…"}
              <input type="file" @change=${this.#choose} />
            </label>
            ${
              measured
                ? html`<button class="quiet small" @click=${this.#remove}>Remove ${measured.file}</button>`
                : nothing
            }
          </div>`
    }
    ${this.#reliability()}`;
  }

  #reliability() {
    const { reliability, measured, run } = this;
    if (!reliability) return nothing;
    const unknown = "unknown" in reliability ? reliability.unknown : this.isMissing ? NOT_LOADED : undefined;
    if ("unknown" in reliability || unknown !== undefined)
      return html`<p class="small muted">Whether the probabilities hold is not known: ${unknown}</p>`;
    return html`<regulens-calibration
      .work=${this.work}
      .run=${run}
      .reliability=${reliability.found}
      .of=${measured?.file ?? run.tables[0].file}
      .labels=${measured?.labels}
      .isFixed=${this.isFixed}
      .provenance=${this.provenance}
    ></regulens-calibration>`;
  }

  #prompt() {
    return html`<p class="small muted">
      Add measured expression, rows <code>gene,count</code>, or 1 for genes that are on and 0 for those that are off, to
      see how well it is predicted which genes are on.
    </p>`;
  }

  #found(measured: MeasuredGenes) {
    const { file, genes, on, auroc } = measuredTogether(this.run, measured);
    const { genes: of, part, isWhole } = together(this.run);
    return html`<p class="small">
      ${file} has ${formatCount(genes)} of ${formatCount(of)} genes, ${formatCount(on)} of them on:
      ${rule(measured, formatValue)}. ${part ? `The figure has ${part}.` : nothing}
      ${
        auroc === undefined
          ? isWhole
            ? "All of them are alike: there is no AUROC."
            : "Genes that were chosen do not tell the AUROC of the run."
          : html`AUROC <strong>${auroc.toFixed(3)}</strong>.`
      }
    </p>`;
  }

  #remove = (): void => this.work.forgetMeasured();

  #choose = async (event: Event): Promise<void> => {
    const [chosen] = takeFiles(event);
    if (!chosen) return;
    this.problem = undefined;
    try {
      await this.work.readMeasured({ blob: chosen, file: chosen.name });
    } catch (thrown) {
      this.problem = plainOf(thrown);
    }
  };
}
