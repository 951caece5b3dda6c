/** Where the heads looked: from one bin, from all bins, and how they weigh distance. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { basesInWords } from "../../../plots/sequences";
import { trackProvenance } from "../words";
import type { SequenceSession } from "../session";
import type { TrackRun } from "../result";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { left, right } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { attentionView, functionsDrawing, headsDrawing, mapDrawing, rowOfPlace } from "../drawings";
import { sequenceStyles } from "../styles";
import { controls, shared } from "../../../ui/styles/shared";

/** Heads that are drawn at once. */
const MOST = 8;

/** Where the heads looked. */
@customElement("regulens-sequence-attention")
export class SequenceAttention extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  @internal() private whole = true;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #made: readonly unknown[] = [];
  #heads: Drawing | undefined;
  #map: Drawing | undefined;
  #functions: Drawing | undefined;
  #view: readonly [number, number] = [0, 1];

  static override styles = [
    shared,
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
    const { attention, map, functions, layer, head, view } = this.sequences.state;
    const { shape } = run.model;
    const made = [attention, map, functions, layer, head, view, run, this.whole];
    if (!shape || made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    this.#view = attention ? attentionView({ view }, run, attention, this.whole) : [0, 1];
    this.#heads =
      attention && headsDrawing(run, attention, layer, this.#view, shape.crop, this.#shownHeads(shape.heads));
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
    const { attention, doing, problems, layer, head, bin } = sequences.state;
    const { shape, description, sha256 } = run.model;
    if (!shape) return nothing;
    const made = trackProvenance(run);
    if (shape.layers === 0) {
      return html`<div class="stack">
        <h3>Attention</h3>
        <p class="small muted">${description.variant.title} has no attention between bins: it has no maps to show.</p>
      </div>`;
    }
    const figure = (label: string, drawing: Drawing, choose?: (place: number) => void) =>
      html`<regulens-figure
        label=${label}
        table=${run.file}
        .drawing=${drawing}
        .provenance=${made}
        @choose=${(event: CustomEvent<number>) => choose?.(event.detail)}
      ></regulens-figure>`;
    const offset = attention ? Math.round((attention.start - run.origin) / run.bin) : 0;
    const look = (windowBin: number): void =>
      void sequences.lookAt(Math.max(0, Math.min(run.bins - 1, windowBin + offset)));
    return html`<div class="stack">
      <div class="row">
        <h3>Where the heads looked</h3>
        <div class="row push">
          <button
            class="small"
            aria-label="The bin before"
            ?disabled=${bin === undefined || bin === 0}
            @click=${() => bin !== undefined && void sequences.lookAt(bin - 1)}
          >
            ${left}
          </button>
          <button
            class="small"
            aria-label="The next bin"
            ?disabled=${bin === undefined || bin === run.bins - 1}
            @click=${() => bin !== undefined && void sequences.lookAt(bin + 1)}
          >
            ${right}
          </button>
          <label class="row small"
            ><input
              type="checkbox"
              .checked=${this.whole}
              @change=${(event: Event) => (this.whole = (event.target as HTMLInputElement).checked)}
            />
            Whole window</label
          >
        </div>
      </div>
      ${
        sha256 === sequences.state.model?.sha256
          ? nothing
          : html`<p class="small">
              Another model is open than the one of these results; run it to see where its heads look.
            </p>`
      }
      ${progressOf(doing.attention)}
      ${errorNotice("The attention could not be shown", problems.attention, () => sequences.dismiss("attention"))}
      ${
        attention
          ? html`<p class="small muted">
              Each head of a bin shares out an attention of 1 over the ${attention.bins} bins of its window,
              ${basesInWords(run.record.name, attention.start, attention.start + attention.bins * run.bin)}. It tells
              what the model read there, not what regulates what.
            </p>`
          : doing.attention
            ? nothing
            : html`<p class="small muted">Choose a bin of the tracks.</p>`
      }
      ${this.#chooseHead(layer, head, shape.layers, shape.heads)}
      ${this.#heads ? figure("where the bin looked", this.#heads, (place) => look(place - 1)) : nothing}
      <div class="beside">
        ${
          this.#map
            ? figure(`attention map of head ${head + 1}`, this.#map, (place) => look(rowOfPlace(this.#view, place)))
            : nothing
        }
        ${
          this.#functions
            ? figure("position functions", this.#functions)
            : html`<p class="small muted">
                ${description.variant.title} has no position functions: its heads do not know how far a bin is away.
              </p>`
        }
      </div>
    </div>`;
  }

  #chooseHead(layer: number, head: number, layers: number, heads: number) {
    const { sequences } = this;
    const chips = (name: string, count: number, chosen: number, choose: (i: number) => void) =>
      html`<div class="chips" role="radiogroup" aria-label=${name}>
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
    return html`<div class="row">
      ${layers > 1 ? chips("Layer", layers, layer, (i) => void sequences.chooseHead(i, head)) : nothing}
      ${heads > 1 ? chips("Head", heads, head, (i) => void sequences.chooseHead(layer, i)) : nothing}
      <span class="small muted">of the map${heads > MOST ? ", and the first of the heads that are drawn" : ""}</span>
    </div>`;
  }

  /** All heads, or of many the chosen one and those behind it. */
  #shownHeads(heads: number): number[] {
    const { head } = this.sequences.state;
    const first = heads <= MOST ? 0 : Math.min(head, heads - MOST);
    return Array.from({ length: Math.min(MOST, heads) }, (_, i) => first + i);
  }
}
