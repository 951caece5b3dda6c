/** Calibration of a run's probabilities against labels, and a recalibration on half of the labelled genes. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Reliability } from "../../../../../../pkg/src/index";
import { type Provenance, saveFile } from "../../../../export";
import { mapInWords } from "../../../shared/confidence";
import { formatCount, type PlotFrame } from "../../../../plots";
import type { Drawing } from "../../../../ui/drawing";
import "../../../../ui/figure";
import { save } from "../../../../ui/icons";
import { errorNotice } from "../../../../ui/notice";
import { progressOf } from "../../../../ui/progress";
import { controls, stacked } from "../../../../ui/styles/shared";
import { Subscription } from "../../../../ui/subscription";
import { percent } from "../../../../ui/words";
import type { CurrentRun } from "../outcome";
import type { OnOffWork } from "../session";
import { scoresInWords } from "./measured";
import {
  type FoundCalibration,
  type OwnCalibration,
  ownCalibrationOf,
  type OwnCalibrationState,
} from "./own-calibration";
import { columns as tsv } from "../../../../export/columns";
import { reliability } from "../../../../plots/training/card";

/** The reliability diagram of a run's genes. */
export function reliabilityDrawing({ bins }: Reliability): Drawing {
  return {
    saved: "reliability",
    draw: (frame: PlotFrame) => reliability({ ...frame, bins, of: "labelled genes" }),
    tsv: () =>
      tsv(
        ["mean_probability", "share_on", "share_on_low", "share_on_high", "genes"],
        bins.map(({ mean, on, low, high, n }) => [mean, on, low, high, n]),
      ),
  };
}

/** Minimum number of genes per half, which the engine requires. */
const FEWEST = 50;

/** Figures of the calibration, and the recalibration. */
@customElement("regulens-calibration")
export class CalibrationPanel extends LitElement {
  @property({ attribute: false }) work!: OnOffWork;
  @property({ attribute: false }) run!: CurrentRun;
  @property({ attribute: false }) reliability!: Reliability;
  /** Name of the labelled genes' file. */
  @property({ attribute: false }) of = "";
  /** Measured labels; absent for the table's own. */
  @property({ attribute: false }) labels: Uint8Array | undefined;
  /** True if recalibration is unavailable. */
  @property({ attribute: false }) isFixed = false;
  @property({ attribute: false }) provenance!: Provenance;
  protected readonly subscription = new Subscription(this, () => this.work && this.calibration);
  #drawing!: Drawing;

  static override styles = [
    controls,
    stacked,
    css`
      td,
      th {
        padding: var(--space-1) var(--space-3) var(--space-1) 0;
        font-size: var(--text-sm);
        text-align: start;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("reliability")) this.#drawing = reliabilityDrawing(this.reliability);
    this.calibration.look(this.run, this.of);
  }

  private get calibration(): OwnCalibration {
    return ownCalibrationOf(this.work);
  }

  override render() {
    const { run, isFixed } = this;
    return html`<h3>Do the probabilities hold?</h3>
      <p class="small">${this.#figures()}</p>
      <regulens-figure
        label="reliability of the probabilities"
        table=${run.tables[0].file}
        .drawing=${this.#drawing}
        .provenance=${this.provenance}
      ></regulens-figure>
      ${isFixed ? nothing : this.#fit(this.calibration.state)}`;
  }

  #figures() {
    const { reliability, run, of } = this;
    const { n, brierRaw, calibrationErrorRaw } = reliability;
    const raw = { brier: brierRaw, calibrationError: calibrationErrorRaw };
    const { calibration } = run.model.card;
    const isCalibrated = calibration !== undefined && calibration !== null && calibration.method !== "none";
    return html`${formatCount(n)} labelled genes of ${of}:
    ${scoresInWords(reliability)}${
      isCalibrated ? html`; before the model’s calibration ${scoresInWords(raw)}` : nothing
    }.
    Lower is better. A point is a tenth of P(on), its line the 95 % interval of the share that is on.
    ${
      calibration?.data === `one half of the genes of ${of}`
        ? html`The model was calibrated on one half of these genes, so these figures are too good; those of the other
          half were shown before the calibration was used.`
        : nothing
    }`;
  }

  #fit(own: OwnCalibrationState): TemplateResult {
    const { run, work } = this;
    const isBusy = own.doing.work !== undefined || work.isRunning || !work.isCurrent;
    const { before, found } = own;
    return html`<p class="small muted">
        A calibration changes the probabilities alone: it is fitted to one half of the labelled genes, drawn at random
        from either class, and compared on the other half. It takes ${2 * FEWEST} labelled genes or more of both
        classes. The weights, and which genes rank above which, stay as they are.
      </p>
      <div>
        <button ?disabled=${isBusy} @click=${this.#calibrate}>Calibrate on half of these genes…</button>
        ${
          before?.by === run.model.sha256
            ? html`<button class="quiet" ?disabled=${isBusy} @click=${() => void this.calibration.takeBack()}>
                Predict with ${before.name} again
              </button>`
            : nothing
        }
      </div>
      ${progressOf(own.doing.work, () => this.calibration.cancel("work"))}
      ${errorNotice("The model could not be calibrated", own.problems.work, () => this.calibration.dismiss("work"))}
      ${found ? this.#found(found, isBusy) : nothing}`;
  }

  #found({ before, after, fitted, tested, on, method, model }: FoundCalibration, isBusy: boolean): TemplateResult {
    const row = (name: string, { brier, calibrationError }: Reliability) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="number">${brier.toFixed(3)}</td>
        <td class="number">${calibrationError.toFixed(3)}</td>
      </tr>`;
    return html`<div role="status">
      <p class="small">
        ${method === "none" ? "No map was better than none" : `Calibrated by ${mapInWords(method)}`}, on
        ${formatCount(fitted)} genes; ${percent(on)} of them are on, which the probabilities then assume. On the
        ${formatCount(tested)} other genes:
      </p>
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col">Brier score</th>
            <th scope="col">Calibration error</th>
          </tr>
        </thead>
        <tbody>
          ${row("As the model is", before)} ${row("With this calibration", after)}
        </tbody>
      </table>
      <button ?disabled=${isBusy} @click=${() => void this.calibration.use()}>Use this calibration</button>
      <button class="quiet" @click=${() => saveFile(model.name, model)}>${save} Save this model</button>
      <p class="small muted">
        It opens as your own model, ${model.name.replace(/\.safetensors$/, "")}, and runs on the table. One press brings
        the model of before back.
      </p>
    </div>`;
  }

  #calibrate = (): void => void this.calibration.fit(this.run, this.of, this.labels);
}
