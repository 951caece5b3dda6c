/** The stretches that a track rests on, put together by how they look: a figure of the patterns that they make. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PATTERN } from "../../../../../pkg/src/constants";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { shared } from "../../../ui/styles/shared";
import type { Contributed } from "../calls";
import { trackOf } from "../names";
import type { TrackRun } from "../result";
import type { KnownMotifs } from "../session-state";
import { trackProvenance } from "../words";
import { namedPatterns, patternsDrawing, patternsSentence } from "./alike";
import type { NamedStretches } from "./text";

/** The patterns, or that there are none. */
@customElement("regulens-motif-patterns")
export class MotifPatterns extends LitElement {
  @property({ attribute: false }) run!: TrackRun;
  @property({ attribute: false }) found!: Contributed;
  @property({ attribute: false }) named!: NamedStretches;
  @property({ attribute: false }) motifs!: KnownMotifs;
  @property({ type: Number }) q = 0;
  #drawing: Drawing | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    const { run, found, named, motifs } = this;
    // A figure draws each new drawing again.
    if (!["run", "found", "named", "motifs"].some((name) => changed.has(name as keyof MotifPatterns))) return;
    const { name } = trackOf(run.model.card, found.track);
    this.#drawing = patternsDrawing(namedPatterns(named, motifs), found, name);
  }

  override render() {
    const { named, run, q } = this;
    // The names say that there is nothing to name.
    if (named.seqlets.length === 0) return nothing;
    const sentence = html`<p class="small">${patternsSentence(named)}</p>`;
    if (named.patterns.length === 0) return sentence;
    return html`<h4>Stretches that look alike</h4>
      ${sentence}
      <regulens-figure
        label="patterns of stretches that look alike"
        table=${run.file}
        .drawing=${this.#drawing}
        .provenance=${trackProvenance(run)}
      ></regulens-figure>
      <p class="small muted">
        A pattern is at least ${PATTERN} stretches whose bases contribute alike, on either strand; names are those with
        q at most ${q}. A logo of few stretches looks surer than it is.
      </p>`;
  }
}
