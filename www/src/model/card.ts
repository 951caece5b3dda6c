/** The card of the opened model: how well it does, on what it was trained, what it reads, and which file it is. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import {
  type ChangeMetrics,
  type ChangeScore,
  isOfTracks,
  type ModelCard,
  type TrackMetrics,
  type TrackScore,
} from "../../../pkg/src/index";
import { formatCount } from "../plots";
import type { CurrentModel } from "../session/state";
import { variantName, withoutInWords } from "./variants";
import { counted, weightsInWords } from "../ui/words";
import { check, close, warning } from "../ui/icons";
import { markName, markStyles } from "../ui/mark-name";
import { controls, shared } from "../ui/shared";
import { tableStyles } from "../ui/table-styles";
import { PlotTheme } from "../ui/theme-context";

/** Lowest and highest of the seeds' test AUROC, where there are several. */
function seedSpread({ metrics }: ModelCard): string | undefined {
  const aurocs = (metrics?.seeds ?? []).map((seed) => seed.test_auroc);
  if (aurocs.length < 2) return undefined;
  const mean = aurocs.reduce((sum, auroc) => sum + auroc, 0) / aurocs.length;
  return `Over ${aurocs.length} seeds, test AUROC has mean ${mean.toFixed(3)} and lies between ${Math.min(...aurocs).toFixed(3)} and ${Math.max(...aurocs).toFixed(3)}; this file is the seed with the best validation AUROC.`;
}

function windowInWords({ window: { anchor, upstream, downstream }, bins, bin_size }: ModelCard): string {
  return `${bins} bins of ${bin_size} bp, from −${formatCount(upstream)} to +${formatCount(downstream)} bp around the ${anchor || "TSS"}`;
}

function transformInWords({ transform }: ModelCard): string {
  const scale = transform.scale
    ? `, then × ${transform.scale.map((factor) => Number(factor.toPrecision(3))).join(", ")} by mark`
    : "";
  return `${transform.kind === "log1p" ? "ln(1 + x) of each value" : "none: values as they are"}${scale}`;
}

/** The card of a model. Sends `close`. */
@customElement("regulens-model-card")
export class ModelCardView extends LitElement {
  @property({ attribute: false }) model!: CurrentModel;
  #plots = new PlotTheme(this);

  static override styles = [
    shared,
    controls,
    tableStyles,
    markStyles,
    css`
      article {
        padding: var(--space-5);
        display: grid;
        gap: var(--space-5);
      }

      header {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: var(--space-3);
        align-items: start;
      }

      .verdict {
        display: flex;
        gap: var(--space-2);
        align-items: flex-start;
      }

      .verdict svg {
        flex: none;
        color: var(--color-good);
      }

      .verdict.unverified svg {
        color: var(--color-warning);
      }

      section {
        display: grid;
        gap: var(--space-2);
      }

      td,
      thead th:not(:first-child) {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }

      tr.own th,
      tr.own td {
        font-weight: var(--weight-strong);
      }

      dl {
        display: grid;
        grid-template-columns: minmax(6.5rem, auto) minmax(0, 1fr);
        gap: var(--space-2) var(--space-4);
        font-size: var(--text-sm);
      }

      dt {
        color: var(--color-ink-muted);
      }

      dd {
        overflow-wrap: anywhere;
      }

      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
      }
    `,
  ];

