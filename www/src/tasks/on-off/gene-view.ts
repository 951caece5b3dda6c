/** One gene: its signal with the attention on the same axis, and how its marks were weighed. */

import { html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../export";
import type { FinishedRun, GeneDetail } from "./result";
import type { PredictGeneCalls } from "../../explain/predict-gene";
import type { Caller } from "../../rpc/rpc";
import { commonTracksScale, markDrawing, tracksDrawing } from "./drawings";
import { type Drawing } from "../../ui/drawing";
import "../../ui/figure";
import type { Explanations } from "../../explain/explanations";
import type { WhatIf } from "../../explain/perturb";
import type { Activity } from "../../session/working";
import type { Perturbation } from "../shared/table-task";
import { geneStyles } from "../shared/gene-styles";
import { shared } from "../../ui/shared";

/** One gene. */
@customElement("regulens-gene")
export class GeneView extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene: GeneDetail | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  /** Other explanations than attention; without them attention alone is shown. */
  @property({ attribute: false }) explanations: Explanations | undefined;
  @property({ attribute: false }) worker!: Caller<PredictGeneCalls>;
  @property({ attribute: false }) perturbation: Perturbation | undefined;
  /** Whether the signal of all genes can be changed alike, and where it is being changed. */
  @property({ type: Boolean }) everywhere = false;
  @property({ attribute: false }) applying: Activity | undefined;
  /** What the signal was changed to, and what is predicted then. */
  @internal() private what: WhatIf | undefined;
  /** The bins that are chosen. */
  @internal() private brush: readonly [number, number] | undefined;
  #tracks: Drawing | undefined;
  #marks: Drawing | undefined;

  static override styles = [shared, geneStyles];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = changed.has("gene") || changed.has("run");
    if (isAnother) this.what = this.brush = undefined;
    if (!isAnother && !changed.has("what")) return;
    const { gene, run, what } = this;
    // What the signal is changed to is drawn on the scales of what it was.
    const seen = gene && what ? { index: gene.index, signal: what.values, alpha: what.prediction.alpha } : gene;
    const drawn = what && { probability: what.prediction.probability ?? Number.NaN, beta: what.prediction.beta };
    this.#tracks = gene && seen && tracksDrawing(run, seen, what && commonTracksScale([run, run], [gene, seen]), drawn);
    this.#marks = gene && markDrawing(run, gene.index, drawn);
  }

  override render() {
    const name = this.gene && this.run.table.genes[this.gene.index];
    const file = this.run.table.file;
    if (!this.#tracks)
      return html`<section class="panel empty" aria-label="Gene">
        <p class="muted">Choose a gene in the table.</p>
      </section>`;
    const tracks = html`<regulens-figure
      part="figure"
      label="signal and attention of ${name}"
      table=${file}
      brushable
      .brush=${this.brush}
      .drawing=${this.#tracks}
      .provenance=${this.provenance}
      @brush=${(event: CustomEvent<readonly [number, number]>) => (this.brush = event.detail)}
    ></regulens-figure>`;
    return html`<section class="panel" role="group" aria-label="Gene ${name}">
      <h3 class="visually-hidden">${name}</h3>
      ${
        this.explanations
          ? html`<regulens-explained
              .run=${this.run}
              .gene=${this.gene}
              .explanations=${this.explanations}
              .provenance=${this.provenance}
              .worker=${this.worker}
              >${tracks}</regulens-explained
            >`
          : tracks
      }
      <regulens-perturb
        .worker=${this.worker}
        .sha256=${this.run.model.sha256}
        .gene=${name}
        .measured=${this.gene?.signal}
        .marks=${this.run.marks}
        .brush=${this.brush}
        .kept=${this.perturbation}
        .applying=${this.applying}
        .genes=${this.everywhere ? this.run.probability.length : 1}
        .predicted=${this.run.probability[this.gene?.index ?? 0]}
        @what-if=${(event: CustomEvent<WhatIf | undefined>) => (this.what = event.detail)}
        @brush=${(event: CustomEvent<readonly [number, number] | undefined>) => (this.brush = event.detail)}
      ></regulens-perturb>
      ${
        this.#marks
          ? html`<regulens-figure
              part="figure"
              label="attention to the marks of ${name}"
              table=${file}
              .drawing=${this.#marks}
              .provenance=${this.provenance}
            ></regulens-figure>`
          : nothing
      }
    </section>`;
  }
}
