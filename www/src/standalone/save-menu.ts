/**
 * Saves the results as a single-file page: the choice of genes or records, of WebGPU, of title and caption; the size is
 * shown before saving.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../export";
import { MOST_BASES, type View } from "./format";
import { light } from "../plots";
import { formatCount } from "../plots/core/format";
import {
  type Exportable,
  fetchParts,
  type MadePage,
  type MadeSamples,
  MANY,
  pack,
  packSamples,
  proposedTitle,
  put,
} from "./save-page";
import type { Page } from "../session/page";
import { bytes } from "../ui/words";
import type { Activity } from "../rpc/working";
import { WorkerError } from "../rpc/errors";
import { dialogStyles } from "../ui/styles/dialog";
import { save } from "../ui/icons";
import "../ui/notice";
import { progressOf } from "../ui/progress";
import { controls } from "../ui/styles/shared";

/** Width of the still picture. */
const PICTURE_WIDTH = 880;

const WEBGPU = "With WebGPU too: a larger file, which is faster where the reader has a GPU";

/** A choice of the file's content. */
interface Change {
  readonly which?: "listed" | "chosen";
  readonly most?: number;
  readonly withWebgpu?: boolean;
  readonly withSamples?: boolean;
  readonly withSignal?: boolean;
}

/** A button that opens the choice. */
@customElement("regulens-save-page")
export class SavePage extends LitElement {
  @property({ attribute: false }) page!: Page;
  /** The parts of the results that can be saved now. */
  @property({ attribute: false }) of!: () => Exportable;
  /** The listed items, in order. */
  @property({ attribute: false }) listed: (() => ArrayLike<number>) | undefined;
  @internal() private what: Exportable | undefined;
  @internal() private which: "listed" | "chosen" = "listed";
  @internal() private most = 0;
  @internal() private view: View = "set";
  @internal() private withWebgpu = false;
  @internal() private heading = "";
  @internal() private caption = "";
  @internal() private doing: Activity | undefined;
  @internal() private made: MadePage | undefined;
  /** True to include all samples, if there are several; and their signal, if that was chosen. */
  @internal() private withSamples = true;
  @internal() private withSignal: boolean | undefined;
  /** The samples packed last, displayed while they are packed again. */
  @internal() private samples: MadeSamples | undefined;
  @internal() private problem = "";
  @query("dialog") private dialog!: HTMLDialogElement;
  #making = new AbortController();
  #order: readonly number[] = [];
  /** The caption as drafted. */
  #drafted = "";

