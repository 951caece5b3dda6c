/**
 * Makes a table from signal files: the files and their marks, a description of the table, and the outcome.
 */

import "./missing";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { ModelCard } from "../../../pkg/src";
import { saveFile } from "../export";
import { formatCount } from "../plots";
import { type Cell, CELLS, cellTitle, pairNames } from "../tasks/shared/cells";
import { toldInWords } from "../tasks/shared/species";
import { assemblyChoice } from "../tasks/shared/assembly-choice";
import { cellsOf, findingsOf, type PreparedSignal, type PrepareSession, type PrepareState, whyNotYet } from "./session";
import { cardWindow, orderInWords } from "../tasks/shared/tables/windows";
import { assemblyOf, assemblyOfAll } from "./checks";
import { listed } from "../session/preparation";
import type { Tables } from "../tasks/shared/tables/tables";
import type { State } from "../session/state";
import { bytes, counted } from "../ui/words";
import type { BinValue } from "./result";
import { close, file as fileIcon, save } from "../ui/icons";
import { Subscription } from "../ui/subscription";
import { errorNotice, withCode } from "../ui/notice";
import { progressOf } from "../ui/progress";
import { controls } from "../ui/styles/shared";
import { takeFiles } from "../tasks/shared/take-files";

const VALUES: Readonly<Record<BinValue, string>> = {
  mean: "mean",
  "mean-covered": "mean of bases with a value",
  sum: "sum",
  max: "largest value",
};

/** Layout of the source files of a table. */
const prepareStyles = css`
  section {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4);
    border: var(--border);
    border-radius: var(--radius-md);
  }

  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2);
  }

  h4 {
    font-size: var(--text-sm);
    font-weight: var(--weight-strong);
  }

  .files {
    display: grid;
  }

  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
    padding-block: var(--space-2);
    border-block-end: var(--border);
  }

  .what {
    flex: 1 1 12rem;
    display: grid;
    min-width: 0;
    overflow-wrap: anywhere;
    line-height: var(--leading-snug);
  }

  .name {
    font-weight: var(--weight-medium);
  }

  select {
    max-width: 100%;
  }

  select[aria-invalid] {
    border-color: var(--color-danger);
  }

  .note,
  .problem {
    flex-basis: 100%;
    overflow-wrap: anywhere;
  }

  .problem {
    color: var(--color-danger);
  }

  .empty {
    padding: var(--space-2) var(--space-3);
    border: 1.5px dashed var(--color-line-strong);
    border-radius: var(--radius-md);
  }

  .plan select {
    min-height: 1.75rem;
    padding-inline: var(--space-1);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }

  .actions p {
    flex: 1 1 12rem;
  }
`;

