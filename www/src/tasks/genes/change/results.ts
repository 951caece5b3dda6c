/**
 * The results of a model of a change: figures of the set, with measured counts; the table of genes; one gene; and
 * saving.
 */

import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { WeightsByDirection } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import "../../../explain/everywhere/panel";
import "../../../explain/perturb";
import type { Provenance } from "../../../export";
import { provenance } from "../saved/record";
import { sureFact, sureStyles } from "../sure/fact";
import { factsOfAll, factsOfPart, ofAll, together, weightsOfWhole } from "../together";
import { explainingBy } from "../explained-gene";
import { GenesResults } from "../results";
import { preparationInWords } from "../../../session/preparation";
import { type ChangeState, type CurrentChange, PUBLISHED_THRESHOLD } from "./outcome";
import type { ChangeWork } from "./session";
import { rowStyles } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { ALPHA, BETA, noEffect } from "../../shared/explanation-choice";
import type { Cell } from "../../shared/cells";
import type { Symbols } from "../../shared/genes/names";
import { cellNamesOf, fileOf, type Grouping, type GroupsRequest, type Measured } from "../result";
import type { ExplainedSet } from "../../../explain/set/set";
import "../../../explain/analyses";
import { explainedSet } from "../explained-set";
import { type PlainError, plainOf } from "../../../rpc/errors";
import { CHANGE_ANSWER } from "./answer";
import { cellsOf, drivingDrawing, geneAtPlace, histogramDrawing, scatterDrawing } from "./drawings";
import { kindsOf } from "./kinds";
import { deviceFact } from "../../shared/run/device";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { file as fileIcon } from "../../../ui/icons";
import "../../shared/methods-dialog";
import { errorNotice } from "../../../ui/notice";
import { choiceStyles } from "../../shared/choice-styles";
import { stripStyles } from "../../shared/results-styles";
import { Subscription } from "../../../ui/subscription";
import { takeFiles } from "../../shared/take-files";

/** Weights of marks in groups of genes, and their figure. */
interface Weighed {
  readonly asked: GroupsRequest;
  readonly found: WeightsByDirection;
  readonly drawing: Drawing;
}

/** The results of a model of a change. */
@customElement("regulens-change")
export class ChangeResults extends GenesResults<CurrentChange, ChangeState> {
  declare session: ChangeWork;
  #selected: number | undefined;
  #measured: Measured | undefined;
  #symbols: Symbols | undefined;
  /** The latest request for weights of marks in groups. */
  #asked: GroupsRequest | undefined;
  /** The latest answer for this run and grouping, possibly with an earlier threshold until the next one arrives. */
  @internal() private weighed: Weighed | undefined;
  @internal() private unweighed: PlainError | undefined;
  @internal() private problem: PlainError | undefined;
  #perturbation: ChangeState["perturbation"];
  #run: CurrentChange | undefined;
  /** The run as a set for explanations. */
  #set: ExplainedSet | undefined;
  #histogram: Drawing | undefined;
  #scatter: Drawing | undefined;
  /** Measured log2 fold changes of the run's genes, if counts of both cell types are open. */
  #truth: Float32Array | undefined;
  /** Pearson's r with the predicted changes, once it is known. */
  #r: number | undefined;
  protected readonly subscription = new Subscription(this, () => this.session?.page.correlations);

  static override styles = [
    ...GenesResults.styles,
    stripStyles,
    sureStyles,
    rowStyles,
    choiceStyles,
    css`
      dd {
        font-size: var(--text-sm);
      }

      dd.large {
        font-size: var(--text-md);
      }

      input[type="number"] {
        width: 5rem;
        padding-inline: var(--space-2);
        line-height: 1;
      }

      .counts {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3);
        border: 1.5px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }
    `,
  ];

