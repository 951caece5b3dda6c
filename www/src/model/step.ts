/** Step 1: the models of the catalogue, or the user's own weight file. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import type { TaskSession } from "../tasks/view";
import { dialogStyles } from "../ui/dialog-styles";
import { file } from "../ui/icons";
import "./card";
import "./picker";
import { errorNotice } from "../ui/notice";
import "../ui/progress";
import "./scores";
import { controls, shared } from "../ui/shared";
import { stepHeading, stepStyles } from "../ui/step-heading";
import { takeFiles } from "../tasks/shared/take-files";

/** Step 1. */
@customElement("regulens-model-step")
export class ModelStep extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  /** The task of the open model. */
  @property({ attribute: false }) task: TaskSession | undefined;
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    controls,
    stepStyles,
    dialogStyles,
    css`
      .loading {
        height: 4.25rem;
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }
    `,
  ];

  override render() {
    const { catalogue, model, doing, isRunning, problems } = this.state;
    return html`<section class="panel" aria-labelledby="title">
      <div id="title">${stepHeading(1, "Model")}</div>
      <p class="small muted">
        Each model learned from one cell type, from the change between two, or from the sequence itself. Choose the one
        nearest to yours.
      </p>
      <fieldset>
        <legend class="visually-hidden">Model</legend>
        ${catalogue || model ? html`<regulens-model-picker .session=${this.session} .state=${this.state}></regulens-model-picker>` : problems.site ? nothing : html`<div class="loading"></div>`}
        ${catalogue?.models.length === 0 && !model ? html`<p class="small">This site lists no models. Open a weight file of your own.</p>` : nothing}
      </fieldset>
      ${doing.model ? html`<regulens-progress .activity=${doing.model} cancellable @cancel=${() => this.session.cancel("model")}></regulens-progress>` : nothing}
      ${errorNotice("This model could not be opened", problems.model, () => this.session.dismiss("model"))}
      ${model ? html`<regulens-scores .card=${model.card}></regulens-scores>` : nothing}
      <div class="actions">
        <button ?disabled=${!model} @click=${() => this.dialog.showModal()}>Read the model card</button>
        <label class="button"
          >${file} Open a weight file…
          <input type="file" accept=".safetensors" ?disabled=${isRunning} @change=${this.#chooseFile} />
        </label>
      </div>
      <dialog aria-label="Model card" @click=${this.#closeOnBackdrop}>
        ${model ? html`<regulens-model-card .model=${model} .task=${this.task} @close=${() => this.dialog.close()}></regulens-model-card>` : nothing}
      </dialog>
    </section>`;
  }

  #chooseFile = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.session.openModelFile(chosen);
  };

  #closeOnBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog.close();
  };
}