/** Making a table. */
@customElement("regulens-prepare")
export class Prepare extends LitElement {
  @property({ attribute: false }) session!: Tables;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) preparing!: PrepareSession;
  /** The table being compressed for saving. */
  @internal() private packing: File | undefined;
  protected readonly subscription = new Subscription(this, () => this.preparing);

  static override styles = [controls, prepareStyles];

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("#heading")?.focus();
  }

  override render() {
    const { state } = this;
    const prepare = this.preparing.state;
    const card = state.model?.card;
    if (!card || cellsOf(card).length === 0) return nothing;
    const { making, made } = prepare;
    const blocked = whyNotYet(prepare, card);
    return html`<section aria-labelledby="heading">
      <div class="head">
        <h3 id="heading" tabindex="-1">A table from signal files</h3>
        <button
          class="quiet small"
          aria-label="Close: a table from signal files"
          ?disabled=${making !== undefined}
          @click=${() => this.session.closePrepare()}
        >
          ${close}
        </button>
      </div>
      <p class="small muted">
        A bigWig, bedGraph or BAM for each mark, and the genes as GTF, GFF3 or BED; text may be gzipped. Files stay on
        this machine.
      </p>
      ${errorNotice("This file is for neither", prepare.refused, () => this.preparing.dismiss("refused"))}
      ${cellsOf(card).map((cell) => this.#signals(prepare, card, cell))} ${this.#others(prepare)}
      ${this.#annotation(prepare)} ${this.#assembly(prepare, card)}
      <div class="actions">
        <label class="button"
          >${fileIcon} Add files…<input
            type="file"
            multiple
            ?disabled=${making !== undefined}
            @change=${this.#chooseFiles}
        /></label>
      </div>
      ${findingsOf(prepare, card)
        .filter(({ code }) => code !== "no-mark")
        .map(
          ({ code, blocks, what, remedy }) =>
            html`<regulens-notice tone=${blocks ? "danger" : "warning"} .heading=${what} data-code=${code}
              ><p><strong>What to do:</strong> ${remedy}</p></regulens-notice
            >`,
        )}
      <regulens-prepare-missing
        .card=${card}
        .prepare=${prepare}
        .preparing=${this.preparing}
      ></regulens-prepare-missing>
      ${this.#whatHappens(prepare, card)} ${progressOf(making, () => this.preparing.cancel("making"))}
      ${errorNotice("No table was made; the files are kept", prepare.problem, () => this.preparing.dismiss("problem"))}
      ${made.length > 0 ? this.#made(prepare, card) : nothing}
      <div class="actions">
        <button
          class=${made.length > 0 ? "" : "primary"}
          ?disabled=${blocked !== undefined || making !== undefined || state.isRunning}
          aria-describedby="why-not"
          @click=${() => void this.preparing.make(card)}
        >
          ${made.length > 0 ? "Make it again" : cellsOf(card).length > 1 || prepare.others.length > 0 ? "Make the tables" : "Make the table"}
        </button>
        <p id="why-not" class="small muted">${making ? "" : (blocked ?? "")}</p>
      </div>
    </section>`;
  }

  #title(card: ModelCard, cell: Cell): string {
    return cellTitle(card, cell, this.preparing.tablesOf(card));
  }

  #signals({ signals, making }: PrepareState, card: ModelCard, cell: "a" | "b") {
    const own = signals.filter((each) => each.cell === cell);
    const heading = cellsOf(card).length > 1 ? html`<h4>${this.#title(card, cell)}</h4>` : nothing;
    if (own.length === 0)
      return html`${heading}
        <p class="small muted empty">No signal file yet: the model reads ${listed(card.marks)}.</p>`;
    return html`${heading}
      <ul class="files">
        ${own.map((each) => this.#signal(each, card, making !== undefined))}
      </ul>`;
  }

  #signal(each: PreparedSignal, card: ModelCard, busy: boolean) {
    const { id, name, mark, opened, problem } = each;
    const options =
      card.marks.some((known) => known.toLowerCase() === mark.toLowerCase()) || mark === ""
        ? card.marks
        : [...card.marks, mark];
    const chosen = options.find((known) => known.toLowerCase() === mark.toLowerCase()) ?? "";
    const assembly = assemblyOf(each);
    const names = pairNames(card, this.preparing.tablesOf(card) ?? ["", ""]);
    return html`<li data-file=${name} class=${problem ? "broken" : ""}>
      <div class="what">
        <span class="name">${name}</span>
        <span class="small muted">
          ${bytes(each.file.size)}${
            opened
              ? html`,
                ${opened.kind}${opened.chromosomes ? html`, ${counted(opened.chromosomes.length, "chromosome")}` : nothing}${assembly ? ` (${assembly})` : nothing}`
              : problem
                ? nothing
                : ", being opened"
          }${
            opened && !opened.indexed ? html`; without an index, so it is read from its beginning to its end` : nothing
          }
        </span>
      </div>
      <select
        aria-label="Mark of ${name}"
        aria-invalid=${mark === "" ? "true" : nothing}
        ?disabled=${busy}
        @change=${(event: Event) => this.preparing.setMark(id, (event.target as HTMLSelectElement).value)}
      >
        <option value="" ?selected=${chosen === ""} disabled>Which mark?</option>
        ${options.map(
          (option) =>
            html`<option value=${option} .selected=${option === chosen}>
              ${option}${card.marks.includes(option) ? "" : " (not read by this model)"}
            </option>`,
        )}
      </select>
      ${
        cellsOf(card).length > 1
          ? html`<select
              aria-label="Cell type of ${name}"
              ?disabled=${busy}
              @change=${(event: Event) =>
                this.preparing.setCell(id, (event.target as HTMLSelectElement).value as "a" | "b")}
            >
              ${cellsOf(card).map(
                (cell) =>
                  html`<option value=${cell} .selected=${cell === each.cell}>${names[CELLS.indexOf(cell)]}</option>`,
              )}
            </select>`
          : nothing
      }
      <button
        class="quiet small"
        aria-label="Remove ${name}"
        ?disabled=${busy}
        @click=${() => this.preparing.remove(id)}
      >
        ${close}
      </button>
      ${
        problem
          ? html`<p class="problem small" role="alert" data-code=${problem.code}>${withCode(problem.message)}</p>`
          : nothing
      }
    </li>`;
  }

  #annotation({ annotation, biotype, making }: PrepareState) {
    if (!annotation)
      return html`<p class="small muted empty">
        No annotation yet: genes as GTF, GFF3 or BED; GENCODE's and Ensembl's files are read as they are.
      </p>`;
    const { name, file, opened, reading, problem } = annotation;
    const busy = making !== undefined;
    return html`<ul class="files">
      <li data-file=${name} class=${problem ? "broken" : ""}>
        <div class="what">
          <span class="name">${name}</span>
          <span class="small muted">
            ${bytes(file.size)}${
              opened
                ? html`, ${opened.format}:
                  ${counted(opened.genes, "gene")}${
                    opened.transcripts > 0 ? html`, ${counted(opened.transcripts, "transcript")}` : nothing
                  },
                  ${counted(opened.chromosomes.length, "chromosome")}${opened.assembly ? ` (${opened.assembly})` : nothing}`
                : nothing
            }
          </span>
        </div>
        ${
          opened && opened.biotypes.length > 0
            ? html`<select
                aria-label="Which genes of ${name}"
                ?disabled=${busy}
                @change=${(event: Event) => this.preparing.setBiotype((event.target as HTMLSelectElement).value)}
              >
                <option value="" .selected=${biotype === ""}>All genes</option>
                ${opened.biotypes.map(
                  ({ name, genes }) =>
                    html`<option value=${name} .selected=${name === biotype}>${name} (${formatCount(genes)})</option>`,
                )}
              </select>`
            : nothing
        }
        <button
          class="quiet small"
          aria-label="Remove ${name}"
          ?disabled=${busy}
          @click=${() => this.preparing.removeAnnotation()}
        >
          ${close}
        </button>
        ${opened?.notes.map((note) => html`<p class="small muted note">${note}</p>`)}
        ${
          problem
            ? html`<p class="problem small" role="alert" data-code=${problem.code}>${withCode(problem.message)}</p>`
            : nothing
        }
        ${
          reading
            ? html`<regulens-progress
                class="note"
                .activity=${reading}
                cancellable
                @cancel=${() => this.preparing.cancelReading()}
              ></regulens-progress>`
            : nothing
        }
      </li>
    </ul>`;
  }

  /** The assembly of all files: detected, or requested from the user. */
  #assembly({ signals, annotation, assembly, making }: PrepareState, { assembly: trained }: ModelCard) {
    if (!trained || !annotation?.opened || !signals.some(({ opened }) => opened)) return nothing;
    const told = assemblyOfAll(signals, annotation.opened, undefined);
    if (told) return html`<p class="small muted">Assembly: ${toldInWords(told)}.</p>`;
    return html`<label class="small"
      >Assembly of these files
      ${assemblyChoice(trained, assembly, (said) => this.preparing.sayAssembly(said), making !== undefined)}</label
    >`;
  }

  /** Other samples, each made into a table with the settings above. */
  #others({ others, making }: PrepareState) {
    if (others.length === 0) return nothing;
    return html`<p class="small">
        The files above are of the first sample. ${counted(others.length, "more table")} will be made in the same way:
      </p>
      <ul class="small">
        ${others.map(
          ({ name, files }) =>
            html`<li>
              <strong>${name}</strong>, ${counted(files.length, "file")}
              <button
                class="quiet small"
                aria-label="Remove ${name}"
                ?disabled=${making !== undefined}
                @click=${() => this.preparing.removeSample(name)}
              >
                ${close}
              </button>
            </li>`,
        )}
      </ul>
      ${others.map(({ name, problem }) => errorNotice(`No table was made of ${name}`, problem))}`;
  }

  /** Describes the table before it is made. */
  #whatHappens({ signals, annotation, biotype, values, covered, making }: PrepareState, card: ModelCard) {
    const opened = annotation?.opened;
    if (!opened || signals.length === 0) return nothing;
    const genes = biotype ? (opened.biotypes.find(({ name }) => name === biotype)?.genes ?? 0) : opened.genes;
    const { upstream, downstream } = cardWindow(card);
    const without = [...new Set([...covered].map((each) => each.slice(2)))];
    const but = without.length > 0 ? `, but not of ${listed(without)}` : "";
    const gaps = values === "mean-covered" ? "" : `; gaps count as 0${but}`;
    return html`<div class="small plan">
      <p>
        Around the TSS of each of ${counted(genes, "gene")}, ${card.bins} bins of ${card.bin_size} bp
        (−${formatCount(upstream)} to +${formatCount(downstream)} bp, ${orderInWords(card)}), as the model's card says.
        BAM and BED of reads count reads. For bigWig and bedGraph, use the
        <select
          aria-label="What a bin has of bigWig and bedGraph"
          ?disabled=${making !== undefined}
          @change=${(event: Event) => this.preparing.setValues((event.target as HTMLSelectElement).value as BinValue)}
        >
          ${Object.entries(VALUES).map(
            ([value, text]) => html`<option value=${value} .selected=${value === values}>${text}</option>`,
          )}
        </select>
        of each bin${gaps}. Genes on a chromosome that a file lacks are left out; <code>chr</code> before a name makes
        no difference. The table is the one that <code>regulens prepare hm</code> makes.
      </p>
    </div>`;
  }

  #made({ made }: PrepareState, card: ModelCard) {
    return html`${made.map(({ file, genes, marks, notes, summary, silent, proposed, geneNotes, cell }) => {
      const whose = cellsOf(card).length > 1 ? `${this.#title(card, cell)}: ` : "";
      return html`<regulens-notice
        tone="info"
        .heading="${whose}${counted(genes, "gene")}, ${counted(marks.length, "mark")}, ${card.bins} bins: ${file.name}"
        data-made
      >
        ${notes.map((note) => html`<p>${note}.</p>`)} ${summary.map((line) => html`<p>${line}.</p>`)}
        ${
          silent.length > 0
            ? html`<p>
                <strong>${listed(silent)}: no signal in any window.</strong> Check that the file is whole and of this
                genome.
              </p>`
            : nothing
        }
        <div class="actions">
          ${
            proposed.length > 0
              ? html`<button @click=${() => void this.preparing.makeOfCovered(proposed, cell, card)}>
                  Make it again with ${listed(proposed)} by bases with a value
                </button>`
              : nothing
          }
          <button ?disabled=${this.packing === file} @click=${() => void this.#save(file)}>
            ${save} ${this.packing === file ? "Packing the table…" : "Save the table (CSV.gz)"}
          </button>
          ${
            geneNotes
              ? html`<button
                  class="quiet"
                  @click=${() => saveFile(file.name.replace(/\.csv$/, ".notes.tsv"), geneNotes)}
                >
                  ${save} What became of genes (TSV)
                </button>`
              : nothing
          }
        </div>
      </regulens-notice>`;
    })}`;
  }

  /** Saves a table, compressed by the browser. */
  async #save(file: File): Promise<void> {
    this.packing = file;
    try {
      const packed = await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
      saveFile(`${file.name}.gz`, new Blob([packed], { type: "application/gzip" }));
    } finally {
      this.packing = undefined;
    }
  }

  #chooseFiles = (event: Event): void => {
    const files = takeFiles(event);
    if (files.length > 0) void this.session.prepare(files);
  };
}
