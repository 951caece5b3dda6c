/** Saves all arrays of a run for Python, and shows the lines that open them there. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Progress, WorkOptions } from "../../../../../pkg/src/index";
import { downloadName, saveFile } from "../../../export";
import { type ArrayFormat, inPython } from "../../../export/arrays";
import { isCancelled, type PlainError, plainOf } from "../../../rpc/errors";
import type { Activity } from "../../../rpc/async-state";
import { save } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";

const FORMATS: readonly (readonly [ArrayFormat, string])[] = [
  ["npz", "NumPy (.npz)"],
  ["safetensors", "safetensors"],
];

/** Two buttons, and what came of the last one. */
@customElement("regulens-save-arrays")
export class SaveArrays extends LitElement {
  /** Makes the file. */
  @property({ attribute: false }) of!: (format: ArrayFormat, options: WorkOptions) => Promise<Blob>;
  /** The file of the run, whose name those of saved files begin with. */
  @property() file = "";
  @internal() private doing: Activity | undefined;
  @internal() private problem: PlainError | undefined;
  /** Lines that open the file that was saved last. */
  @internal() private lines = "";
  #working: AbortController | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        max-width: 100%;
      }

      [aria-disabled="true"] {
        opacity: 0.5;
        cursor: not-allowed;
      }

      pre {
        margin: 0;
        font: var(--text-xs) / var(--leading-normal) var(--font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override disconnectedCallback(): void {
    this.#working?.abort();
    super.disconnectedCallback();
  }

  override render() {
    const { doing, lines, problem } = this;
    return html`<div>
        ${FORMATS.map(
          ([format, name]) =>
            // One that is disabled would lose the focus.
            html`<button class="quiet" aria-disabled=${doing !== undefined} @click=${() => void this.#save(format)}>
              ${save} Arrays, ${name}
            </button>`,
        )}
      </div>
      ${progressOf(doing, () => this.#working?.abort())}
      ${errorNotice("The arrays could not be saved", problem, () => (this.problem = undefined))}
      ${lines ? html`<pre aria-label="Lines of Python that open it" tabindex="0">${lines}</pre>` : nothing}`;
  }

  async #save(format: ArrayFormat): Promise<void> {
    if (this.doing) return;
    const working = (this.#working = new AbortController());
    const activity: Activity = { name: this.file, began: performance.now() };
    [this.doing, this.problem, this.lines] = [activity, undefined, ""];
    try {
      const onProgress = (progress: Progress): void => {
        this.doing = { ...activity, progress };
      };
      const blob = await this.of(format, { signal: working.signal, onProgress });
      if (working.signal.aborted) return;
      const name = downloadName(this.file, "arrays", format);
      saveFile(name, blob);
      this.lines = inPython(name, format);
    } catch (thrown) {
      if (!isCancelled(thrown)) this.problem = plainOf(thrown);
    } finally {
      this.doing = undefined;
    }
  }
}
