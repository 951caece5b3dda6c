/**
 * Mean explanations of the scores of a set, over the genes of each class: the request, the picture, its readout and its
 * table.
 */

import "../../ui/figure";
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import type { MeanMethod } from "../../../../pkg/src";
import type { Drawing } from "../../ui/drawing";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { expectation, meansSentence, meansSubtitle, METHODS } from "./means-words";
import type { SetMeans } from "../result";
import { countOf, ExplanationPanel, genesChoice, panelStyles } from "./panel";
import { type BinColumn, byBin } from "../../export/columns";
import type { PlotFrame } from "../../plots";
import { binPlaces, markRow, plainRow } from "../../plots/core/hover";
import { explanationMeans, explanationMeansLayout, formatSigned, readMeans } from "../../plots/explaining";
import { markColumn } from "../../tasks/shared/tables/signal";
import type { ExplainedSet } from "./set";

/** Means of an explanation over genes of a set. */
@customElement("regulens-set-means")
export class SetMeansPanel extends ExplanationPanel {
  #drawn: { readonly by: SetMeans; readonly drawing: Drawing } | undefined;

  static override styles = [controls, panelStyles];

  override render() {
    const { set, of } = this;
    const { doing, problems, means, method } = set.state;
    const [high, low] = of.classes;
    return html`<div class="panel" role="group" aria-labelledby="title">
      <h4 id="title">What the scores rest on, on average</h4>
      <p class="small muted">
        Each gene’s ${of.score} is explained bin by bin, and added to a sum of the genes ${high.called} or of those
        ${low.called}. The mean says which way a bin of a mark counts; the mean size, whatever the sign, how much.
      </p>
      <div class="choices">
        <label
          >Method
          <select
            ?disabled=${doing.means !== undefined}
            @change=${(event: Event) => set.by((event.target as HTMLSelectElement).value as MeanMethod)}
          >
            ${of.methods.map(
              (each) => html`<option value=${each} ?selected=${each === method}>${METHODS[each]}</option>`,
            )}
          </select>
        </label>
        ${genesChoice(set, "means", of, { name: "Averaged over", verb: "Explain", begin: () => void set.explain() })}
      </div>
      ${
        doing.means
          ? nothing
          : html`<p class="small muted">${expectation(set.state, method, countOf(set, "means", of))}</p>`
      }
      ${progressOf(doing.means, () => set.cancel("means"))}
      ${errorNotice("The genes could not be explained", problems.means, () => set.dismiss("means"))}
      ${means ? this.#found(means) : nothing}
    </div>`;
  }

  #found(found: SetMeans) {
    if (this.#drawn?.by !== found) this.#drawn = { by: found, drawing: meansDrawing(this.of, found) };
    return html`<p class="said small">${meansSentence(found, this.of)}</p>
      <regulens-figure
        label="mean explanation of the genes"
        table=${this.of.file}
        .drawing=${this.#drawn.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>`;
  }
}

/** A picture of means, with one row per mark and class of genes. */
export function meansDrawing(set: ExplainedSet, means: SetMeans): Drawing {
  const { bins } = set;
  const of = shown(set, means);
  const { rows, coloursOf, standIns } = of;
  const isSaliency = means.method === "saliency";
  const classes = [means.high, means.low].map((means, i) => ({ ...set.classes[i]!, ...means }));
  const fixed = {
    title: isSaliency ? "Mean saliency" : "Mean contributions",
    subtitle: meansSubtitle(set, means.method),
    up: isSaliency ? `more signal raises the ${set.score}` : `adds to the ${set.score}`,
    down: isSaliency ? "more signal lowers it" : "takes from it",
    ...{ marks: rows, coloursOf, binSize: set.binSize, window: set.window, classes, standIns },
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: "explanation-means",
    draw: (frame) => explanationMeans(options(frame)),
    tsv: () => meansTsv({ ...of, bins }, classes),
    places: binPlaces(
      bins,
      (frame) => explanationMeansLayout(options(frame)),
      ["Mean", ...classes.flatMap(({ name }) => [name, "± size"])],
      (bin) =>
        readMeans(fixed, bin).map(({ mark, classes }) => {
          const values = classes.flatMap((at) => (at ? [formatSigned(at.mean), formatValueOf(at.size)] : ["–", "–"]));
          return (coloursOf ? markRow : plainRow)(mark, ...values);
        }),
    ),
  };
}

/** Rows of a picture, with their names on the page and in files. */
interface Rows {
  readonly rows: readonly string[];
  /** Their marks; absent if marks are explained together. */
  readonly coloursOf: readonly string[] | undefined;
  readonly names: readonly string[];
  readonly standIns: Readonly<Record<string, string>>;
}

function shown({ rows, coloursOf, columns: names, standIns, together }: ExplainedSet, { method }: SetMeans): Rows {
  return method === "occlusion-of-bins"
    ? { rows: together.rows, coloursOf: undefined, names: together.columns, standIns: {} }
    : { rows, coloursOf, names, standIns };
}

/** A magnitude, without a sign. */
function formatValueOf(size: number): string {
  return formatSigned(size).replace(/^\+/, "");
}

function meansTsv(
  { rows, names, bins, standIns }: Rows & { readonly bins: number },
  classes: readonly { readonly name: string; readonly mean?: Float32Array; readonly size?: Float32Array }[],
): string {
  const named = Object.fromEntries(
    rows.flatMap((row, i) => (Object.hasOwn(standIns, row) ? [[names[i]!, standIns[row]!]] : [])),
  );
  const ofRows = (what: string, values: Float32Array): BinColumn[] =>
    names.map((name, row) => markColumn(what, name, named, (bin) => values[bin * names.length + row]!));
  return byBin(
    bins,
    classes.flatMap(({ name, mean, size }) =>
      mean && size ? [...ofRows(`mean_${name}`, mean), ...ofRows(`mean_size_${name}`, size)] : [],
    ),
  );
}
