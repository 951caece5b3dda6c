/** Results of a model of level: figures of the set, measured counts beside it, the table of genes, one gene. */

import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import "../../../explain/everywhere/panel";
import "../../../explain/perturb";
import type { Provenance } from "../../../export";
import { deviceFact } from "../../shared/run/device";
import "../../shared/methods-dialog";
import { formatCount } from "../../../plots/core/format";
import { type PlainError, plainOf } from "../../../rpc/errors";
import { preparationInWords } from "../../../session/preparation";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { ALPHA, BETA, noEffect } from "../../shared/explanation-choice";
import { stripStyles } from "../../shared/results-styles";
import { takeFiles } from "../../shared/take-files";
import { explainingBy } from "../explained-gene";
import { GenesResults } from "../results";
import { fileOf, UNIT } from "../result";
import { provenance } from "../saved/record";
import { sureFact, sureStyles } from "../sure/fact";
import { factsOfAll, ofAll, scoreTogether, together } from "../together";
import { LEVEL_ANSWER } from "./answer";
import { histogramDrawing, scatterDrawing } from "./drawings";
import { formatLevel } from "../what-if";
import { agreementInWords, formatScore } from "./measured";
import { type CurrentLevels, type LevelState, meanOf } from "./outcome";
import type { LevelWork } from "./session";

/** The results of a model of level. */
@customElement("regulens-levels")
export class LevelResults extends GenesResults<CurrentLevels, LevelState> {
  declare session: LevelWork;
  @internal() private problem: PlainError | undefined;
  #histogram: { readonly run: CurrentLevels; readonly drawing: Drawing } | undefined;
  #scatter: { readonly of: readonly unknown[]; readonly drawing: Drawing } | undefined;

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

  protected explaining() {
    return explainingBy(LEVEL_ANSWER, this.session);
  }

  protected words({ rows, beta, model: { description } }: CurrentLevels) {
    return html`<p>The predicted level is ${UNIT}: it is 1 more for a gene of twice the reads.</p>
      ${description.without ? html`<p>${description.without}</p>` : nothing}
      ${rows.length > 0 ? html`<p>α is ${ALPHA}.</p>` : nothing}
      ${beta.length > 0 ? html`<p>β is ${BETA}.</p>` : nothing}
      ${rows.length > 0 ? html`<p>${noEffect(beta.length > 0, "a gene")}</p>` : nothing}`;
  }

  protected overview(run: CurrentLevels) {
    const made = provenance(run, factsOfAll(run));
    const figures = this.figure("distribution of levels", this.#histogram!.drawing, made);
    return { title: "how much genes are expressed", figures };
  }

  protected summary(run: CurrentLevels, seeds: number | undefined) {
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

  /** Measured counts, and the predictions compared with them. */
  protected tests(run: CurrentLevels, made: Provenance) {
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
