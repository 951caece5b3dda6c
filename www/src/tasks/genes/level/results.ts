/** Results of a model of level: figures of the set, measured counts beside it, the table of genes, one gene. */

import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import "../../../explain/contrast-choice";
import "../../../explain/everywhere/panel";
import type { Asked } from "../../../explain/everywhere/panel";
import type { Provenance } from "../../../export";
import { deviceFact } from "../../shared/run/device";
import "../../../model/methods-dialog";
import { formatCount } from "../../../plots/core/format";
import { type PlainError, plainOf } from "../../../rpc/errors";
import { preparationInWords } from "../../../session/preparation";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { ALPHA, BETA, noEffect } from "../../shared/attention-words";
import { stripStyles } from "../../shared/results-styles";
import { takeFiles } from "../../shared/take-files";
import type { Current } from "../outcome";
import { GenesResults, MORE } from "../results";
import { fileOf, UNIT } from "../result";
import { provenance } from "../saved/record";
import { sureFact, sureStyles } from "../sure/fact";
import { factsOfAll, factsOfPart, ofAll, together } from "../together";
import { changedEverywhere, histogramDrawing, scatterDrawing } from "./drawings";
import "./explained";
import "./gene";
import { formatLevel } from "./levels";
import { agreementInWords, formatScore } from "./measured";
import { type CurrentLevels, type LevelState, meanOf } from "./outcome";
import type { LevelWork } from "./session";
import { scoreTogether } from "./together";
import "./table";

/** The results of a model of level. */
@customElement("regulens-levels")
export class LevelResults extends GenesResults {
  declare session: LevelWork;
  declare state: LevelState;
  @internal() private problem: PlainError | undefined;
  #histogram: { readonly run: CurrentLevels; readonly drawing: Drawing } | undefined;
  #scatter: { readonly of: readonly unknown[]; readonly drawing: Drawing } | undefined;

  protected readonly asked: Asked = {
    ...{ name: "The level", column: "level", digits: 2 },
    drawing: changedEverywhere,
  };

  protected cellsOf(_: Current): readonly string[] {
    return [];
  }

  static override styles = [
    ...GenesResults.styles,
    stripStyles,
    sureStyles,
    css`
      dd {
        font-size: var(--text-sm);
      }

      dd.large {
        font-size: var(--text-md);
      }
    `,
  ];

