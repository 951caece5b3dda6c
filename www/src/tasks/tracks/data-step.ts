/** Step 2 for a model of tracks: a FASTA file, by dropping, choosing or pasting, and its properties. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { taskOfExample } from "../index";
import "./places/box";
import { motifsReading, motifsRow } from "./motifs/names";
import { placeInWords } from "./places/places";
import type { ReadSequences } from "./result";
import { lettersInWords, basesCounted, windowsInWords } from "./words";
import type { SequenceSession } from "./session";
import type { Page } from "../../session/page";
import type { State } from "../../session/state";
import { tellNew } from "../../ui/unseen";
import { counted } from "../../ui/words";
import { assemblyInWords, assemblyOfLengths } from "../shared/assemblies";
import { assemblyChoice } from "../shared/assembly-choice";
import { dataStyles } from "../shared/data-styles";
import { Subscription } from "../../ui/subscription";
import { file, paste, track as trackIcon } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import "../shared/paste-box";
import { progressOf } from "../../ui/progress";
import { controls, rowStyles } from "../../ui/styles/shared";
import { takeFiles } from "../shared/take-files";

/** The sequence of a model of tracks. */
@customElement("regulens-sequence-data")
export class SequenceData extends LitElement {
  @property({ attribute: false }) session!: Page;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) sequences: SequenceSession | undefined;
  @internal() private pasting = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [
    controls,
    dataStyles,
    rowStyles,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        gap: var(--space-3);
      }

      .understood {
        display: grid;
        gap: var(--space-2);
      }

      select {
        max-width: 100%;
      }

      ul {
        display: grid;
        gap: var(--space-1);
        padding-inline-start: var(--space-4);
        list-style: disc;
      }
    `,
  ];

  override updated(): void {
    const { sequences: read, example } = this.sequences?.state ?? {};
    if (!read || example !== undefined) return;
    const heading = `${read.file} was read: ${counted(read.records.length, "record")}`;
    tellNew(this.renderRoot.querySelector(".loaded"), read, heading);
  }

  override render() {
    const { sequences } = this;
    if (!sequences) return nothing;
    const { doing, problems, sequences: read, waiting, run } = sequences.state;
    return html`
      ${progressOf(doing.data, () => sequences.cancel("data"))}
      ${errorNotice(
        read ? `This file could not be read; ${read.file} is kept` : "This file could not be read",
        problems.data,
        () => sequences.dismiss("data"),
      )}
      ${read ? this.#loaded() : doing.data ? nothing : this.#empty()}
      ${
        this.pasting
          ? html`<regulens-paste-box
              label="A sequence as text: FASTA, or the bases alone"
              example=">my-region&#10;ACGTTGCA…"
              action="Read this sequence"
              @text=${this.#readText}
              @close=${() => (this.pasting = false)}
            ></regulens-paste-box>`
          : nothing
      }
      ${read ? this.#understood() : nothing}
      ${
        waiting.length > 0
          ? html`<p class="small">${waiting.map(({ file }) => file).join(", ")} will lie under the prediction.</p>`
          : nothing
      }
      ${motifsRow(sequences)} ${run ? nothing : motifsReading(sequences)}
      ${
        run
          ? nothing
          : errorNotice(
              "This file cannot be used yet",
              problems.measured ?? problems.variants,
              () => (sequences.dismiss("measured"), sequences.dismiss("variants")),
            )
      }
    `;
  }

  #empty() {
    const { shape } = this.state.model ?? {};
    return html`<div class="drop">
      ${trackIcon}
      <p class="lead">Drop a sequence (FASTA) or a genome (2bit, or FASTA with its .fai) here</p>
      <p class="small muted">
        One record or more, of any length; of a genome only the places are read that you go
        to${shape ? html`; this model looks at ${basesCounted(shape.length)} at a time` : nothing}. It stays on this
        machine.
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #loaded() {
    const read = this.sequences?.state.sequences;
    if (!read) return nothing;
    const bases = read.records.reduce((sum, { length }) => sum + length, 0);
    return html`<div class="loaded">
      <p class="what">
        <span class="name">${read.file}</span><br />
        <span class="small muted"
          >${counted(read.records.length, read.isSliced ? "sequence" : "record")},
          ${basesCounted(bases)}${read.isSliced ? "; only the places are read that you go to" : nothing}</span
        >
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #understood() {
    const { sequences, state } = this;
    if (!sequences) return nothing;
    const { sequences: read, index, doing } = sequences.state;
    const record = read?.records[index];
    if (!read || !record) return nothing;
    if (read.isSliced) return this.#goTo(sequences, read);
    const letters = lettersInWords(record);
    return html`<div class="understood small">
      <div class="row">
        ${
          read.records.length > 1
            ? html`<label for="record">Record</label>
                <select
                  id="record"
                  ?disabled=${doing.run !== undefined}
                  @change=${(event: Event) =>
                    void sequences.chooseRecord((event.target as HTMLSelectElement).selectedIndex)}
                >
                  ${read.records.map(
                    ({ name, length }, i) =>
                      html`<option .selected=${live(i === index)}>${name} (${basesCounted(length)})</option>`,
                  )}
                </select>`
            : html`<p>
                <strong>${record.name}</strong>,
                ${basesCounted(record.length)}${record.description ? html`: ${record.description}` : nothing}
              </p>`
        }
      </div>
      ${state.model?.shape ? html`<p>${windowsInWords(record.length, state.model.shape)}</p>` : nothing}
      ${
        letters.length > 0
          ? html`<ul>
              ${letters.map((line) => html`<li>${line}.</li>`)}
            </ul>`
          : html`<p class="muted">All bases are A, C, G or T.</p>`
      }
      ${this.#assembly(sequences, read)}
    </div>`;
  }

  /** The assembly: detected from lengths, or requested from the user. */
  #assembly(sequences: SequenceSession, read: ReadSequences) {
    const { assembly, simulated } = sequences.state;
    const { card } = this.state.model ?? {};
    if (!card?.assembly || simulated) return nothing;
    const told = assemblyOfLengths(read.records);
    if (told !== undefined) return html`<p>Assembly: ${assemblyInWords(told)}, by the lengths of its chromosomes.</p>`;
    return html`<label class="row"
      >Assembly of these sequences
      ${assemblyChoice(card.assembly, assembly, (said) => sequences.sayAssembly(said))}</label
    >`;
  }

  /** The box for the region of a genome to run. */
  #goTo(sequences: SequenceSession, read: ReadSequences) {
    const { doing, problems, place, run } = sequences.state;
    const [first] = read.records;
    return html`${this.#assembly(sequences, read)}<regulens-place-box
        .sequences=${sequences}
        .value=${place ? placeInWords(read, place) : ""}
        .of=${place}
        .example="${first?.name}:1,000,000-1,050,000"
        .problem=${run ? undefined : problems.locus}
        ?disabled=${doing.run !== undefined}
        ?primary=${!run}
      ></regulens-place-box>`;
  }

  #actions() {
    const { sequences } = this;
    const busy = sequences?.state.doing.run !== undefined;
    const examples = (this.state.catalogue?.examples ?? []).filter(
      (example) => taskOfExample(example) === "tracks" && example.id !== sequences?.state.example,
    );
    return html`
      <label class="button">
        ${file} Choose files…
        <input type="file" multiple ?disabled=${busy} @change=${this.#chooseFile} />
      </label>
      <button ?disabled=${busy} aria-expanded=${this.pasting} @click=${() => (this.pasting = !this.pasting)}>
        ${paste} Paste…
      </button>
      ${examples.map(
        (example) =>
          html`<button
            class=${sequences?.state.sequences ? "quiet" : "primary"}
            title=${example.description}
            ?disabled=${busy}
            @click=${() => void this.session.tryExample(example)}
          >
            ${
              examples.length > 1 ? `Try: ${example.name}` : "Try the example"
            }${example.simulated ? " (simulated)" : nothing}
          </button>`,
      )}
    `;
  }

  #chooseFile = (event: Event): void => {
    const chosen = takeFiles(event);
    if (chosen.length > 0) void this.session.openFiles(chosen);
  };

  #readText = (event: CustomEvent<string>): void => {
    this.pasting = false;
    // Pasted text is treated as a sequence here, whatever it looks like.
    void this.sequences?.readSequences({ blob: new Blob([event.detail]), file: "pasted sequence" });
  };
}
