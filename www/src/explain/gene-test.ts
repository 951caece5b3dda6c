/** Tests whether one gene's prediction depends on its explanation: bins are removed, and the prediction followed. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Provenance } from "../export";
import { deletionSentence } from "./deletion-words";
import type { Explanations } from "./explanations";
import "./planted";
import type { GeneExplanation, Planted } from "./result";
import type { FinishedRun, GeneDetail } from "../tasks/genes/result";
import type { Drawing } from "../ui/drawing";
import { deletionDrawing, geneDeletion } from "./drawings";
import "../ui/figure";
import { Subscription } from "../ui/subscription";
import { errorNotice, withCode } from "../ui/notice";
import type { Symbols } from "../tasks/shared/genes/names";
import { controls } from "../ui/styles/shared";
import { verdictStyles } from "../tasks/shared/verdict-styles";

/** The deletion test of one gene. */
@customElement("regulens-gene-test")
export class GeneTest extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) provenance!: Provenance;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Summary of the planted truth for the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  #tested: { by: GeneExplanation; drawing: Drawing } | undefined;

  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    controls,
    verdictStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("symbols")) this.#tested = undefined;
  }

  override render() {
    const { problems } = this.explanations.state;
    return html`<section aria-label="Does it matter?">
      <h4>Does the prediction depend on it?</h4>
      ${
        problems.gene?.code === "another-model"
          ? html`<p class="small muted">${withCode(`${problems.gene.message} ${problems.gene.remedy}`)}</p>`
          : errorNotice("This gene could not be explained", problems.gene, () => this.explanations.dismiss("gene"))
      }
      ${this.#test()}
    </section>`;
  }

  #test() {
    const { shown, gene: found, problems } = this.explanations.state;
    if (found?.index !== this.gene.index)
      return problems.gene ? nothing : html`<p class="small muted" role="status">Explaining this gene…</p>`;
    const name = this.run.genes[this.gene.index];
    const test = geneDeletion(this.run, found, this.symbols);
    const tested =
      this.#tested?.by === found ? this.#tested : (this.#tested = { by: found, drawing: deletionDrawing(test, name) });
    const sentence = deletionSentence(test, shown);
    return html`
      ${
        sentence
          ? html`<p class="verdict" role="status">${sentence}</p>`
          : html`<p class="small muted">Class optimisation is tested too once its inputs are found.</p>`
      }
      <regulens-figure
        label="deletion test of ${name}"
        table=${this.run.tables[0].file}
        .drawing=${tested.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>
      <regulens-planted .test=${found.deletion} .file=${this.planted?.file ?? ""} .gene=${name}></regulens-planted>
      ${
        this.run.genesOnGpu > 0
          ? html`<p class="small faint">WebGPU predicted; explanations are computed on the CPU.</p>`
          : nothing
      }
    `;
  }
}