  override render() {
    const { card, verified, file, attends } = this.model;
    const without = isOfTracks(card) ? undefined : withoutInWords(card.variant, attends);
    return html`<article>
      <header>
        <div>
          <h2>${card.name || file}</h2>
          <p class="muted">
            ${card.family},
            ${variantName(card.variant)}${card.cell_type ? `, ${card.cell_type_b ? "from " : ""}${card.cell_type.name} (${card.cell_type.id})` : nothing}${card.cell_type_b ? ` to ${card.cell_type_b.name} (${card.cell_type_b.id})` : nothing}
          </p>
        </div>
        <button
          class="quiet"
          aria-label="Close the model card"
          @click=${() => this.dispatchEvent(new CustomEvent("close"))}
        >
          ${close}
        </button>
      </header>
      <p class="verdict small ${verified ? "" : "unverified"}">
        ${verified ? check : warning}
        <span>
          ${
            verified
              ? "Verified: the file is the one that this site lists, by its SHA-256."
              : "Unverified: the file is your own. Compare its SHA-256 below with the one its author gives."
          }
          ${card.simulated ? html`<strong>It was trained on simulated data.</strong>` : nothing}
        </span>
      </p>
      ${this.#metrics(card)}
      <section>
        <h3>What it reads</h3>
        ${
          isOfTracks(card)
            ? this.#sequence(card)
            : html`<dl>
                ${
                  card.cell_type_b
                    ? html`<dt>Tables</dt>
                        <dd>
                          two, A and B; it predicts log2((B + 1) / (A + 1)), positive for a gene that is higher in B
                        </dd>`
                    : nothing
                }
                <dt>Marks</dt>
                <dd class="marks">${card.marks.map((name) => markName(name, this.#plots.theme))}</dd>
                <dt>Window</dt>
                <dd>${windowInWords(card)}</dd>
                <dt>Strand</dt>
                <dd>
                  ${card.strand === "genomic" ? "bin 1 has the lowest coordinate, whatever the gene's strand" : card.strand}
                </dd>
                ${
                  card.assembly
                    ? html`<dt>Assembly</dt>
                        <dd>${card.assembly}</dd>`
                    : nothing
                }
                ${
                  without
                    ? html`<dt>Attention</dt>
                        <dd>${without}</dd>`
                    : nothing
                }
                <dt>Transform</dt>
                <dd>${transformInWords(card)}</dd>
              </dl>`
        }
      </section>
      ${this.#training(card)}
      <section>
        <h3>The file</h3>
        <dl>
          <dt>Name</dt>
          <dd>${file}</dd>
          <dt>Weights</dt>
          <dd>${formatCount(card.parameters)} parameters, stored as ${weightsInWords(card.dtype)}</dd>
          <dt>SHA-256</dt>
          <dd class="mono">${this.model.sha256}</dd>
          ${
            card.source
              ? html`<dt>Source</dt>
                  <dd>${card.source}</dd>`
              : nothing
          }
        </dl>
      </section>
      ${
        card.notes?.length
          ? html`<section>
              <h3>Notes</h3>
              ${card.notes.map((note) => html`<p class="small">${note}</p>`)}
            </section>`
          : nothing
      }
      ${
        card.citation?.length
          ? html`<section>
              <h3>${card.citation.length > 1 ? "Cite" : "Please cite"}</h3>
              ${card.citation.map((text) => html`<p class="small">${text}</p>`)}
            </section>`
          : nothing
      }
    </article>`;
  }

  #metrics(card: ModelCard) {
    const { metrics, change_metrics, track_metrics } = card;
    if (track_metrics?.test) return this.#trackMetrics(track_metrics, track_metrics.test);
    if (change_metrics?.test) return this.#changeMetrics(change_metrics, change_metrics.test);
    if (!metrics?.test)
      return html`<section>
        <h3>How well it does</h3>
        <p class="small muted">The card gives no test figures.</p>
      </section>`;
    const row = (name: string, { auroc, auprc }: { auroc: number; auprc: number }, own = false) =>
      html`<tr class=${own ? "own" : ""}>
        <th scope="row">${name}</th>
        <td>${auroc.toFixed(3)}</td>
        <td>${auprc.toFixed(3)}</td>
      </tr>`;
    // A card that was only copied has the figures of the weights before they were rounded.
    const isOfOther = card.dtype === "i8" && card.tested_as !== "i8";
    const spread = seedSpread(card);
    return html`<section>
      <h3>How well it does on ${counted(metrics.test.n, "gene")} it never saw</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">AUROC</th>
            <th scope="col">AUPRC</th>
          </tr>
        </thead>
        <tbody>
          ${row("This model", metrics.test, true)}
          ${(metrics.baselines ?? []).map((baseline) => row(baseline.name, baseline))}
        </tbody>
      </table>
      ${isOfOther ? html`<p class="small muted">Measured before the weights were rounded to int8.</p>` : nothing}
      ${spread ? html`<p class="small muted">${spread}</p>` : nothing}
      ${metrics.validation ? html`<p class="small muted">Validation AUROC ${metrics.validation.auroc.toFixed(3)}, by which it was chosen.</p>` : nothing}
    </section>`;
  }

  #changeMetrics({ baselines = [], seeds = [], validation }: ChangeMetrics, test: ChangeScore) {
    const row = (name: string, { pearson, spearman, r2, sign_accuracy }: ChangeScore, own = false) =>
      html`<tr class=${own ? "own" : ""}>
        <th scope="row">${name}</th>
        <td>${pearson.toFixed(3)}</td>
        <td>${spearman.toFixed(3)}</td>
        <td>${r2.toFixed(3)}</td>
        <td>${sign_accuracy == null ? "–" : sign_accuracy.toFixed(3)}</td>
      </tr>`;
    const pearsons = seeds.flatMap(({ test }) => (test ? [test.pearson] : []));
    const mean = pearsons.reduce((sum, r) => sum + r, 0) / pearsons.length;
    return html`<section>
      <h3>How well it does on ${counted(test.n, "gene")} it never saw</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">Pearson’s r</th>
            <th scope="col">Spearman’s ρ</th>
            <th scope="col">R²</th>
            <th scope="col">Sign</th>
          </tr>
        </thead>
        <tbody>
          ${row("This model", test, true)} ${baselines.map((baseline) => row(baseline.name, baseline))}
        </tbody>
      </table>
      <p class="small muted">
        Predicted against measured log2 fold change. Sign: share of the genes of |log2 fold change| above 1 whose
        direction is predicted.
      </p>
      ${pearsons.length > 1 ? html`<p class="small muted">Over ${pearsons.length} seeds, test r has mean ${mean.toFixed(3)} and lies between ${Math.min(...pearsons).toFixed(3)} and ${Math.max(...pearsons).toFixed(3)}.</p>` : nothing}
      ${validation ? html`<p class="small muted">Validation r ${validation.pearson.toFixed(3)}, by which it was chosen.</p>` : nothing}
    </section>`;
  }

  #trackMetrics({ baselines = [], ceilings = [], seeds = [], validation }: TrackMetrics, test: TrackScore) {
    const number = (value: number | null | undefined): string => (value == null ? "–" : value.toFixed(3));
    const row = (name: string, { pearson, log_pearson, r2 }: Partial<TrackScore>, own = false) =>
      html`<tr class=${own ? "own" : ""}>
        <th scope="row">${name}</th>
        <td>${number(pearson)}</td>
        <td>${number(log_pearson)}</td>
        <td>${number(r2)}</td>
      </tr>`;
    const head = html`<thead>
      <tr>
        <th scope="col">Method</th>
        <th scope="col">Pearson’s r</th>
        <th scope="col">of log2(x + 1)</th>
        <th scope="col">R²</th>
      </tr>
    </thead>`;
    const pearsons = seeds.flatMap(({ test }) => (test ? [test.pearson] : []));
    const mean = pearsons.reduce((sum, r) => sum + r, 0) / pearsons.length;
    return html`<section>
      <h3>How well it does on ${counted(test.n, "bin")} it never saw</h3>
      <table>
        ${head}
        <tbody>
          ${row("This model", test, true)} ${baselines.map((baseline) => row(baseline.name, baseline))}
          ${ceilings.map((ceiling) => row(ceiling.name, ceiling))}
        </tbody>
      </table>
      <p class="small muted">Means over tracks, of predicted against measured values of bins.</p>
      ${
        (test.per_track?.length ?? 0) > 1 && (test.per_track?.length ?? 0) <= 40
          ? html`<table>
              ${head}
              <tbody>
                ${test.per_track?.map(
                  ({ name, pearson, log_pearson, r2 }) =>
                    html`<tr>
                      <th scope="row">${name}</th>
                      <td>${number(pearson)}</td>
                      <td>${number(log_pearson)}</td>
                      <td>${number(r2)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
          : nothing
      }
      ${pearsons.length > 1 ? html`<p class="small muted">Over ${pearsons.length} seeds, test r has mean ${mean.toFixed(3)} and lies between ${Math.min(...pearsons).toFixed(3)} and ${Math.max(...pearsons).toFixed(3)}.</p>` : nothing}
      ${validation ? html`<p class="small muted">Validation r ${validation.pearson.toFixed(3)}, by which it was chosen.</p>` : nothing}
    </section>`;
  }

  /** What a model of tracks reads and predicts. */
  #sequence(card: ModelCard) {
    const { length = 0, buffer = 0 } = card.sequence ?? {};
    const { tracks = [] } = card;
    const { shape } = this.model;
    return html`<dl>
      <dt>Sequence</dt>
      <dd>${formatCount(length)} bases at a time; unknown ones count a quarter as A, C, G and T</dd>
      <dt>Predicts</dt>
      <dd>
        ${counted(shape?.tracks ?? tracks.length, "track")} in ${counted(shape?.cropped ?? card.bins, "bin")} of
        ${card.bin_size} bp${buffer > 0 ? html`; the first and last ${formatCount(buffer)} bases have none` : nothing}
      </dd>
      ${
        tracks.length > 0 && tracks.length <= 40
          ? html`<dt>Tracks</dt>
              <dd>
                ${tracks.map(({ name, assay, description, unit }) => html`<p><strong>${name}</strong>${[assay, description, unit].filter((text) => text && text !== name).map((text) => html`, ${text}`)}</p>`)}
              </dd>`
          : nothing
      }
      <dt>Attention</dt>
      <dd>
        ${shape && shape.layers > 0 ? `${counted(shape.layers, "layer")} of ${counted(shape.heads, "head")}, each over all ${formatCount(shape.bins)} bins` : "none between bins"}
      </dd>
      ${
        card.assembly
          ? html`<dt>Assembly</dt>
              <dd>${card.assembly}</dd>`
          : nothing
      }
    </dl>`;
  }

  #training({ training }: ModelCard) {
    if (!training) return nothing;
    const recipe = Object.entries(training.recipe ?? {}).map(
      ([name, value]) =>
        `${name.replaceAll("_", " ")} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    );
    return html`<section>
      <h3>How it was trained</h3>
      <dl>
        ${
          training.data
            ? html`<dt>Data</dt>
                <dd>${training.data}</dd>`
            : nothing
        }
        ${
          training.split
            ? html`<dt>Split</dt>
                <dd>${training.split}</dd>`
            : nothing
        }
        ${
          training.genes
            ? html`<dt>Genes</dt>
                <dd>${formatCount(training.genes)}</dd>`
            : nothing
        }
        ${
          recipe.length > 0
            ? html`<dt>Recipe</dt>
                <dd>${recipe.join(", ")}</dd>`
            : nothing
        }
        ${
          training.epochs
            ? html`<dt>Epochs</dt>
                <dd>
                  ${training.epochs}${training.best_epoch ? `, the best was ${training.best_epoch}` : nothing}; seed
                  ${training.seed}
                </dd>`
            : nothing
        }
        ${
          training.date
            ? html`<dt>Date</dt>
                <dd>${training.date}${training.program ? `, ${training.program}` : nothing}</dd>`
            : nothing
        }
      </dl>
    </section>`;
  }
}
