/** Summary of a table before anything is run: genes, marks, bins, window, values; and remedies for differences. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Deviation, ModelCard, Understanding } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots";
import { canRescale, deviationInWords, listed, obstacle } from "../../../session/preparation";
import { BEFORE_STAND_IN, costsInWords, standInsIn } from "../../shared/stand-ins";
import type { CurrentModel, State } from "../../../session/state";
import { ANOTHER, assemblyInWords } from "../../shared/assemblies";
import { madeOfInWords, NAMED_SPECIES, speciesOfGenes, speciesTrained } from "../../shared/species";
import type { Cell } from "../../shared/cells";
import { LAYOUTS, mixesUnits } from "../../shared/signal";
import type { CurrentTable, Tables, TablesState } from "./tables";
import { cardWindow, orderInWords } from "../../shared/windows";
import { mixedUnitsRemark } from "../../shared/remarks/values";
import { markName, markStyles } from "../../../ui/mark-name";
import { remarkNotices } from "../../../ui/notice";
import { saveFile } from "../../../export/save";
import { controls, shared } from "../../../ui/styles/shared";
import { PlotTheme } from "../../../ui/theme/theme";

/** The layouts that are read, folded away. */
@customElement("regulens-table-help")
export class TableHelp extends LitElement {
  static override styles = [
    shared,
    css`
      summary {
        width: fit-content;
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
        color: var(--color-accent);
        cursor: pointer;
      }

      .body {
        display: grid;
        gap: var(--space-3);
        padding-block-start: var(--space-3);
        max-width: var(--measure);
      }

      pre {
        margin: 0;
        padding: var(--space-3);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
        font: var(--text-xs) / var(--leading-normal) var(--font-mono);
        overflow-x: auto;
      }
    `,
  ];

  override render() {
    return html`<details>
      <summary>Table format</summary>
      <div class="body small">
        <p>
          One row per bin, bins numbered from 1 in genomic order, all rows of a gene together. The first row names the
          marks; their order does not matter. A column <code>label</code> (1 on, 0 off) is optional.
        </p>
        <!-- prettier-ignore -->
        <pre tabindex="0">gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3
ENSG00000156508,1,0,2,1,0,1
ENSG00000156508,2,1,0,3,0,0</pre>
        <p>
          Published tables without a header are read too: the eight columns of AttentiveChrome (gene, bin, H3K27me3,
          H3K36me3, H3K4me1, H3K4me3, H3K9me3, label), or the six of DeepDiff (<code>ENSG_SYMBOL_bin</code>, H3K4me1,
          H3K4me3, H3K9me3, H3K27me3, H3K36me3).
        </p>
        <p>
          Values are read counts in bins of 100 bp, such as <code>bedtools multicov</code> gives, over ±5,000 bp around
          each transcription start site.
        </p>
      </div>
    </details>`;
  }
}

/** Deviations of what was measured: what stands in for a mark is unlike measured values; another notice reports it. */
function measured({ deviations, notes }: Understanding): Deviation[] {
  const standIns = new Set(standInsIn(notes).map(({ mark }) => mark));
  return deviations.filter(({ mark }) => mark === null || !standIns.has(mark));
}

/** Shows how a table was understood. */
@customElement("regulens-understood")
export class Understood extends LitElement {
  @property({ attribute: false }) tables!: Tables;
  @property({ attribute: false }) state!: TablesState;
  @property({ attribute: false }) page!: State;
  /** Cell type of the table, where a model reads two. */
  @property({ attribute: false }) cell: Cell | undefined;
  #plots = new PlotTheme(this);

  static override styles = [
    controls,
    markStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }

      dl {
        display: grid;
        grid-template-columns: minmax(5rem, auto) minmax(0, 1fr);
        gap: var(--space-2) var(--space-4);
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
      }

