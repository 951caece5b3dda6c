/** Two models on the displayed record: one track of each overlaid, and their difference. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { OpenedModel } from "../../../session/opened";
import { modelName } from "../../../session/state";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls, stacked } from "../../../ui/styles/shared";
import "../../shared/compare/menu";
import { trackOf, type TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import type { OtherRun } from "./aligned";
import type { TrackComparing, TrackPair } from "./comparing";
import { comparedDrawing, provenanceOf, unitsDiffer } from "./drawing";

/** Content of the tab that compares two models on a record. */
@customElement("regulens-compare-tracks")
export class CompareTracks extends LitElement {
  @property({ attribute: false }) comparing!: TrackComparing;
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.comparing);
  protected readonly alongRecord = new Subscription(this, () => this.sequences);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);
  #drawing: Drawing | undefined;
  #drawn: readonly unknown[] = [];

  static override styles = [
    controls,
    sequenceStyles,
    stacked,
    css`
      label {
        min-width: 0;
      }

      select {
        max-width: 100%;
      }
    `,
  ];

  override willUpdate(): void {
    const { shown } = this.comparing;
    const { view } = this.sequences.state;
    const genes = shown && this.sequences.genes.under(shown.run);
    const drawn = [shown?.run, shown?.other, shown?.pair, view, genes?.genes];
    if (drawn.every((each, i) => each === this.#drawn[i])) return;
    this.#drawn = drawn;
    this.#drawing = shown && comparedDrawing(shown.run, shown.other, shown.pair, view, genes);
  }

  override render() {
    const { comparing, run } = this;
    const { doing, problems } = comparing.state;
    const about = `Runs another model on ${run.record.name}, and lays its tracks over these.`;
    return html`<div class="row">
        ${
          doing.run
            ? nothing
            : html`<regulens-compare-menu .comparing=${comparing} .run=${run} about=${about}></regulens-compare-menu>`
        }
        ${
          comparing.shown
            ? html`<button class="quiet small" @click=${() => void comparing.clear()}>Take it away</button>`
            : nothing
        }
      </div>
      ${progressOf(doing.run, () => comparing.stop())}
      ${errorNotice("The models could not be compared", problems.run, () => comparing.dismiss("run"))}
      ${this.#comparison()}`;
  }

  #comparison() {
    const { comparing } = this;
    const { shown } = comparing;
    if (!shown)
      return html`<p class="small muted">
        Choose another model: its prediction of this record lies over the one that is shown, with their difference under
        it.
      </p>`;
    const { run, other, pair } = shown;
    const { track, against } = pair;
    return html`<div class="row">
        ${this.#tracks("A", run.model, run.peaks.length, track, (chosen) => void comparing.choose(chosen, against))}
        ${this.#tracks("B", other.model, other.peaks.length, against, (chosen) => void comparing.choose(track, chosen))}
      </div>
      ${
        this.#drawing
          ? html`<regulens-figure
              label="tracks of two models along ${run.record.name}"
              table=${run.file}
              .drawing=${this.#drawing}
              .provenance=${provenanceOf(run, other)}
            ></regulens-figure>`
          : nothing
      }
      ${this.#units(run, other, pair)}
      <p class="small muted">
        ${unitsDiffer(run, other, pair) ? "Each on its own scale" : "Both on one scale"}, in the bins that are in view.
        What differs is what the models predict: neither is measured.
      </p>`;
  }

  /** Notes that the tracks are of different kinds, if their units differ. */
  #units(run: TrackRun, other: OtherRun, pair: TrackPair) {
    if (!unitsDiffer(run, other, pair)) return nothing;
    const units = [trackOf(run.model.card, pair.track).unit, trackOf(other.model.card, pair.against).unit];
    const [a, b] = units.map((unit) => unit || "not said");
    return html`<regulens-notice tone="warning" heading="The tracks are in different units"
      ><p>
        A: ${a}. B: ${b}. Each has its own scale, and there is no difference to draw: compare where they rise.
      </p></regulens-notice
    >`;
  }

  #tracks(letter: string, model: OpenedModel, count: number, chosen: number, choose: (track: number) => void) {
    return html`<label class="small"
      >${letter}, ${modelName(model)}
      <select @change=${(event: Event) => choose(Number((event.target as HTMLSelectElement).value))}>
        ${Array.from(
          { length: count },
          (_, track) =>
            html`<option value=${track} ?selected=${track === chosen}>${trackOf(model.card, track).name}</option>`,
        )}
      </select></label
    >`;
  }
}
