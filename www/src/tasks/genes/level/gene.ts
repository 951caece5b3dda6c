/** One gene whose level is predicted: its signal with the attention, and what the level rests on. */

import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WhatIf } from "../../../explain/perturb";
import { weightsDrawing } from "../attention-drawings";
import { GeneView } from "../gene";
import type { GeneDetail, LevelRun } from "../result";
import type { Confidence } from "../sure/confidence";
import type { LevelSource } from "./answered";
import { commonTracksScale, tracksDrawing } from "./drawings";
import { formatLevel, levelInWords } from "./levels";

/** One gene. */
@customElement("regulens-level-gene")
export class LevelGene extends GeneView<LevelRun, GeneDetail, LevelSource> {
  protected readonly predicted = "level";
  protected readonly score = "Level";
  protected readonly outcome = levelInWords;
  protected readonly format = formatLevel;

  protected valuesOf({ signal }: GeneDetail): Float32Array {
    return signal;
  }

  protected cells(): readonly string[] {
    return [];
  }

  protected said({ index }: GeneDetail, confidence: string | undefined): string | undefined {
    return confidence && `Level ${formatLevel(this.run.level[index]!)} (${confidence})`;
  }

  protected draw(gene: GeneDetail, what: WhatIf | undefined, confidence: Confidence) {
    const { run, symbols } = this;
    // Changed signal is drawn on the scales of the original signal.
    const seen = what ? { index: gene.index, signal: what.values, alpha: what.prediction.alpha } : gene;
    const changed = what && { level: what.prediction.predicted, beta: what.prediction.beta };
    const scale = what && commonTracksScale([run, run], [gene, seen]);
    const weights = weightsDrawing(run, gene.index, { changed, symbols, spread: confidence.spread });
    return {
      tracks: tracksDrawing(run, seen, scale, changed, symbols, confidence),
      weights: weights ? [["attention to the marks of", weights] as const] : [],
    };
  }

  protected explained(shown: "contributions" | "answer" | "test"): TemplateResult {
    return html`<regulens-level-explained
      shown=${shown}
      .run=${this.run}
      .gene=${this.gene!}
      .baseline=${this.baseline}
      .shares=${this.shares}
      .worker=${this.worker}
      @explained=${() => this.requestUpdate()}
      .planted=${this.planted}
      .file=${this.file}
      .symbols=${this.symbols}
      .provenance=${this.provenance}
    ></regulens-level-explained>`;
  }

  protected answered(tracks: TemplateResult): TemplateResult {
    return html`<regulens-level-answered
      exportparts="figure"
      .run=${this.run}
      .gene=${this.gene}
      .source=${this.source}
      .provenance=${this.provenance}
      .file=${this.file}
      .changed=${this.what !== undefined}
      >${tracks}</regulens-level-answered
    >`;
  }
}
