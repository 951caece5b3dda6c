/**
 * Runs a model of tracks on the selected record: button, reason why it is disabled, progress, cancel, and errors.
 */

import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { placeInWords } from "../places/places";
import { windowCount } from "../words";
import type { SequenceSession } from "../session";
import type { Page } from "../../../session/page";
import { type State, waitsForDevice, whyNotYet } from "../../../session/state";
import { deviceInWords, counted } from "../../../ui/words";
import { Subscription } from "../../../ui/subscription";
import { play } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { runStyles } from "../../shared/run/device";
import { controls } from "../../../ui/styles/shared";

/** The bar under the two steps. */
@customElement("regulens-sequence-run")
export class SequenceRun extends LitElement {
  @property({ attribute: false }) session!: Page;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) sequences: SequenceSession | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly scoring = new Subscription(this, () => this.sequences?.scored);

  static override styles = [controls, runStyles];

  override render() {
    const { sequences, state, session } = this;
    if (!sequences) return nothing;
    const { doing, problems } = sequences.state;
    const { score } = sequences.scored.state.doing;
    return html`<section class="panel" aria-label="Run">
      ${
        doing.run
          ? progressOf(doing.run, () => sequences.cancel("run"))
          : score
            ? progressOf(score, () => sequences.scored.cancel("score"))
            : this.#idle(sequences)
      }
      ${
        state.doing.device && waitsForDevice(state) && !doing.run
          ? html`<regulens-progress .activity=${state.doing.device}></regulens-progress>`
          : nothing
      }
      ${errorNotice("The device could not be prepared", state.problems.device, () => session.dismiss("device"))}
      ${errorNotice("The run could not be finished", problems.run, () => sequences.dismiss("run"))}
    </section>`;
  }

  /** Number of variants that the open model has not started to score; undefined if there are none. */
  #toScore({ state, scored }: SequenceSession): number | undefined {
    return state.variants && state.sequences && !scored.isCurrent ? state.variants.rows.length : undefined;
  }

  #idle(sequences: SequenceSession) {
    const { model, device } = this.state;
    const { sequences: read, index, run, place } = sequences.state;
    const record = read?.records[index];
    const region = read?.isSliced && place ? placeInWords(read, place) : undefined;
    const why = whyNotYet(this.state) ?? sequences.whyNot;
    const done = sequences.isCurrent;
    const windows = record && model?.shape ? counted(windowCount(record.length, model.shape), "window") : "";
    const what = region === undefined ? windows : `The windows around ${region}`;
    const before =
      run && !done ? `The results below are for ${run.model.card.name || run.model.file} on ${run.record.name}. ` : "";
    const toScore = this.#toScore(sequences);
    return html`<div class="row">
      ${
        toScore === undefined
          ? nothing
          : html`<button
              class="primary"
              ?disabled=${whyNotYet(this.state) !== undefined}
              @click=${() => void sequences.scored.score()}
            >
              ${play} Score ${counted(toScore, "variant")}
            </button>`
      }
      <button
        class=${toScore === undefined ? "primary" : ""}
        ?disabled=${why !== undefined || done}
        aria-describedby="why"
        @click=${() => void sequences.run()}
      >
        ${play}
        ${run && !done ? "Run again" : "Run"}${
          record && !read?.isSliced ? ` on ${record.name}` : region === undefined ? "" : ` on ${region}`
        }
      </button>
      <p class="why small muted" id="why">
        ${
          why ??
          (done
            ? `The results below are for this model and this ${region === undefined ? "record" : "region"}.`
            : waitsForDevice(this.state)
              ? "The run will begin when the device is ready."
              : html`${before}${what}${device ? html` on ${deviceInWords(device)}. ${device.reason}` : "."}`)
        }
      </p>
    </div>`;
  }
}
