/** The part of a model's card that compares its figures on genes of its own cell type and of others. */

import { html, nothing } from "lit";
import type { ModelCard } from "../../../../pkg/src/index";

type Transfer = NonNullable<ModelCard["transfer"]>[number];

/** True of figures as they should be: engines of pages hand this part of a card on as it came. */
function isTransfer(one: Partial<Transfer> | null): one is Transfer {
  const numbers = [one?.genes, one?.on, one?.called_on, one?.auroc, one?.brier, one?.calibration_error];
  return numbers.every(Number.isFinite) && [one?.cell_type, one?.data].every((text) => typeof text === "string");
}

/** A card's figures of its own cell type, where it has them, and of others. */
function told({ transfer, cell_type: cell }: ModelCard): { own: Transfer | undefined; others: Transfer[] } {
  const known = Array.isArray(transfer) ? transfer.filter(isTransfer) : [];
  const isOwn = (one: Transfer): boolean => one.cell_type === cell?.name;
  return { own: known.find(isOwn), others: known.filter((one) => !isOwn(one)) };
}

/**
 * Sentences on what the model lost on genes of other cell types than its own; none where that was not measured. They
 * say nothing of a cell type that is not named.
 */
export function transferInWords(card: ModelCard): readonly string[] {
  const { own, others } = told(card);
  return others.map((one) => {
    const figure = (of: keyof Transfer & ("auroc" | "brier" | "calibration_error")): string =>
      own ? `${one[of].toFixed(3)} (${own.cell_type} ${own[of].toFixed(3)})` : one[of].toFixed(3);
    return (
      `On ${one.genes} ${one.data} this model has AUROC ${figure("auroc")}, Brier score ${figure("brier")} and ` +
      `calibration error ${figure("calibration_error")}; it calls ${one.called_on} on, where ${one.on} are.`
    );
  });
}

/** A section of the card; nothing where no other cell type was measured. */
export function transferSection(card: ModelCard) {
  const { own, others } = told(card);
  if (others.length === 0) return nothing;
  return html`<section>
    <h3>Performance on other cell types</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Genes of</th>
          <th scope="col">AUROC</th>
          <th scope="col">Brier</th>
          <th scope="col">Calibration error</th>
          <th scope="col">Called on</th>
          <th scope="col">On</th>
        </tr>
      </thead>
      <tbody>
        ${[...(own ? [own] : []), ...others].map(
          (one) =>
            html`<tr class=${one === own ? "own" : ""}>
              <th scope="row">${one.cell_type}</th>
              <td>${one.auroc.toFixed(3)}</td>
              <td>${one.brier.toFixed(3)}</td>
              <td>${one.calibration_error.toFixed(3)}</td>
              <td>${one.called_on}</td>
              <td>${one.on} of ${one.genes}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="small">The same model on held-out genes. Other cell types may lose more, or less.</p>
  </section>`;
}
