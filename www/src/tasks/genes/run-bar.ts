/** Runs the model on its tables: the button, why it cannot be pressed, progress, cancel, what went wrong. */

import { deviceInWords } from "../../ui/words";
import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { waitsForDevice } from "../../session/state";
import { play } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import "../../ui/progress";
import { runStyles } from "../shared/run/device";
import type { PlainError } from "../../rpc/errors";
import type { Activity } from "../../rpc/async-state";
import type { Page } from "../../session/page";
import { controls } from "../../ui/styles/shared";

/** State and actions of the bar that runs a model on tables. */
export interface Runnable {
  readonly page: Page;
  readonly running: Activity | undefined;
  readonly problem: PlainError | undefined;
  readonly whyNot: string | undefined;
  readonly isCurrent: boolean;
  /** True if there are results, and tables on which they could be renewed. */
  readonly hasResults: boolean;
  /** Data for the run: " on 100 genes". */
  readonly on: string;
  /** "this table" */
  readonly these: string;
  /** Model and tables of the results, where they are not those chosen now. */
  readonly before: string;
  readonly run: () => void;
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

/** The bar under the two steps. */
@customElement("regulens-run-bar")
export class RunBar extends LitElement {
  @property({ attribute: false }) runnable!: Runnable;

  static override styles = [controls, runStyles];

  override render() {
    const { page, running, problem, cancel, dismiss } = this.runnable;
    const { state } = page;
    return html`<section class="panel" aria-label="Run">
      ${
        running
          ? html`<regulens-progress .activity=${running} cancellable @cancel=${cancel}></regulens-progress>`
          : this.#idle()
      }
      ${
        state.doing.device && waitsForDevice(state) && !running
          ? html`<regulens-progress .activity=${state.doing.device}></regulens-progress>`
          : nothing
      }
      ${errorNotice("The run could not be finished", problem, dismiss)}
      ${errorNotice("The run could not be finished", state.problems.device, () => page.dismiss("device"))}
    </section>`;
  }

  #idle() {
    const { page, whyNot: why, isCurrent: done, hasResults, on, these, before, run } = this.runnable;
    const { device } = page.state;
    return html`<div class="row">
      <button class="primary" ?disabled=${why !== undefined || done} aria-describedby="why" @click=${run}>
        ${play} ${hasResults && !done ? "Run again" : "Run"}${on}
      </button>
      <p class="why small muted" id="why">
        ${
          why ??
          (done
            ? `The results below are for this model, ${these} and these choices.`
            : hasResults
              ? html`The results below are for ${before}. Run again to update them.`
              : waitsForDevice(page.state)
                ? "The run will begin when the device is ready."
                : device
                  ? html`Will run on ${deviceInWords(device)}. ${device.reason}`
                  : nothing)
        }
      </p>
    </div>`;
  }
}
