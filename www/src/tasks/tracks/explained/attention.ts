/** Attention from one bin, for the slot under the tracks: on their axis, where its window fills enough of it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { basesInWords } from "../../../plots/sequences";
import { trackProvenance } from "../words";
import type { SequenceSession } from "../session";
import type { TrackRun } from "../result";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { help } from "../../../ui/help";
import { Subscription } from "../../../ui/subscription";
import { left, right } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { attentionView, headsDrawing } from "../drawings";
import { sequenceStyles } from "../styles";
import { controls } from "../../../ui/styles/shared";

/** Heads that are drawn at once. */
export const MOST_HEADS = 8;

/** Attention from the chosen bin. */
@customElement("regulens-sequence-attention")
export class SequenceAttention extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if the whole window is shown until the reader chooses. */
  @property({ attribute: false }) whole = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #made: readonly unknown[] = [];
  #heads: Drawing | undefined;

  static override styles = [
    controls,
    sequenceStyles,
    css`
      .stack {
        gap: var(--space-2);
      }
    `,
  ];

  override willUpdate(): void {
    const { run } = this;
    const { attention, layer, head, view, wholeWindow = this.whole } = this.sequences.state;
    const { shape } = run.model;
    const made = [attention, layer, head, view, run, wholeWindow];
    if (!shape || made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    this.#heads =
      attention &&
      headsDrawing(
        run,
        attention,
        layer,
        attentionView({ view }, run, attention, wholeWindow),
        shape.crop,
        this.#shownHeads(shape.heads),
      );
  }

  override render() {
    const { run, sequences } = this;
    const { attention, doing, problems, bin, wholeWindow = this.whole } = sequences.state;
    const { shape, description, sha256 } = run.model;
    if (!shape) return nothing;
    if (shape.layers === 0)
      return html`<p class="small muted">
        ${description.variant.title} has no attention between bins: it has no maps to show.
      </p>`;
    const offset = attention ? Math.round((attention.start - run.origin) / run.bin) : 0;
    const look = (windowBin: number): void =>
      void sequences.tracks.lookAt(Math.max(0, Math.min(run.bins - 1, windowBin + offset)));
    const step = (name: string, by: number, isLast: boolean, icon: typeof left) =>
      html`<button
        class="small"
        aria-label=${name}
        ?disabled=${bin === undefined || isLast}
        @click=${() => bin !== undefined && void sequences.tracks.lookAt(bin + by)}
      >
        ${icon}
      </button>`;
    const tools = html`<div class="row">
      <div class="row" role="group" aria-label="Bin">
        ${step("The bin before", -1, bin === 0, left)} ${step("The next bin", 1, bin === run.bins - 1, right)}
      </div>
      <label class="row small"
        ><input
          type="checkbox"
          .checked=${wholeWindow}
          @change=${(event: Event) => sequences.set({ wholeWindow: (event.target as HTMLInputElement).checked })}
        />
        Whole window</label
      >
      ${
        attention
          ? help(
              "attention",
              html`From one bin each head shares out an attention of 1 over the ${attention.bins} bins of its window,
              ${basesInWords(run.record.name, attention.start, attention.start + attention.bins * run.bin)}. It tells
              what the model read there, not what regulates what.`,
            )
          : nothing
      }
    </div>`;
    return html`<section class="stack" aria-labelledby="looked">
      <h3 id="looked" class=${this.#heads ? "visually-hidden" : ""}>Where the heads looked</h3>
      ${
        sha256 === sequences.state.model?.sha256
          ? nothing
          : html`<p class="small">
              Another model is open than the one of these results; run it to see where its heads look.
            </p>`
      }
      ${progressOf(doing.attention)}
      ${errorNotice("The attention could not be shown", problems.attention, () => sequences.dismiss("attention"))}
      ${attention || doing.attention ? nothing : html`<p class="small muted">Choose a bin of the tracks.</p>`}
      ${
        this.#heads
          ? html`<regulens-figure
              label="where the bin looked"
              table=${run.file}
              .drawing=${this.#heads}
              .provenance=${trackProvenance(run)}
              @choose=${(event: CustomEvent<number>) => look(event.detail - 1)}
              >${tools}</regulens-figure
            >`
          : nothing
      }
    </section>`;
  }

  /** All heads, or of many the chosen one and those behind it. */
  #shownHeads(heads: number): number[] {
    const { head } = this.sequences.state;
    const first = heads <= MOST_HEADS ? 0 : Math.min(head, heads - MOST_HEADS);
    return Array.from({ length: Math.min(MOST_HEADS, heads) }, (_, i) => first + i);
  }
}
