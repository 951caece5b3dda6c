/** Card of a model that predicts tracks along a sequence. */

import { html, nothing, type TemplateResult } from "lit";
import type { TrackScore } from "../../../../pkg/src/index";
import { formatCount } from "../../plots/core/format";
import type { OpenedModel } from "../../session/opened";
import { counted } from "../../ui/words";
import { seedsInWords } from "../shared/seeds";
import type { TaskCard } from "../shared/task";

function scores({ card: { track_metrics: metrics, training, members = [] } }: OpenedModel): TemplateResult | undefined {
  if (!metrics?.test) return undefined;
  const { test, baselines = [], ceilings = [], seeds = [], validation } = metrics;
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
    ${seedsInWords({
      ...{ score: "r", test: pearsons, validation: validation?.pearson },
      ...{ chosenBy: training?.recipe?.["chosen by"], isEnsemble: members.length > 0 },
    })}
  </section>`;
}

/** Input and output of the model. */
function reads({ card, shape }: OpenedModel): TemplateResult {
  const { length = 0, buffer = 0 } = card.sequence ?? {};
  const { tracks = [] } = card;
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
              ${tracks.map(
                ({ name, assay, description, unit }) =>
                  html`<p>
                    <strong>${name}</strong
                    >${[assay, description, unit].filter((text) => text && text !== name).map((text) => html`, ${text}`)}
                  </p>`,
              )}
            </dd>`
        : nothing
    }
    <dt>Attention</dt>
    <dd>
      ${
        shape && shape.layers > 0
          ? `${counted(shape.layers, "layer")} of ${counted(shape.heads, "head")}, each over all ${formatCount(shape.bins)} bins`
          : "none between bins"
      }
    </dd>
    ${
      card.assembly
        ? html`<dt>Assembly</dt>
            <dd>${card.assembly}</dd>`
        : nothing
    }
  </dl>`;
}

export const card: TaskCard = { reads, scores };
