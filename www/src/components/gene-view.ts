/** One gene: its signal with the attention on the same axis, and how its marks were weighed. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Provenance } from "../export";
import type { FinishedRun, GeneDetail } from "../worker/protocol";
import { type Drawing, markDrawing, tracksDrawing } from "./drawings";
import "./figure";
import type { Explanations } from "../state/explanations";
import { shared } from "./shared";

/** One gene. */
@customElement("regulens-gene")
export class GeneView extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene: GeneDetail | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  @property({ attribute: false }) explanations!: Explanations;
  #tracks: Drawing | undefined;
  #marks: Drawing | undefined;

  static override styles = [
    shared,
    css`
      .panel {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4);
      }

      .empty {
        display: grid;
        place-content: center;
        min-height: 16rem;
        text-align: center;
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("gene") && !changed.has("run")) return;
    this.#tracks = this.gene && tracksDrawing(this.run, this.gene);
    this.#marks = this.gene && markDrawing(this.run, this.gene.index);
  }

  override render() {
    const name = this.gene && this.run.table.genes[this.gene.index];
    const file = this.run.table.file;
    if (!this.#tracks) return html`<section class="panel empty" aria-label="Gene"><p class="muted">Choose a gene in the table.</p></section>`;
    return html`<section class="panel" aria-label="Gene ${name}">
      <h3 class="visually-hidden">${name}</h3>
      <regulens-explained .run=${this.run} .gene=${this.gene} .explanations=${this.explanations} .provenance=${this.provenance}>
        <regulens-figure label="signal and attention of ${name}" table=${file} .drawing=${this.#tracks} .provenance=${this.provenance}></regulens-figure>
      </regulens-explained>
      ${this.#marks
        ? html`<regulens-figure label="attention to the marks of ${name}" table=${file} .drawing=${this.#marks} .provenance=${this.provenance}></regulens-figure>`
        : nothing}
    </section>`;
  }
}