      dt {
        color: var(--color-ink-muted);
      }

      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
      }

      .missing {
        color: var(--color-danger);
        text-decoration: line-through;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .choice {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3);
        align-items: start;
        margin-block-start: var(--space-2);
        cursor: pointer;
      }

      .choice input {
        margin-block-start: 0.22em;
      }

      .choice .text {
        font-weight: var(--weight-medium);
      }

      ul {
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  override render() {
    const { model } = this.page;
    const { understanding, table } = this.state[this.cell ?? "a"];
    if (!understanding || !model || !table) return nothing;
    const blocked = obstacle(understanding, this.#accepted);
    return html`<section aria-labelledby="heading">
      <h3 id="heading">${this.cell ? `Table ${this.cell.toUpperCase()}` : "Table"} as read</h3>
      ${
        understanding.bins.selectable
          ? this.#selection(understanding.bins.selectable, understanding, model)
          : blocked
            ? html`<regulens-notice tone="danger" heading=${blocked.what} data-blocked
                ><p>${blocked.remedy}</p>
                ${this.#standInChoice()}</regulens-notice
              >`
            : nothing
      }
      <dl>
        <dt>Genes</dt>
        <dd>
          ${formatCount(understanding.genes)}${
            table.labels
              ? html`, with labels: ${formatCount(table.labels.reduce((sum, on) => sum + on, 0))} on`
              : nothing
          }
        </dd>
        ${this.#species(table, model.card)}
        <dt>Layout</dt>
        <dd>${LAYOUTS[understanding.layout].columns}</dd>
        <dt>Marks</dt>
        <dd>${this.#marks(understanding)}</dd>
        <dt>Bins</dt>
        <dd>${this.#bins(understanding, model)}</dd>
        <dt>Values</dt>
        <dd>${measured(understanding).length > 0 ? "unlike the training data, see below" : this.#alike(model.card)}</dd>
        ${
          understanding.notes.length > 0
            ? html`<dt>Notes</dt>
                <dd>${understanding.notes.map((note) => html`<p>${note}</p>`)}</dd>`
            : nothing
        }
      </dl>
      ${this.#stoodIn(table)} ${this.#deviations(understanding)}
    </section>`;
  }

  /** Values that may stand in for marks that the table lacks. */
  #standInChoice() {
    const standIns = this.tables.missingMarks(this.cell);
    if (standIns.length === 0) return nothing;
    const values = standIns.map(({ mark, value }) => `${Number(value.toPrecision(4))} for ${mark}`);
    const marks = standIns.map(({ mark }) => mark);
    const lacking = this.cell ? (["a", "b"] as const).map((cell) => (cell === this.cell ? marks : [])) : [marks];
    const { model } = this.page;
    return html`<p>${BEFORE_STAND_IN}</p>
      ${model && costsInWords(model.card, lacking).map((cost) => html`<p>${cost}</p>`)}
      <p>
        <button ?disabled=${this.page.isRunning} @click=${() => void this.tables.standIn(this.cell)}>
          Use ${listed(values)} everywhere
        </button>
        <span class="muted">${standIns[0]?.what}</span>
      </p>`;
  }

  /** The copy of a table in which values stand in for marks: to be saved, or put away. */
  #stoodIn(table: CurrentTable) {
    const source = this.tables.sourceOf(table);
    if (!this.tables.measuredOf(table) || !source || !("blob" in source)) return nothing;
    const marks = listed(standInsIn(table.notes).map(({ mark }) => mark));
    return html`<div class="actions">
      <button class="quiet small" @click=${() => saveFile(source.file, source.blob)}>
        Save the table with the stand-in (CSV)
      </button>
      <button
        class="quiet small"
        ?disabled=${this.page.isRunning}
        @click=${() => void this.tables.undoStandIn(this.cell)}
      >
        Remove the value for ${marks}
      </button>
    </div>`;
  }

  #marks({ marks, extraMarks, layout }: Understanding) {
    return html`<div class="marks">
        ${marks.map(({ mark, column }) =>
          column === null ? html`<span class="missing">${mark}</span>` : markName(mark, this.#plots.theme),
        )}
      </div>
      <p class="muted">
        ${
          layout === "headed" || layout === "compute-matrix"
            ? "matched by name"
            : "identified by position in the published layout"
        }${extraMarks.length > 0 ? html`; ${listed(extraMarks)} not used by this model` : nothing}
      </p>`;
  }

  /** The species of the genes: told by their ids, else asked for, once of two tables. */
  #species({ genes, simulated }: CurrentTable, card: ModelCard) {
    const trained = speciesTrained(card);
    if (!trained || simulated || this.cell === "b") return nothing;
    const told = speciesOfGenes(genes);
    const { species } = this.state;
    const made = madeOfInWords(species);
    const choose = ({ target }: Event): void =>
      this.tables.saySpecies((target as HTMLSelectElement).value || undefined);
    return html`<dt>Species</dt>
      <dd>
        ${
          told
            ? html`${told}, by the ids of the genes${made === undefined ? nothing : `. ${made}`}`
            : html`<select aria-label="Species of these genes" @change=${choose}>
                <option value="" .selected=${live(species === undefined)}>unknown</option>
                ${[...new Set([...(made === undefined ? [] : [species!]), trained, ...NAMED_SPECIES])].map(
                  (each) =>
                    html`<option value=${each} .selected=${live(each === species)}>
                      ${assemblyInWords(each)}${each === trained ? ", as for the model" : nothing}
                    </option>`,
                )}
                <option value=${ANOTHER} .selected=${live(species === ANOTHER)}>another species</option>
              </select>`
        }
      </dd>`;
  }

  #bins({ bins }: Understanding, { card }: CurrentModel) {
    const { upstream, downstream, anchor } = cardWindow(card);
    const fits = bins.table === bins.model;
    return html`${bins.table} a
    gene${
      fits
        ? html`, read as ${card.bin_size} bp each, −${formatCount(upstream)} to +${formatCount(downstream)} bp around
          the ${anchor}, ${orderInWords(card)}`
        : html`; the model takes ${bins.model}`
    }`;
  }

  get #accepted() {
    return this.state[this.cell ?? "a"].accepted;
  }

  #alike(card: ModelCard) {
    return (this.cell === "b" ? card.input_distribution_b : card.input_distribution)?.length
      ? "distributed like the training data"
      : "the card has no record to compare them with";
  }

  /** More bins than the model takes: the middle of them is offered, never taken silently. */
  #selection([first, last]: readonly [number, number], understanding: Understanding, { card }: CurrentModel) {
    const { bins } = understanding;
    const blocked = obstacle(understanding, this.#accepted);
    const heading = blocked ? blocked.what : `Bins ${first}–${last} of ${bins.table} are used.`;
    return html`<regulens-notice
      tone=${blocked ? (understanding.runs ? "warning" : "danger") : "info"}
      heading=${heading}
      ?data-blocked=${blocked !== undefined}
    >
      ${understanding.runs ? nothing : html`<p>${blocked?.remedy}</p>`}
      <label class="choice">
        <input
          type="checkbox"
          .checked=${this.#accepted.selectBins}
          ?disabled=${this.page.isRunning}
          @change=${(event: Event) => this.tables.acceptBins((event.target as HTMLInputElement).checked, this.cell)}
        />
        <span>
          <span class="text">Use bins ${first}–${last} of each gene</span><br />
          <span class="muted"
            >the middle ${bins.model} of ${bins.table}: correct if your bins are ${card.bin_size} bp wide and the
            ${cardWindow(card).anchor} is in the middle</span
          >
        </span>
      </label>
    </regulens-notice>`;
  }

  #deviations(understanding: Understanding) {
    const { deviations: all } = understanding;
    const deviations = measured(understanding);
    const isMixed = mixesUnits(understanding);
    if (deviations.length === 0) return remarkNotices(mixedUnitsRemark(understanding));
    return html`${remarkNotices(mixedUnitsRemark(understanding))}<regulens-notice
        tone="warning"
        heading="The values differ from those the model was trained on"
      >
        <ul>
          ${deviations
            .map((deviation) => [deviation, all.indexOf(deviation)] as const)
            .map(
              ([deviation, i]) =>
                html`<li data-deviation=${deviation.code}>
                  ${deviationInWords(deviation)}
                  ${
                    canRescale(deviation) && !(deviation.mark === null && isMixed)
                      ? html`<label class="choice">
                          <input
                            type="checkbox"
                            .checked=${this.#accepted.rescale.has(i)}
                            ?disabled=${this.page.isRunning}
                            @change=${(event: Event) =>
                              this.tables.acceptRescale(i, (event.target as HTMLInputElement).checked, this.cell)}
                          />
                          <span class="text"
                            >Multiply ${deviation.mark ?? "all marks"} by ${deviation.factor} before running</span
                          >
                        </label>`
                      : nothing
                  }
                </li>`,
            )}
        </ul>
        <p class="muted">What you choose is recorded with the results.</p>
      </regulens-notice>`;
  }
}
