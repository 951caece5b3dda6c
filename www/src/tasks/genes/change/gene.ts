/** One gene in two cell types: A, B and their difference with α, β by encoder group. */

import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ChangeKind } from "../../../plots/changing";
import type { WhatIf } from "../../../explain/perturb";
import { GeneView } from "../gene";
import { CELLS, letteredCell } from "../../shared/cells";
import { cellNamesOf, type ChangedGene, type ChangeRun } from "../result";
import type { Confidence } from "../sure/confidence";
import { changeInWords, predictionInWords } from "../what-if";
import type { ChangeSource } from "./answered";
import { formatFold, tracksDrawing, weightsDrawing } from "./drawings";

/** Names of A and B where one of them is to be chosen. */
export function cellsOf(run: ChangeRun): readonly string[] {
  return cellNamesOf(run).map((name, i) => letteredCell(CELLS[i]!, name));
}

/** One gene in two cell types. */
@customElement("regulens-changed-gene")
export class ChangedGeneView extends GeneView<ChangeRun, ChangedGene, ChangeSource> {
  /** The tracks that are drawn; all without. */
  @property({ attribute: false }) kind: ChangeKind | undefined;
  protected readonly predicted = "fold change";
  protected readonly score = "Log2 fold change";
  protected readonly outcome = changeInWords;
  protected readonly format = formatFold;

  protected valuesOf({ values }: ChangedGene): Float32Array {
    return values;
  }

  protected cells(): readonly string[] {
    return cellsOf(this.run);
  }

  protected said({ index, noChange }: ChangedGene, confidence: string | undefined): string | undefined {
    return predictionInWords(this.run.foldChange[index]!, noChange, confidence);
  }

  protected draw(gene: ChangedGene, what: WhatIf | undefined, confidence: Confidence) {
    const { run, symbols } = this;
    const { spread } = confidence;
    const marks = weightsDrawing(run, gene.index, what, { symbols, spread });
    const auxiliary = weightsDrawing(run, gene.index, what, { symbols, auxiliary: true });
    return {
      tracks: tracksDrawing(run, gene, what, undefined, symbols, confidence, this.kind),
      weights: [
        ...(marks ? [["attention to the marks of", marks] as const] : []),
        ...(auxiliary ? [["attention of the auxiliary tasks for", auxiliary] as const] : []),
      ],
    };
  }

  protected explained(shown: "contributions" | "answer" | "test"): TemplateResult {
    return html`<regulens-changed-explained
      shown=${shown}
      .run=${this.run}
      .gene=${this.gene!}
      .baseline=${this.baseline}
      .shares=${this.shares}
      .worker=${this.worker}
      @explained=${() => this.requestUpdate()}
      .maps=${this.maps}
      .planted=${this.planted}
      .file=${this.file}
      .symbols=${this.symbols}
      .provenance=${this.provenance}
    ></regulens-changed-explained>`;
  }

  protected answered(tracks: TemplateResult): TemplateResult {
    return html`<regulens-changed-answered
      exportparts="figure"
      .run=${this.run}
      .gene=${this.gene}
      .source=${this.source}
      .provenance=${this.provenance}
      .file=${this.file}
      .changed=${this.what !== undefined}
      >${tracks}</regulens-changed-answered
    >`;
  }
}