  static override styles = [
    controls,
    dialogStyles,
    css`
      :host {
        display: contents;
      }

      dialog {
        width: min(34rem, calc(100vw - 2 * var(--page-gutter)));
        max-height: calc(100vh - 2 * var(--space-5));
        padding: var(--space-5);
      }

      form {
        display: grid;
        gap: var(--space-4);
      }

      fieldset {
        display: grid;
        gap: var(--space-2);
      }

      legend,
      .label {
        padding: 0;
        margin-block-end: var(--space-1);
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
      }

      .choice {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-sm);
      }

      label.field {
        display: grid;
      }

      input[type="text"],
      input[type="number"] {
        line-height: 1;
      }

      input[type="number"] {
        width: 6rem;
      }

      textarea {
        min-height: 4.5rem;
        padding-block: var(--space-2);
        resize: vertical;
      }

      .actions {
        align-items: center;
        justify-content: end;
      }

      .actions .size {
        margin-inline-end: auto;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#making.abort();
  }

  override render() {
    return html`<button class="quiet" @click=${() => this.#open()}>${save} Save as one file…</button>
      <dialog aria-labelledby="heading" @close=${() => this.#making.abort()}>
        ${this.what ? this.#form(this.what) : nothing}
      </dialog>`;
  }

  #form(of: Exportable) {
    const { made, doing, problem } = this;
    return html`<form
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        this.#save(of);
      }}
    >
      <div>
        <h3 id="heading">Save as one file</h3>
        <p class="small muted">
          A page that works from disk and without a network: engine, model, data and these views in one .html. Dropped
          here, it opens again.
        </p>
      </div>
      ${of.many ? this.#listed(of.many) : this.#records(of)} ${of.samples ? this.#samples() : nothing}
      <fieldset>
        <legend>What it shows first</legend>
        ${of.views.map(({ view, label }) =>
          this.#radio("view", view, label, this.view === view, () => (this.view = view)),
        )}
      </fieldset>
      ${this.#tick(WEBGPU, this.withWebgpu, (is) => ({ withWebgpu: is }))}
      <label class="field"
        ><span class="label">Title</span
        ><input
          type="text"
          maxlength="300"
          .value=${this.heading}
          @input=${(event: Event) => (this.heading = (event.target as HTMLInputElement).value)}
      /></label>
      <label class="field"
        ><span class="label">Caption, a draft to edit</span
        ><textarea
          maxlength="5000"
          .value=${this.caption}
          @input=${(event: Event) => (this.caption = (event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </label>
      ${
        problem
          ? html`<regulens-notice tone="danger" heading="The file could not be made"
              ><p>${problem}</p></regulens-notice
            >`
          : nothing
      }
      ${progressOf(doing, () => this.#cancel())}
      <div class="actions">
        <span class="size small number" role="status"
          >${
            made
              ? `The file has ${bytes(this.#page(of, made).size)}.`
              : doing || problem
                ? nothing
                : "Nothing was made."
          }</span
        >
        ${made || doing ? nothing : html`<button type="button" @click=${() => void this.#make(of)}>Try again</button>`}
        <button type="button" @click=${() => this.dialog.close()}>Close</button>
        <button class="primary" ?disabled=${!made}>${save} Save</button>
      </div>
    </form>`;
  }

  /** Renders the choice of all samples, and of their signal. */
  #samples() {
    const { samples, withSamples } = this;
    const { count, others = 0, more = 0, signal = [] } = samples ?? {};
    const those = others === 1 ? "the other sample" : `the ${others} other samples`;
    return html`<fieldset>
      <legend>Samples</legend>
      ${this.#tick(
        `All${count === undefined ? "" : ` ${count}`} beside each other, with the predictions of these genes`,
        withSamples,
        (is) => ({ withSamples: is }),
      )}
      ${
        withSamples && others > 0
          ? this.#tick(
              `The signal of ${those} too, so that genes open in each: about ${bytes(more)} more`,
              signal.length > 0,
              (is) => ({ withSignal: is }),
            )
          : nothing
      }
    </fieldset>`;
  }

  #tick(label: string, checked: boolean, change: (is: boolean) => Change) {
    return html`<label class="choice"
      ><input
        type="checkbox"
        .checked=${checked}
        @change=${(event: Event) => this.#change(change((event.target as HTMLInputElement).checked))}
      />
      ${label}</label
    >`;
  }

  #listed(many: keyof typeof MANY) {
    const listed = this.#order.length;
    const chosen = this.#chosenName();
    const { most } = MANY[many];
    return html`<fieldset>
      <legend>${many === "genes" ? "Genes" : "Variants"}</legend>
      <div class="choice">
        ${this.#radio("which", "listed", "The first", this.which === "listed", () => this.#change({ which: "listed" }))}
        <input
          type="number"
          aria-label="How many of the listed ${many}"
          min="1"
          max=${Math.min(most, Math.max(1, listed))}
          .value=${String(Math.min(this.most, listed))}
          @change=${(event: Event) => {
            const value = Math.round((event.target as HTMLInputElement).valueAsNumber);
            if (value >= 1) this.#change({ most: Math.min(value, most), which: "listed" });
          }}
        />
        <span
          >of the ${formatCount(listed)} that are listed${listed > most ? ` (at most ${formatCount(most)})` : ""}</span
        >
      </div>
      ${
        chosen === undefined
          ? nothing
          : this.#radio("which", "chosen", `${chosen} alone`, this.which === "chosen", () =>
              this.#change({ which: "chosen" }),
            )
      }
    </fieldset>`;
  }

  #records({ names }: Exportable) {
    const chosen = this.#chosenName();
    if (names.length < 2) return nothing;
    return html`<fieldset>
      <legend>Records</legend>
      ${this.#radio("which", "chosen", `${chosen} alone`, this.which === "chosen", () =>
        this.#change({ which: "chosen" }),
      )}
      ${this.#radio("which", "listed", `All ${formatCount(names.length)}`, this.which === "listed", () =>
        this.#change({ which: "listed" }),
      )}
    </fieldset>`;
  }

  #radio(name: string, value: string, label: string, checked: boolean, choose: () => void) {
    return html`<label class="choice"
      ><input type="radio" name=${name} value=${value} .checked=${checked} @change=${choose} /> ${label}</label
    >`;
  }

  #open(): void {
    const of = this.of();
    // The requested number is kept, but not for another kind of item.
    if (of.many && of.many !== this.what?.many) this.most = MANY[of.many].proposed;
    this.what = of;
    this.samples = undefined;
    this.withSignal = undefined;
    this.#order = Array.from(this.listed?.() ?? of.names.keys());
    this.which = of.many ? "listed" : "chosen";
    if (this.#order.length === 0) this.which = "chosen";
    this.view = of.views[0].view;
    this.heading = proposedTitle(of);
    void this.#draft(of);
    this.dialog.showModal();
    void this.#make(of);
  }

  /** Drafts the caption, unless the author has written one. */
  async #draft(of: Exportable): Promise<void> {
    if (this.caption !== this.#drafted) return;
    const drafted = (await of.caption?.(this.withSamples)) ?? "";
    if (this.what !== of || this.caption !== this.#drafted) return;
    this.caption = this.#drafted = drafted;
  }

  #change(change: Change): void {
    Object.assign(this, change);
    if (!this.what) return;
    if (change.withSamples !== undefined) void this.#draft(this.what);
    void this.#make(this.what);
  }

  #cancel(): void {
    this.#making.abort();
    this.doing = undefined;
  }

  #chosenName(): string | undefined {
    return this.what?.names[this.what.chosen ?? -1];
  }

  /** The items of the file, in order, including the selected one. */
  #positions(of: Exportable): number[] {
    if (this.which === "chosen" && of.chosen !== undefined) return [of.chosen];
    return of.many ? this.#order.slice(0, this.most) : [...of.names.keys()];
  }

  /** Packs the chosen items, which determines the file's size. */
  async #make(of: Exportable): Promise<void> {
    this.#making.abort();
    const making = (this.#making = new AbortController());
    const { signal } = making;
    this.made = undefined;
    this.problem = "";
    const activity: Activity = { name: "the file", began: performance.now() };
    this.doing = activity;
    try {
      const chosen = this.#positions(of);
      const bases = chosen.reduce((sum, index) => sum + (of.bases?.[index] ?? 0), 0);
      if (bases > MOST_BASES)
        throw new Error(
          `The records have ${formatCount(bases)} bases; at most ${formatCount(MOST_BASES)} are taken. Choose ` +
            "one record, or give a part of it.",
        );
      const onProgress = (progress: Activity["progress"]): void =>
        void (!signal.aborted && (this.doing = { ...activity, progress }));
      const rule = this.which === "chosen" ? "the one that was looked at" : (of.rule?.(chosen.length) ?? "");
      const [data, parts, whole] = await Promise.all([
        pack(this.page.worker, of, chosen, { signal, onProgress }),
        fetchParts(document.baseURI, of.model.description.task, this.withWebgpu, signal),
        of.whole?.(chosen, rule),
      ]);
      const options = { signal, onProgress };
      const alone: MadePage = { data, parts, whole };
      const choice = { chosen, isWithSignal: this.withSignal };
      const isSet = of.samples && this.withSamples;
      const sizeOf = (page: MadePage): number => this.#page(of, page).size;
      const made = isSet ? await packSamples(of.samples, alone, choice, sizeOf, options) : alone;
      if (signal.aborted) return;
      this.made = made;
      this.samples = made.samples;
    } catch (thrown) {
      if (signal.aborted) return;
      this.problem =
        thrown instanceof WorkerError
          ? [thrown.plain.message, thrown.plain.remedy].filter(Boolean).join(" ")
          : thrown instanceof Error
            ? thrown.message
            : String(thrown);
    } finally {
      if (this.#making === making) this.doing = undefined;
    }
  }

  #page(of: Exportable, made: MadePage): Blob {
    const { heading, caption, view } = this;
    const positions = this.#positions(of);
    const { chosen } = of;
    // The selected item if it is in the file; otherwise the first one.
    const selected = of.names[chosen !== undefined && positions.includes(chosen) ? chosen : (positions[0] ?? 0)];
    return put(of, made, {
      title: heading.trim() || proposedTitle(of),
      caption: caption.trim(),
      looked: { view, ...of.looked(selected ?? "") },
      picture: of.picture({ width: PICTURE_WIDTH, theme: light }),
      ...of.about?.(positions),
    });
  }

  #save(of: Exportable): void {
    if (!this.made) return;
    const [first] = of.inputs;
    saveFile(
      downloadName(first?.file ?? "regulens", "page", "html", this.which === "chosen" ? this.#chosenName() : undefined),
      this.#page(of, this.made),
    );
    this.dialog.close();
  }
}
