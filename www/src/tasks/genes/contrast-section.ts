/** Contrasts in a model's card, and which way each mark counts under the default one. */

import { html, nothing, type TemplateResult } from "lit";
import { contrastOf, type ModelCard } from "../../../../pkg/src/index";
import { questionOf } from "../../explain/contrasts";
import { formatSigned } from "../../plots/core/format";

/** The known roles of marks around a TSS: above 0 of those of active genes, below of those of silent ones. */
const ROLES: Readonly<Record<string, 1 | -1>> = {
  H3K4me3: 1,
  H3K4me1: 1,
  H3K4me2: 1,
  H3K27ac: 1,
  H3K9ac: 1,
  H3K36me3: 1,
  H3K79me2: 1,
  H3K27me3: -1,
  H3K9me3: -1,
};

/** Mean contributions to the log-odds that are smaller count for neither. */
const SMALL = 0.01;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Effect of contrasts on validation genes, by the card; nothing where it does not say. */
export function contrastSection(card: ModelCard): TemplateResult | typeof nothing {
  const found = card.explanation?.contrasts ?? [];
  if (found.length === 0) return nothing;
  const isChange = card.task === "change";
  const chosen = contrastOf(card);
  const meets = found.some(({ contrast, meets }) => contrast === chosen && meets);
  return html`<section>
    <h3>Explanation baseline</h3>
    <p class="small">
      ${questionOf(chosen)}
      ${
        meets
          ? "Of the contrasts that pass the checks below, it has the largest margin over signal strength."
          : html`<strong>No contrast passes the checks for this model</strong>: read its signs with care.`
      }
    </p>
    <div class="wide" role="region" aria-label="Contrasts compared" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Contrast</th>
            <th scope="col">${isChange ? "Explained share of the change" : "Baseline predicted off"}</th>
            <th scope="col">Planted signs correct</th>
            <th scope="col">Gain over signal</th>
            <th scope="col">Planted found</th>
            <th scope="col">Outside training</th>
          </tr>
        </thead>
        <tbody>
          ${found.map(
            (one) =>
              html`<tr class=${one.contrast === chosen ? "own" : ""}>
                <th scope="row">${one.contrast}</th>
                <td>${isChange ? one.answers.toFixed(2) : percent(one.answers)}</td>
                <td>${one.signs == null ? "–" : percent(one.signs)}</td>
                <td>${formatSigned(one.ahead_of_signal)} ± ${one.standard_error.toFixed(3)}</td>
                <td>${one.recovered == null ? "–" : percent(one.recovered)}</td>
                <td>${percent(one.outside)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="small muted">
      ${
        isChange
          ? "Explained share: median sum of contributions as a share of the change, over genes predicted to change twofold."
          : "Baseline predicted off: share of validation genes predicted on whose baseline is predicted off."
      }
      Planted signs and bins are those of simulated genes. Gain over signal: in the deletion test with the same
      contrast, ± one standard error. Outside training: baselines with a mark whose mean lies beyond that of every
      training gene.
    </p>
    ${rolesTable(card)}
  </section>`;
}

/** The mean contribution of each mark, over genes of either class, beside what is known of the mark. */
function rolesTable(card: ModelCard): TemplateResult | typeof nothing {
  const { roles_high: high = [], roles_low: low = [] } = card.explanation ?? {};
  // For a change, a mark raises or lowers by the cell type in which there is more of it.
  if (card.task === "change" || high.length !== card.marks.length) return nothing;
  const against = card.marks.filter((mark, i) => {
    const role = ROLES[mark];
    return role !== undefined && Math.abs(high[i]!) > SMALL && Math.sign(high[i]!) !== role;
  });
  return html`<table>
      <thead>
        <tr>
          <th scope="col">Mark</th>
          <th scope="col">Typical of</th>
          <th scope="col">Genes predicted on</th>
          <th scope="col">Predicted off</th>
        </tr>
      </thead>
      <tbody>
        ${card.marks.map(
          (mark, i) =>
            html`<tr>
              <th scope="row">${mark}</th>
              <td>${{ "1": "active genes", "-1": "silent genes" }[String(ROLES[mark])] ?? "–"}</td>
              <td>${formatSigned(high[i]!)}</td>
              <td>${formatSigned(low[i] ?? Number.NaN)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="small muted">
      Mean contribution of each mark to the log-odds of “on”, over validation genes.
      ${
        against.length > 0
          ? `Contrary to what is typical, this model counts ${against.join(" and ")} the other way for genes predicted on.`
          : ""
      }
    </p>`;
}
