/** Layout of all genes of a run in an element of another page: their list, figures of the whole, and a gene. */

import { html, nothing, type TemplateResult } from "lit";
import type { Provenance } from "../../export";
import { downloadName, saveFile } from "../../export";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { save } from "../../ui/icons";

/** A gene's part of values that all genes have one after another. */
export function partOf(values: Float32Array, gene: number, genes: number): Float32Array {
  return values.slice((gene * values.length) / genes, ((gene + 1) * values.length) / genes);
}

/** The view. */
export function setLayout(
  {
    table,
    predictions,
    figures,
    file,
    made,
  }: {
    readonly table: TemplateResult;
    /** All predictions as TSV. */
    readonly predictions: () => string;
    /** Label of each figure, and the figure; none where the variant has nothing to show. */
    readonly figures: readonly (readonly [string, Drawing | undefined])[];
    readonly file: string;
    readonly made: Provenance;
  },
  gene: TemplateResult | undefined,
): TemplateResult {
  const saveTable = (): void => saveFile(downloadName(file, "predictions", "tsv"), predictions());
  return html`<div class="set">
      <div class="panel cell">
        ${table}
        <p class="tools"><button class="quiet small" @click=${saveTable}>${save} All predictions (TSV)</button></p>
      </div>
      <div class="panel figures">
        ${figures.map(([label, drawing]) =>
          drawing
            ? html`<regulens-figure
                part="figure"
                label=${label}
                table=${file}
                .drawing=${drawing}
                .provenance=${made}
              ></regulens-figure>`
            : nothing,
        )}
      </div>
    </div>
    ${gene ?? html`<p class="muted small">Choose a gene in the table to see its signal and attention.</p>`}`;
}