  override willUpdate(): void {
    const { run, measured, selected } = this.state;
    if (!run) return;
    if (this.#histogram?.run !== run) {
      this.problem = undefined;
      this.#histogram = { run, drawing: histogramDrawing({ level: together(run).predicted }) };
    }
    const { symbols } = this.session.tables.state;
    const of = [run, measured, selected, symbols];
    if (!measured) this.#scatter = undefined;
    else if (!this.#scatter || of.some((each, i) => each !== this.#scatter!.of[i]))
      this.#scatter = { of, drawing: scatterDrawing(run, measured, selected, symbols) };
  }

  override render() {
    const { state, session, only } = this;
    const { run } = state;
    if (!run || !this.#histogram) return nothing;
    const [made, ofPart] = [provenance(run), provenance(run, factsOfPart(run))];
    const seeds = session.seeds;
    const { symbols } = session.tables.state;
    const { without } = run.model.description;
    const list = html`<regulens-level-table
      slot="list"
      .run=${run}
      .measured=${state.measured}
      .listing=${state.listing}
      .everywhere=${state.everywhere}
      .sets=${state.sets}
      .symbols=${symbols}
      .shares=${session.shares}
      @listing=${(event: CustomEvent<LevelState["listing"]>) => session.set({ listing: event.detail })}
      .selected=${state.selected}
      @select=${this.select}
    ></regulens-level-table>`;
    const parts = html`<regulens-level-gene
        .isAlone=${false}
        .run=${run}
        .gene=${state.gene}
        .spread=${state.spread}
        .sets=${state.sets}
        .seeds=${seeds}
        .symbols=${symbols}
        .worker=${session.page.worker}
        .shares=${session.shares}
        .planted=${state.planted}
        .provenance=${made}
        .file=${fileOf(run)}
        .perturbation=${state.perturbation}
        ?everywhere=${!only}
        .applying=${state.doing.everywhere}
        .more=${only ? [] : MORE}
        .chosen=${state.shown}
        @show=${(event: CustomEvent<LevelState["shown"]>) => session.set({ shown: event.detail })}
        wide=${session.comparing.state.comparison ? "compare" : nothing}
      >
        <div slot="why" class="small muted stack">
          <p>The predicted level is ${UNIT}: it is 1 more for a gene of twice the reads.</p>
          ${without ? html`<p>${without}</p>` : nothing} ${run.rows.length > 0 ? html`<p>α is ${ALPHA}.</p>` : nothing}
          ${run.beta.length > 0 ? html`<p>β is ${BETA}.</p>` : nothing}
          ${run.rows.length > 0 ? html`<p>${noEffect(run.beta.length > 0, "a gene")}</p>` : nothing}
        </div>
        <div slot="test" class="stack">${this.#counts(run, ofPart)}</div>
        <div slot="what-if">${this.everywhere(run, ofPart)}</div>
        ${only ? nothing : html`<div slot="compare" class="compare">${this.compare(run)}</div>`}
        <div slot="notes">${this.notes}</div>
      </regulens-level-gene>
      ${
        only === "gene"
          ? nothing
          : html`<div slot="strip">${this.#summary(run, seeds)}</div>
              <div slot="overview" class="set">
                ${this.figure("distribution of levels", this.#histogram.drawing, provenance(run, factsOfAll(run)))}
              </div>`
      }`;
    return this.framed("how much genes are expressed", list, parts);
  }

  #summary(run: CurrentLevels, seeds: number | undefined) {
    const { genes, predicted, part, isWhole } = together(run);
    const prepared = preparationInWords(run.preparations[0]);
    const score = scoreTogether(run, this.state.measured);
    return html`<dl>
      <div>
        <dt>Genes</dt>
        <dd class="large number">
          ${formatCount(genes)} ${part ? html`<small>${isWhole ? `${part}, are here` : part}</small>` : nothing}
        </dd>
      </div>
      <div>
        <dt>Level</dt>
        <dd class="large number">
          ${predicted.length > 0 ? formatLevel(meanOf(predicted)) : "–"}
          <small>${UNIT} on average${ofAll(run)}</small>
        </dd>
      </div>
      ${
        score
          ? html`<div>
              <dt>Pearson’s r</dt>
              <dd class="large number">
                ${formatScore(score.pearson)} <small>against the measured counts${ofAll(run)}</small>
              </dd>
            </div>`
          : nothing
      }
      ${sureFact(this.session, seeds)}
      <div>
        <dt>Table</dt>
        <dd>${run.tables[0].file} ${prepared.length > 0 ? html`<small>${prepared.join("; ")}</small>` : nothing}</dd>
      </div>
      ${deviceFact(run, run.genes.length)}
    </dl>`;
  }

  /** Measured counts, and the predictions against them. */
  #counts(run: CurrentLevels, made: Provenance) {
    const { measured } = this.state;
    const score = scoreTogether(run, measured);
    return html`<h3>Predicted against measured</h3>
      ${
        measured && this.#scatter
          ? html`<p class="small">
                ${measured.file}: counts of ${formatCount(measured.known.length)} of ${formatCount(run.genes.length)}
                genes. ${score ? `${agreementInWords(score)}${ofAll(run)}.` : nothing}
              </p>
              <regulens-figure
                label="predicted against measured level"
                table=${fileOf(run)}
                .drawing=${this.#scatter.drawing}
                .provenance=${made}
                @choose=${({ detail }: CustomEvent<number>) => void this.session.selectGene(measured.known[detail - 1]!)}
              ></regulens-figure>`
          : html`<p class="small muted">
              Give a table of measured counts, rows <code>gene,count</code>, to see how well levels are predicted.
            </p>`
      }
      ${errorNotice("These counts could not be read", this.problem, () => (this.problem = undefined))}
      <p>
        <label class="button small">
          ${fileIcon} Choose measured counts…
          <input type="file" @change=${this.#readCounts} />
        </label>
      </p>`;
  }

  #readCounts = (event: Event): void => {
    const [chosen] = takeFiles(event);
    this.problem = undefined;
    if (chosen)
      this.session
        .readMeasured({ blob: chosen, file: chosen.name })
        .catch((thrown: unknown) => (this.problem = plainOf(thrown)));
  };
}
