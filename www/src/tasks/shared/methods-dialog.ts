/** A button that shows what a manuscript says of a run: a paragraph, and what it cites. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { saveFile } from "../../export";
import { copyText } from "../../export/save";
import { stem } from "../../export/names";
import { bibliography, type Methods } from "./methods";
import { dialogStyles } from "../../ui/styles/dialog";
import { close, paste, quote, save } from "../../ui/icons";
import { controls } from "../../ui/styles/shared";

/** The button and its dialog. */
@customElement("regulens-methods")
export class MethodsDialog extends LitElement {
  /** Asked when the dialog is opened; what it needs may be loaded only then. */
  @property({ attribute: false }) methods!: () => Methods | Promise<Methods>;
  /** Name from which those of saved files are made. */
  @property() file = "";
  @internal() private shown: Methods | undefined;
  @internal() private said = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [
    controls,
    dialogStyles,
    css`
      .text,
      pre {
        margin: 0;
        padding: var(--space-3) var(--space-4);
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-surface);
        overflow-wrap: anywhere;
      }

      .text {
        max-height: 16rem;
        overflow: auto;
        font-size: var(--text-sm);
        line-height: var(--leading-normal);
      }

      pre {
        max-height: 16rem;
        overflow: auto;
        font: var(--text-xs) / var(--leading-normal) var(--font-mono);
        white-space: pre-wrap;
      }

      section {
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  override render() {
    return html`<button class="quiet" @click=${() => void this.#open()}>${quote} Methods</button>
      <dialog
        aria-labelledby="title"
        @click=${(event: Event) => event.target === this.dialog && this.dialog.close()}
        @close=${() => (this.shown = undefined)}
      >
        ${this.shown ? this.#full(this.shown) : nothing}
      </dialog>`;
  }

  #full(methods: Methods) {
    const bib = bibliography(methods);
    const name = stem(this.file);
    return html`<article>
      <header>
        <h2 id="title">Methods and citations</h2>
        <button class="quiet" aria-label="Close" @click=${() => this.dialog.close()}>${close}</button>
      </header>
      <section>
        <h3 id="paragraph">For the methods section</h3>
        <div class="text" tabindex="0" role="region" aria-labelledby="paragraph">${methods.text}</div>
        <div class="actions">
          <button @click=${() => void this.#copy(methods.text, "The paragraph")}>${paste} Copy the paragraph</button>
          <button class="quiet" @click=${() => saveFile(`${name}.methods.txt`, `${methods.text}\n`)}>
            ${save} Save as .txt
          </button>
        </div>
      </section>
      <section>
        <h3 id="references">References (BibTeX)</h3>
        <pre tabindex="0" role="region" aria-labelledby="references">${bib}</pre>
        <div class="actions">
          <button @click=${() => void this.#copy(bib, "The references")}>${paste} Copy the references</button>
          <button class="quiet" @click=${() => saveFile(`${name}.bib`, bib)}>${save} Save as .bib</button>
        </div>
      </section>
      <p class="small" role="status">${this.said}</p>
    </article>`;
  }

  #open = async (): Promise<void> => {
    this.said = "";
    this.shown = await this.methods();
    this.dialog.showModal();
  };

  async #copy(text: string, what: string): Promise<void> {
    this.said = (await copyText(text))
      ? `${what} ${what.endsWith("s") ? "were" : "was"} copied.`
      : "This browser cannot copy: select the text, or save it.";
  }
}
