/** The model: a chip that names the open one and opens the choice of another, and its card. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import type { TaskSession } from "../tasks/shared/task";
import { identify } from "../session/files";
import { factsOfOpen } from "../tasks/index";
import { dialogStyles } from "../ui/styles/dialog";
import { chevron, file } from "../ui/icons";
import { MenuClosing, menuStyles } from "../ui/menu";
import { cellOf, isNamedByVariant, recommendedOf, wantedModel } from "./catalogue-view";
import { errorNotice } from "../ui/notice";
import { progressOf } from "../ui/progress";
import { tagStyles } from "../ui/styles/pill";
import { controls } from "../ui/styles/shared";
import { takeFiles } from "../tasks/shared/take-files";
import { listed } from "../session/preparation";

/** Sentences on the families of the site's models, the papers of the open one, and the purpose of predictions. */
export function creditsInWords({ catalogue, model }: Pick<State, "catalogue" | "model">): string {
  const families = [...new Set(catalogue?.models.map(({ description }) => description.family.title))];
  const papers = model?.description.works.map(({ brief }) => brief) ?? [];
  return [
    `${families.length > 0 ? listed(families) : "Attention models"} in Rust, on WebGPU and WebAssembly.`,
    ...(papers.length > 0 ? [`The open model’s papers: ${listed(papers)}.`] : []),
    "Predictions are for research; they are not a diagnosis.",
  ].join(" ");
}

/** The chip. Sends `reading` when the card opens or closes, with its state. */
@customElement("regulens-model-step")
export class ModelStep extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  /** The task of the open model. */
  @property({ attribute: false }) task: TaskSession | undefined;
  @query("dialog") private dialog!: HTMLDialogElement;
  /** True once the choice or the card was requested: most visitors need neither before their first run. */
  @internal() private isAsked = false;
  @internal() private cannotShow = false;
  readonly #closing = new MenuClosing(this);

  static override styles = [
    controls,
    menuStyles,
    dialogStyles,
    tagStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      details {
        min-width: 0;
      }

      .chip {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-2);
        max-width: 100%;
        min-height: var(--control-height);
        padding: var(--space-1) var(--space-4);
        border: var(--border-control);
        border-radius: var(--radius-full);
        background: var(--color-surface);
        font-size: var(--text-sm);
        cursor: pointer;
      }

      .chip:hover {
        background: var(--color-surface-hover);
      }

      .chip strong {
        font-weight: var(--weight-medium);
        overflow-wrap: anywhere;
      }

      .menu {
        inset-inline: 0 auto;
        width: min(30rem, calc(100vw - 2 * var(--page-gutter)));
        max-height: min(34rem, 80vh);
        overflow: auto;
      }
    `,
  ];

  override render() {
    const { catalogue, model, doing, isRunning, problems } = this.state;
    return html`<section aria-label="Model">
      ${
        this.cannotShow
          ? html`<regulens-notice tone="danger" heading="The choice of models could not be loaded"
              ><p>Reload the page; if it happens again, check that the whole site is served.</p></regulens-notice
            >`
          : nothing
      }
      ${errorNotice("This model could not be opened", problems.model, () => this.session.dismiss("model"))}
      ${this.#foreign()}
      <div class="bar">
        <details @toggle=${this.#ask} @focusout=${this.#closeBehind}>
          <summary class="chip" @focus=${this.#load} @pointerenter=${this.#load}>
            <span class="visually-hidden">Model: </span>${this.#chip()} ${chevron}
          </summary>
          <div class="menu">
            ${
              this.isAsked && (catalogue || model)
                ? html`<regulens-model-picker .session=${this.session} .state=${this.state}></regulens-model-picker>`
                : nothing
            }
            ${
              catalogue?.models.length === 0 && !model
                ? html`<p class="small">This site lists no models. Open a weight file of your own.</p>`
                : nothing
            }
            <label class="button"
              >${file} Open a weight file…
              <input
                type="file"
                multiple
                accept=".safetensors,.pt,.pth,.index,.data-00000-of-00001"
                ?disabled=${isRunning}
                @change=${this.#chooseFiles}
              />
            </label>
          </div>
        </details>
        <button class="quiet" ?disabled=${!model} @click=${this.#read}>Read the model card</button>
      </div>
      ${progressOf(doing.model, () => this.session.cancel("model"))}
      <dialog aria-label="Model card" @click=${this.#closeOnBackdrop} @close=${() => this.#tellReading(false)}>
        ${
          model && this.isAsked
            ? html`<regulens-model-card .model=${model} .task=${this.task} @close=${() => this.dialog.close()}>
                <regulens-weights-choice .session=${this.session} .state=${this.state}></regulens-weights-choice>
                <regulens-form-choice .session=${this.session} .state=${this.state}></regulens-form-choice>
              </regulens-model-card>`
            : nothing
        }
      </dialog>
    </section>`;
  }

  /** The open model: its task, its training data, its variant. */
  #chip() {
    const { model, catalogue, problems } = this.state;
    const entry = wantedModel(this.state);
    if (!entry && !model) return html`<span class="muted">${problems.site ? "No model" : "being opened…"}</span>`;
    const { title } = factsOfOpen(model);
    if (!entry)
      return html`<span>${title}</span> <strong>${model?.card.name || model?.file}</strong>
        <span class="muted">Your file ${model?.file}, ${model?.verified ? "verified" : "unverified"}</span>`;
    const group = cellOf(entry);
    const alike = (catalogue?.models ?? []).filter((each) => cellOf(each).id === group.id);
    const name = isNamedByVariant(entry) ? `${group.name}, ${entry.description.variant.title}` : entry.name;
    return html`<span>${title}</span>
      <strong>${name}</strong> ${recommendedOf(alike) === entry ? html`<span class="tag">recommended</span>` : nothing}
      ${entry.simulated ? html`<span class="muted">simulated</span>` : nothing}`;
  }

  /** Opens the choice. */
  choose(): void {
    const menu = this.renderRoot.querySelector("details");
    if (menu) menu.open = true;
    menu?.querySelector("summary")?.focus();
  }

  /** Preloads the choice when the pointer or the focus approaches. */
  #load = (): void => void import("./choice").catch(() => (this.cannotShow = true));

  #ask = (): void => {
    this.isAsked = true;
    this.#load();
  };

  #read = (): void => {
    this.#ask();
    this.dialog.showModal();
    this.#tellReading(true);
  };

  #tellReading(isOpen: boolean): void {
    this.dispatchEvent(new CustomEvent("reading", { detail: isOpen }));
  }

  #chooseFiles = async (event: Event): Promise<void> => {
    const chosen = takeFiles(event);
    const [first] = chosen;
    if (!first) return;
    this.#closing.close();
    // A file of unknown kind was chosen as a model: its reader gives the best error.
    const isModel = chosen.length === 1 && (await identify(first)) !== "weights";
    await (isModel ? this.session.openModelFile(first) : this.session.openFiles(chosen));
  };

  /** The import of weights that were trained elsewhere. */
  #foreign() {
    const { foreign, isRunning } = this.state;
    if (!foreign) return nothing;
    import("../prepare/foreign/panel").catch(() => (this.cannotShow = true));
    return html`<regulens-foreign
      .session=${this.session}
      .files=${foreign}
      ?disabled=${isRunning}
    ></regulens-foreign>`;
  }

  /** Closes the choice when the focus moves to something else. */
  #closeBehind = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && !(currentTarget as Node).contains(relatedTarget)) this.#closing.close();
  };

  #closeOnBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog.close();
  };
}