  override willUpdate(): void {
    const { run, selected, measured, threshold } = this.state;
    if (!run) return;
    const isAnother = run !== this.#run;
    // The tracks of both cell types and their difference are too many for a screen.
    if (isAnother) this.kind = run.rows[0]?.startsWith("diff_") ? "diff" : "A";
    const { perturbation } = this.state;
    // An edited signal comes into view.
    if (perturbation !== this.#perturbation && this.kind !== "diff") {
      const cell = perturbation?.changes.at(-1)?.cell;
      if (cell !== undefined) this.kind = cell === 0 ? "A" : "B";
    }
    this.#perturbation = perturbation;
    if (isAnother) {
      this.#run = run;
      this.#histogram = histogramDrawing({ ...run, foldChange: together(run).predicted });
      this.problem = this.unweighed = undefined;
      this.#scatter = this.#asked = this.weighed = undefined;
      this.session.own.recallCounts().catch((thrown: unknown) => (this.problem = plainOf(thrown)));
    }
    if (isAnother || measured !== this.#measured) this.#adopt(run, measured);
    if (isAnother || selected !== this.#selected) {
      this.#selected = selected;
      this.#scatter = undefined;
    }
    if (this.only !== "gene" && (!this.#asked || this.#asked.threshold !== threshold)) void this.#weigh(run);
    const { symbols } = this.session.tables.state;
    if (symbols !== this.#symbols) this.#scatter = undefined;
    this.#symbols = symbols;
    const r = this.#truth && this.#pearson(run, this.#truth);
    if (!Object.is(r, this.#r) && this.#scatter) this.#scatter = { ...this.#scatter };
    this.#r = r;
    if (this.#truth && !this.#scatter)
      this.#scatter = scatterDrawing(
        run,
        this.#truth,
        () => (together(run).part ? undefined : this.#r),
        selected,
        symbols,
      );
  }

  /** Pearson's correlation with the measured changes: that of the whole run if this repeats a part; NaN if unknown. */
  #pearson(run: CurrentChange, truth: Float32Array): number | undefined {
    const { part, whole } = together(run);
    const said = whole?.said;
    return part ? (said?.pearson ?? Number.NaN) : this.session.page.correlations.of(run.foldChange, truth);
  }

  protected explaining() {
    return explainingBy(CHANGE_ANSWER, this.session);
  }

  protected override kinds(run: CurrentChange) {
    return html`<fieldset slot="tracks" class="compact">
      <legend class="visually-hidden">Whose signal and attention are shown</legend>
      ${kindsOf(cellsOf(run)).map(
        ([kind, name]) =>
          html`<label
            ><input
              type="radio"
              name="kind"
              .checked=${kind === this.kind}
              @change=${() => (this.kind = kind)}
            />${name}</label
          >`,
      )}
    </fieldset>`;
  }

  protected words(run: CurrentChange) {
    const [a, b] = cellNamesOf(run);
    const { without } = run.model.description;
    return html`<p>
        The predicted log2 fold change is log2((${b} + 1) / (${a} + 1)):
        <strong>positive for a gene that is higher in ${b}</strong>, negative for one that is higher in ${a}. The tracks
        show A − B, ${a} minus ${b}, as the model reads it.
      </p>
      ${without ? html`<p>${without}</p>` : nothing}
      <p>α is ${ALPHA}, β ${BETA}. ${noEffect(true, "a gene")}</p>`;
  }

  protected tests(run: CurrentChange, made: Provenance) {
    return html`${this.#explainedSet(made)} ${this.#counts(run, made)}`;
  }

  protected overview(run: CurrentChange) {
    const made = provenance(run, factsOfAll(run));
    return {
      title: "predicted changes, and marks attended to in genes that go up and down",
      figures: html`${this.figure("distribution of predicted changes", this.#histogram!, made)}
        <div class="panel stack">${this.#drivingMarks(run)}</div>`,
    };
  }

  /** Explanations of the genes' fold changes, and deletion tests. */
  #explainedSet(made: Provenance) {
    if (this.only === "gene" || !this.#set) return nothing;
    const { setExplanations, checks } = this.session;
    return html`<regulens-analyses
      .of=${this.#set}
      .checks=${checks}
      .set=${setExplanations}
      .planted=${this.state.planted}
      ?fixed=${this.only !== undefined}
      .provenance=${made}
      >Falls are counted in the direction of the predicted change.</regulens-analyses
    >`;
  }

  protected summary(run: CurrentChange, seeds: number | undefined) {
    const [a, b] = cellNamesOf(run);
    const { genes, predicted: foldChange, part, isWhole } = together(run);
    const up = foldChange.reduce((sum, value) => sum + (value > 1 ? 1 : 0), 0);
    const down = foldChange.reduce((sum, value) => sum + (value < -1 ? 1 : 0), 0);
    const of = part && !isWhole ? `, of these ${formatCount(genes)}` : ofAll(run);
    const r = this.#r;
    const table = (i: 0 | 1) =>
      html`<div>
        <dt>${i === 0 ? "A" : "B"}, ${i === 0 ? a : b}</dt>
        <dd>
          ${run.tables[i].file}
          <small
            >${[counted(run.tables[i].genes.length, "gene"), ...preparationInWords(run.preparations[i])].join("; ")}</small
          >
        </dd>
      </div>`;
    return html`<dl>
      <div>
        <dt>Genes in both</dt>
        <dd class="large number">
          ${formatCount(genes)} ${part ? html`<small>${isWhole ? `${part}, are here` : part}</small>` : nothing}
        </dd>
      </div>
      <div>
        <dt>Higher in ${b}</dt>
        <dd class="large number">${formatCount(up)} <small>more than twofold${of}</small></dd>
      </div>
      <div>
        <dt>Higher in ${a}</dt>
        <dd class="large number">${formatCount(down)} <small>more than twofold${of}</small></dd>
      </div>
      ${
        r === undefined || Number.isNaN(r)
          ? nothing
          : html`<div>
              <dt>Pearson’s r</dt>
              <dd class="large number">${r.toFixed(3)} <small>against the measured counts${ofAll(run)}</small></dd>
            </div>`
      }
      ${sureFact(this.session, seeds)} ${table(0)} ${table(1)} ${deviceFact(run, run.genes.length)}
    </dl>`;
  }

  #counts(run: CurrentChange, made: Provenance) {
    const slot = (cell: Cell, name: string) => {
      const given = this.#measured?.[cell];
      const known = given?.counts.reduce((sum, count) => sum + (Number.isNaN(count) ? 0 : 1), 0) ?? 0;
      return html`<div class="counts" @dragover=${hold} @drop=${(event: DragEvent) => this.#dropCounts(event, cell)}>
        <p class="small">
          <strong>${cell.toUpperCase()}, ${name}</strong
          >${given ? html`: ${given.file}, counts of ${formatCount(known)} of ${formatCount(run.genes.length)} genes` : ": no counts yet"}
        </p>
        <label class="button small">
          ${fileIcon} Choose the counts of ${cell.toUpperCase()}…
          <input
            type="file"
            @change=${(event: Event) => {
              const [chosen] = takeFiles(event);
              if (chosen) void this.#readCounts(chosen, cell);
            }}
          />
        </label>
      </div>`;
    };
    const [a, b] = cellNamesOf(run);
    return html`<h3>Predicted against measured</h3>
      ${
        this.#truth && this.#scatter
          ? html`<regulens-figure
              label="predicted against measured change"
              table=${fileOf(run)}
              .drawing=${this.#scatter}
              .provenance=${made}
              @choose=${(event: CustomEvent<number>) => {
                const gene = this.#truth && geneAtPlace(run, this.#truth, event.detail);
                if (gene !== undefined) void this.session.selectGene(gene);
              }}
            ></regulens-figure>`
          : html`<p class="small muted">
              Give a table of measured counts of each cell type, rows <code>gene,count</code>, to see how well the
              change is predicted.
            </p>`
      }
      ${errorNotice("These counts could not be read", this.problem, () => (this.problem = undefined))} ${slot("a", a)}
      ${slot("b", b)}`;
  }

  /** As in the paper, genes are grouped by measured change if counts of both cell types are open. */
  get #grouping(): Grouping {
    return this.#truth ? "measured" : "predicted";
  }

  #drivingMarks(run: CurrentChange) {
    const [a, b] = cellNamesOf(run);
    const whole = this.#weighsWhole(run);
    const made = provenance(run, whole ? factsOfAll(run) : factsOfPart(run));
    const how = whole?.by ?? this.#grouping;
    const foldChange = this.#truth ?? run.foldChange;
    const { weighed } = this;
    const now = weighed?.asked === this.#asked ? weighed?.found : undefined;
    const isChosen = this.state.threshold !== undefined;
    const threshold = this.state.threshold ?? now?.threshold;
    const counts = now
      ? ` ${formatCount(now.up)} up in ${b}, ${formatCount(now.down)} down in ${b} (higher in ${a}).`
      : "";
    return html`<h3>Marks attended to in genes that go up, and in genes that go down</h3>
      <div class="row">
        <label class="small" for="threshold">Genes ${how} to change by more than</label>
        <input
          id="threshold"
          type="number"
          min="0"
          max="100"
          step="0.01"
          .value=${threshold === undefined ? "" : String(threshold)}
          ?disabled=${threshold === undefined}
          @change=${this.#setThreshold}
        />
        <span class="small muted"
          >log2${isChosen ? "" : ": the tenth of the genes that change most"}; ${PUBLISHED_THRESHOLD} in the paper’s
          figure 5.${counts}</span
        >
        ${
          isChosen
            ? html`<button class="small" @click=${() => this.session.set({ threshold: undefined })}>
                The tenth that change most
              </button>`
            : nothing
        }
      </div>
      ${errorNotice("Attention to the marks could not be averaged", this.unweighed, () => (this.unweighed = undefined))}
      ${
        weighed && weighed.found.up + weighed.found.down > 0
          ? html`<regulens-figure
              label="mean attention to the marks of genes up and down"
              table=${fileOf(run)}
              .drawing=${weighed.drawing}
              .provenance=${made}
            ></regulens-figure>`
          : now &&
            html`<p class="small">
              No gene is ${how} to change that much: the greatest ${how} change is
              ${foldChange.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0).toFixed(1)}.
              Lower the threshold to see means.
            </p>`
      }`;
  }

  #setThreshold = (event: Event): void => {
    const value = (event.target as HTMLInputElement).valueAsNumber;
    if (Number.isFinite(value) && value >= 0) this.session.set({ threshold: value });
  };

  /** Weights of the whole run, if this repeats a part with the same threshold. */
  #weighsWhole(run: CurrentChange) {
    return this.state.threshold === undefined ? weightsOfWhole(run) : undefined;
  }

  /** Requests mean weights of marks over the current groups. */
  async #weigh(run: CurrentChange): Promise<void> {
    const { threshold } = this.state;
    const asked = { by: this.#grouping, threshold };
    this.#asked = asked;
    this.unweighed = undefined;
    const whole = this.#weighsWhole(run);
    if (whole) {
      this.weighed = { asked, found: whole.found, drawing: drivingDrawing(run, whole.found, whole.by) };
      return;
    }
    try {
      const found = await this.session.page.worker.call("weightsOfChange", asked);
      // The run, the counts or the threshold may have changed meanwhile.
      if (this.#asked === asked) this.weighed = { asked, found, drawing: drivingDrawing(run, found, asked.by) };
    } catch (thrown) {
      if (this.#asked === asked) this.unweighed = plainOf(thrown);
    }
  }

  async #readCounts(file: File, cell: Cell): Promise<void> {
    this.problem = undefined;
    try {
      await this.session.readMeasured({ blob: file, file: file.name }, cell);
    } catch (thrown) {
      this.problem = plainOf(thrown);
    }
  }

  #adopt(run: CurrentChange, measured: Measured | undefined): void {
    this.#measured = measured;
    const truth = measured?.foldChange;
    // Both depend on the measured change.
    if (truth !== this.#truth) this.#scatter = this.#asked = this.weighed = undefined;
    this.#truth = truth;
    this.#set = explainedSet(run, this.#truth !== undefined);
    this.session.checks.follow(run, fileOf(run));
  }

  #dropCounts(event: DragEvent, cell: Cell): void {
    event.preventDefault();
    const chosen = event.dataTransfer?.files[0];
    if (chosen) void this.#readCounts(chosen, cell);
  }
}

function hold(event: DragEvent): void {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
}
