/** Imports weights trained elsewhere: architecture, settings that no tensor determines, and the model file. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Fit } from "../../../../pkg/src/engine/engine-types";
import { saveFile } from "../../export";
import { listed } from "../../session/preparation";
import type { Session } from "../../session/session";
import { close, save } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { counted } from "../../ui/words";
import type { ForeignFile } from "./calls";
import { ForeignSession, type ForeignState, textsOf } from "./session";

/** Names and hints of the fields of a model of tables. */
const FIELDS = [
  ["marks", "Marks, in the order of the model’s inputs"],
  ["bins", "Bins of a gene"],
] as const;

/** The import of one model. Its files are `session.state.foreign`. */
@customElement("regulens-foreign")
export class Foreign extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) files: readonly File[] = [];
  @property({ type: Boolean }) disabled = false;
  @internal() private importing: ForeignState = { doing: {}, problems: {} };
  @internal() private fit: Fit | undefined;
  @internal() private texts: Readonly<Record<string, string>> = {};
  @internal() private cell = "";
  @internal() private log1p = false;
  readonly #import = new ForeignSession();

  static override styles = [
    controls,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
        border: var(--border);
        border-radius: var(--radius-lg);
        background: var(--color-surface);
      }

      h2 {
        font-size: var(--text-md, 1rem);
      }

      .head,
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        align-items: center;
      }

      .head {
        justify-content: space-between;
      }

      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
        gap: var(--space-3);
      }

      .fields label {
        display: grid;
        gap: var(--space-1);
        align-content: start;
        font-size: var(--text-sm);
      }

      .wide {
        grid-column: 1 / -1;
      }

      textarea {
        min-height: 8rem;
        font-family: var(--font-mono, monospace);
        font-size: var(--text-xs);
      }
    `,
  ];

  constructor() {
    super();
    this.#import.subscribe((state) => this.#hear(state));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("files") && this.files.length > 0) void this.#import.open(this.files);
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("#heading")?.focus();
  }

  override render() {
    const { opened, doing, problems, made } = this.importing;
    const name = opened?.name ?? listed(this.files.map((file) => file.name));
    return html`<section aria-labelledby="heading">
      <div class="head">
        <h2 id="heading" tabindex="-1">Weights trained elsewhere: ${name}</h2>
        <button class="quiet small" aria-label="Close: weights trained elsewhere" @click=${this.#close}>
          ${close}
        </button>
      </div>
      ${progressOf(doing.work, () => this.#import.cancel("work"))}
      ${errorNotice(
        opened ? "No model could be made from these weights" : "These weights could not be read",
        problems.work,
        () => this.#import.dismiss("work"),
      )}
      ${made ? this.#made(made) : opened ? this.#form(opened) : nothing}
    </section>`;
  }

  #form(opened: ForeignFile) {
    const { fit, log1p, cell } = this;
    const { fits, tensors } = opened;
    const choices = choicesOf(opened);
    const ofTables = fit !== undefined && "marks" in fit.settings;
    return html`<p class="small">${fitsInWords(tensors, fits)} Files stay on this machine.</p>
      <form class="fields" id="form" @submit=${this.#make}>
        <label
          >Model
          <select @change=${this.#choose}>
            ${choices.map(
              (each, i) =>
                html`<option value=${i} ?selected=${each === fit}>${each.family.title}, ${each.variant.title}</option>`,
            )}
          </select>
        </label>
        <label
          >Cell type (optional)
          <input type="text" .value=${cell} @input=${this.#name} />
        </label>
        ${
          ofTables
            ? FIELDS.map(
                ([name, title]) =>
                  html`<label class=${name === "marks" ? "wide" : ""}
                    >${title}
                    <input type="text" name=${name} required .value=${this.texts[name] ?? ""} @input=${this.#write} />
                  </label>`,
              )
            : html`<label class="wide"
                >Settings not stored in the weights (published values): correct any that differ
                <textarea
                  name="settings"
                  spellcheck="false"
                  .value=${this.texts["settings"] ?? ""}
                  @input=${this.#write}
                ></textarea>
              </label>`
        }
        ${
          ofTables
            ? html`<label
                >Training values
                <select @change=${this.#transform}>
                  <option value="" ?selected=${!log1p}>counts, as published</option>
                  <option value="log1p" ?selected=${log1p}>ln(1 + count)</option>
                </select>
              </label>`
            : nothing
        }
      </form>
      ${
        ofTables
          ? html`<p class="small muted">
              The weights do not record the order of the marks: a wrong order makes every prediction wrong.
            </p>`
          : nothing
      }
      <div class="actions">
        <button class="primary" form="form" ?disabled=${this.disabled || this.importing.doing.work !== undefined}>
          Import and open
        </button>
      </div>`;
  }

  #made({ file, notes }: NonNullable<ForeignState["made"]>) {
    return html`<p role="status">${file.name} was made and opened.</p>
      ${
        notes.length > 0
          ? html`<ul class="small">
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
          : nothing
      }
      <div class="actions">
        <button @click=${() => saveFile(file.name, file)}>${save} Save ${file.name}</button>
      </div>`;
  }

  #hear(state: ForeignState): void {
    const { opened } = state;
    if (opened && opened !== this.importing.opened) {
      this.#take(choicesOf(opened)[0]);
      this.cell = opened.cellType?.name || opened.cellType?.id || "";
    }
    this.importing = state;
  }

  #take(fit: Fit | undefined): void {
    this.fit = fit;
    this.texts = fit ? textsOf(fit) : {};
  }

  #choose = ({ currentTarget }: Event): void => {
    const { opened } = this.importing;
    this.#take(opened && choicesOf(opened)[Number((currentTarget as HTMLSelectElement).value)]);
  };

  #write = ({ currentTarget }: Event): void => {
    const { name, value } = currentTarget as HTMLInputElement;
    this.texts = { ...this.texts, [name]: value };
  };

  #name = ({ currentTarget }: Event): void => void (this.cell = (currentTarget as HTMLInputElement).value);

  #transform = ({ currentTarget }: Event): void =>
    void (this.log1p = (currentTarget as HTMLSelectElement).value === "log1p");

  #make = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { fit, texts, cell, log1p } = this;
    if (!fit) return;
    const file = await this.#import.make({ fit, texts, cell, log1p });
    if (file) await this.session.openForeign(file);
  };

  #close = (): void => {
    this.#import.cancel("work");
    this.session.dismissForeign();
  };
}

/** The variants to choose from: those with these tensors, or all. */
function choicesOf({ fits, known }: ForeignFile): readonly Fit[] {
  return fits.length > 0 ? fits : known;
}

/** Matches in words: "13 tensors, matching AttentiveChrome, LSTM-α,β." */
export function fitsInWords(tensors: number, fits: readonly Fit[]): string {
  const count = counted(tensors, "tensor");
  const names = fits.map(({ family, variant }) => `${family.title}, ${variant.title}`);
  if (names.length === 0) return `${count}, matching no known variant. Choose one to see which tensor differs.`;
  if (names.length === 1) return `${count}, matching ${names[0]!}.`;
  return `${count}, matching ${listed(names)}: choose the one that was trained.`;
}
