/** Attention from one bin, for the slot under the tracks: on their axis, if its window fills enough of it. */

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
import { attentionView, functionsDrawing, headsDrawing, mapDrawing, rowOfPlace } from "../drawings";
import { sequenceStyles } from "../styles";
import { controls } from "../../../ui/styles/shared";

/** Map and position functions; empty for a model without attention. */
@customElement("regulens-attention-maps")
export class AttentionMaps extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True to show the whole window until the reader chooses. */
  @property({ attribute: false }) whole = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #made: readonly unknown[] = [];
  #map: Drawing | undefined;
  #functions: Drawing | undefined;
  #view: readonly [number, number] = [0, 1];

  static override styles = [
    controls,
    sequenceStyles,
    css`
      :host {
        container-type: inline-size;
      }

      .beside {
        display: grid;
        gap: var(--space-4);
        align-items: start;
        grid-template-columns: minmax(0, 1fr);
      }

      .beside > * {
        min-width: 0;
      }

      @container (min-width: 50rem) {
        .beside {
          grid-template-columns: minmax(0, 11fr) minmax(0, 9fr);
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { run } = this;
    const { attention, map, functions, layer, view, wholeWindow = this.whole } = this.sequences.state;
    const { shape } = run.model;
    const made = [attention, map, functions, layer, run, view, wholeWindow];
    if (!shape || made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    const [from, to] = attention ? attentionView({ view }, run, attention, wholeWindow) : [0, 1];
    this.#view = [Math.max(0, from), Math.min(shape.bins, to)];
    this.#map =
      attention && map && map.of === "bin" && map.start === attention.start
        ? mapDrawing(run, map, this.#view, shape.layers, attention.windowBin)
        : undefined;
    const values = functions?.[layer];
    this.#functions =
      values && values.length > 0
        ? functionsDrawing(values, layer, shape.layers, shape.heads, shape.bins, shape.binSize)
        : undefined;
  }

  override render() {
    const { run, sequences } = this;
    const { attention, layer, head } = sequences.state;
    const { shape, description } = run.model;
    if (!shape || shape.layers === 0) return nothing;
    const figure = (label: string, drawing: Drawing, choose?: (place: number) => void) =>
      html`<regulens-figure
        label=${label}
        table=${run.file}
        .drawing=${drawing}
        .provenance=${trackProvenance(run)}
        @choose=${(event: CustomEvent<number>) => choose?.(event.detail)}
      ></regulens-figure>`;
    const offset = attention ? Math.round((attention.start - run.origin) / run.bin) : 0;
    const look = (place: number): void =>
      void sequences.tracks.lookAt(Math.max(0, Math.min(run.bins - 1, rowOfPlace(this.#view, place) + offset)));
    return html`<section class="stack" aria-labelledby="maps">
      <h3 id="maps">Attention map and position functions</h3>
      ${this.#chooseHead(layer, head, shape.layers, shape.heads)}
      <div class="beside">
        ${this.#map ? figure(`attention map of head ${head + 1}`, this.#map, look) : nothing}
        ${
          this.#functions
            ? figure("position functions", this.#functions)
            : html`<p class="small muted">
                ${description.variant.title} has no position functions: its heads do not know how far a bin is away.
              </p>`
        }
      </div>
    </section>`;
  }

  #chooseHead(layer: number, head: number, layers: number, heads: number) {
    const { sequences } = this;
    const chips = (name: string, label: string, count: number, chosen: number, choose: (i: number) => void) =>
      html`<div class="chips" role="radiogroup" aria-label=${label}>
        ${Array.from(
          { length: count },
          (_, i) =>
            html`<label
              ><input type="radio" name=${name} .checked=${i === chosen} @change=${() => choose(i)} /><span
                >${name} ${i + 1}</span
              ></label
            >`,
        )}
      </div>`;
    const ofHeads =
      heads > MOST_HEADS ? "Head of the map, and first of those drawn under the tracks" : "Head of the map";
    return html`${
      layers > 1 ? chips("Layer", "Layer", layers, layer, (i) => void sequences.tracks.chooseHead(i, head)) : nothing
    }
    ${
      heads > 1
        ? html`<p class="small muted">${ofHeads}</p>
            ${chips("Head", ofHeads, heads, head, (i) => void sequences.tracks.chooseHead(layer, i))}`
        : nothing
    }`;
  }
}

/** Maximum number of heads drawn at once. */
export const MOST_HEADS = 8;

/** Attention from the selected bin. */
@customElement("regulens-sequence-attention")
export class SequenceAttention extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True to show the whole window until the reader chooses. */
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

  /** All heads, or if there are many, the selected one and those after it. */
  #shownHeads(heads: number): number[] {
    const { head } = this.sequences.state;
    const first = heads <= MOST_HEADS ? 0 : Math.min(head, heads - MOST_HEADS);
    return Array.from({ length: Math.min(MOST_HEADS, heads) }, (_, i) => first + i);
  }
}
