/** Runs the model on the table: the button, why it cannot be pressed, progress, cancel, what went wrong. */

import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Session } from "../../session/session";
import { isOfChange } from "../../../../pkg/src/card";
import { isCurrent, type State, waitsForDevice, whyNot } from "../../session/state";
import { counted } from "../../ui/words";
import { deviceInWords } from "../../model/device-menu";
import { play } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import "../../ui/progress";
import { runStyles } from "./run-styles";
import { controls, shared } from "../../ui/shared";

/** The bar under the two steps. */
@customElement("regulens-run-bar")
export class RunBar extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = [shared, controls, runStyles];

  override render() {
    const { running, readying, problems } = this.state;
    return html`<section class="panel" aria-label="Run">
      ${
        running
          ? html`<regulens-progress
              .activity=${running}
              cancellable
              @cancel=${() => this.session.cancel("running")}
            ></regulens-progress>`
          : this.#idle()
      }
      ${readying && waitsForDevice(this.state) && !running ? html`<regulens-progress .activity=${readying}></regulens-progress>` : nothing}
      ${errorNotice("The run could not be finished", problems.run, () => this.session.dismiss("run"))}
    </section>`;
  }

  #idle() {
    const { table, run, change, device, model } = this.state;
    const why = whyNot(this.state);
    const done = isCurrent(this.state);
    const again = (run ?? change) !== undefined && table !== undefined;
    const isPair = model !== undefined && isOfChange(model.card);
    const what = isPair
      ? why === undefined
        ? " on both tables"
        : ""
      : table
        ? ` on ${counted(table.genes.length, "gene")}`
        : "";
    return html`<div class="row">
      <button
        class="primary"
        ?disabled=${why !== undefined || done}
        aria-describedby="why"
        @click=${() => void this.session.run()}
      >
        ${play} ${again && !done ? "Run again" : "Run"}${what}
      </button>
      <p class="why small muted" id="why">
        ${
          why ??
          (done
            ? `The results below are of this model, ${isPair ? "these tables" : "this table"} and these choices.`
            : again
              ? html`The results below are of ${this.#before()}. Run again to renew them.`
              : waitsForDevice(this.state)
                ? "The run will begin when the device is ready."
                : device
                  ? html`Will run on ${deviceInWords(device)}. ${device.reason}`
                  : nothing)
        }
      </p>
    </div>`;
  }

  /** What the shown results are of, where that is not what is chosen now. */
  #before() {
    const { run, change, model, table, tableB } = this.state;
    const before = (run ?? change)?.model;
    const differs = [
      before && before.sha256 !== model?.sha256 ? `the model ${before.card.name || before.file}` : undefined,
      run && run.table !== table ? `the table ${run.table.file}` : undefined,
      change && (change.tables[0] !== table || change.tables[1] !== tableB)
        ? `the tables ${change.tables[0].file} and ${change.tables[1].file}`
        : undefined,
    ].filter((part) => part !== undefined);
    return differs.length > 0 ? differs.join(" and ") : "other choices";
  }
}
