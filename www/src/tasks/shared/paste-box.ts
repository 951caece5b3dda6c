/** A place to paste a table, or a sequence, as text. */

import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { controls } from "../../ui/styles/shared";

/** Sends `text` with what was pasted, and `close`. */
@customElement("regulens-paste-box")
export class PasteBox extends LitElement {
  @query("textarea") private box!: HTMLTextAreaElement;
  @property() label = "Table as text, with a first row that names the columns";
  @property() example = "gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3";
  @property() action = "Read this table";

  static override styles = [
    controls,
    css`
      form {
        display: grid;
        gap: var(--space-2);
      }

      label {
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
      }

      textarea {
        width: 100%;
        height: 9rem;
        padding: var(--space-3);
        font: var(--text-xs) / var(--leading-normal) var(--font-mono);
        white-space: pre;
        resize: vertical;
      }

      .actions {
        display: flex;
        justify-content: flex-end;
        gap: var(--space-2);
      }
    `,
  ];

  override firstUpdated(): void {
    this.box.focus();
  }

  override render() {
    return html`<form @submit=${this.#submit} @keydown=${this.#closeOnEscape}>
      <label for="text">${this.label}</label>
      <textarea id="text" spellcheck="false" autocomplete="off" placeholder=${this.example}></textarea>
      <div class="actions">
        <button type="button" class="quiet" @click=${this.#close}>Close</button>
        <button class="primary">${this.action}</button>
      </div>
    </form>`;
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("text", { detail: this.box.value }));
  };

  #close = (): void => {
    this.dispatchEvent(new CustomEvent("close"));
  };

  #closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.#close();
  };
}
