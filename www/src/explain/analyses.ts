/**
 * Analyses of the predictions of a whole set: deletion tests, mean explanations, class optimisation, and comparison
 * with a held-out track.
 */

import { pairStyles } from "./set/panel";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Provenance } from "../export";
import type { Planted } from "./result";
import type { Checks, SetExplanations } from "./set/explanations";
import "./set/classes";
import "./set/held-out";
import type { ExplainedSet } from "./set/set";
import "./set/means";
import "./set/test";
import { Subscription } from "../ui/subscription";
import { controls } from "../ui/styles/shared";

/** Analyses of the set. The default slot holds further notes on the deletion test. */
@customElement("regulens-analyses")
export class Analyses extends LitElement {
  @property({ attribute: false }) of!: ExplainedSet;
  @property({ attribute: false }) checks!: Checks;
  @property({ attribute: false }) set!: SetExplanations;
  /** Summary of the planted truth for the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  /** True if no file can be opened. */
  @property({ type: Boolean }) fixed = false;
  @property({ attribute: false }) provenance!: Provenance;

  protected readonly subscription = new Subscription(this, () => this.checks);

  static override styles = [
    controls,
    pairStyles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
      }

      .intro {
        max-width: var(--measure);
      }
    `,
  ];

  override render() {
    const { checks, set, of, provenance } = this;
    return html`<section aria-labelledby="title">
      <h3 id="title">Do the explanations matter?</h3>
      <p class="intro small muted">
        An explanation says that a prediction depends on the bins it points at. Here that is put to the test. All of it
        is computed on the CPU, also where predictions ran on WebGPU.
        ${of.part ? `The genes here are a part of a run, ${of.part}: what is found holds of them.` : nothing}
      </p>
      <div class="two">
        <regulens-set-test
          .set=${set}
          .of=${of}
          .planted=${this.planted}
          ?fixed=${this.fixed}
          .provenance=${provenance}
        >
          <slot></slot> ${checks.state.maps ? nothing : "Class optimisation takes part once its inputs are found."}
        </regulens-set-test>
        <regulens-classes .checks=${checks} .of=${of} .provenance=${provenance}></regulens-classes>
      </div>
      <regulens-set-means .set=${set} .of=${of} .provenance=${provenance}></regulens-set-means>
      <regulens-held-out .checks=${checks} .of=${of} .provenance=${provenance}></regulens-held-out>
    </section>`;
  }
}
