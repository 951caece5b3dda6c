/** Predicted tracks along a record: selection, zoom and pan; other figures on the same axis are below. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { formatCount, formatValue } from "../../plots/core/format";
import { basesInWords, sequenceTracksLayout } from "../../plots/sequences";
import { trackProvenance } from "./words";
import type { SequenceSession } from "./session";
import { assaysOf, trackOf, type TrackRun } from "./result";
import type { Drawing } from "../../ui/drawing";
import type { Figure } from "../../ui/figure";
import "../../ui/figure";
import { Subscription } from "../../ui/subscription";
import { help } from "../../ui/help";
import { left, minus, plus, right, whole } from "../../ui/icons";
import { progressOf } from "../../ui/progress";
import { correlationsInView, tracksDrawing } from "./drawings";
import "./places/box";
import { sequenceStyles } from "./styles";
import "./sure/choice";
import { controls } from "../../ui/styles/shared";
import "./under/measured";
import { variantsOn } from "./variants/marked";

/** Maximum number of tracks listed at once. */
const LISTED = 200;

/** Pixels of movement from which a press is a drag. */
const DRAG = 4;

/** Names of the box for positions, without and with genes. */
const BOX_NAMES = ["Region to show, such as 12000-18000", "Region or gene to show, such as 12000-18000"];

/**
 * Predicted tracks, with slots for the choice of files and for further figures along the view. Sends `failed` if a
 * figure cannot be saved, and `look` when a bin is selected to show its attention.
 */
@customElement("regulens-sequence-tracks")
export class SequenceTracks extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if attention is shown beside the tracks. */
  @property({ attribute: false }) attends = true;
  /** True if readers can go to other records. */
  @property({ attribute: false }) open = true;
  @internal() private place: number | undefined;
  @internal() private search = "";
  @query("regulens-figure") private figure!: Figure | null;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);
  protected readonly correlationSubscription = new Subscription(this, () => this.sequences?.correlations);
  #drawing: Drawing | undefined;
  #drawn: readonly unknown[] = [];
  #dragged: { readonly x: number; readonly view: readonly [number, number]; moved: boolean } | undefined;

  static override styles = [
    controls,
    sequenceStyles,
    css`
      .view {
        cursor: grab;
        touch-action: pan-y;
      }

      .drawn {
        position: relative;
      }

      /* Beside the figure's title, which leaves room for it. */
      @media (min-width: 700px) {
        regulens-track-intervals:not([noted], [open]) {
          position: absolute;
          z-index: 1;
          right: 0;
          top: 0;
        }
      }

      .view.dragging {
        cursor: grabbing;
        user-select: none;
      }

      /* What is wrong with a place stands below the whole row. */
      regulens-place-box {
        display: contents;
      }

      fieldset {
        display: grid;
        gap: var(--space-2);
        min-width: 0;
      }

      .stack {
        gap: var(--space-2);
      }

      .tracks {
        max-height: 12rem;
        overflow: auto;
      }
    `,
  ];

  override willUpdate(): void {
    const { shown, values, intervals, overlays, view, ownScale, bin } = this.sequences.state;
    const genes = this.sequences.genes.under(this.run);
    const rs = correlationsInView(this.sequences.state, this.sequences.correlations);
    const marked = variantsOn(this.sequences, this.run);
    const drawn = [shown, values, overlays, view, ownScale, bin, this.run, genes?.genes, marked, intervals, ...rs];
    if (drawn.some((each, i) => !Object.is(each, this.#drawn[i]))) {
      if (this.run !== this.#drawn[6]) this.place = undefined;
      this.#drawn = drawn;
      this.#drawing = tracksDrawing(this.sequences.state, this.run, rs, genes, marked);
    }
  }

  override render() {
    const { run, sequences } = this;
    const { tracks, places } = sequences;
    const { view, doing, problems } = sequences.state;
    if (!this.#drawing) return nothing;
    const [from, to] = view;
    const { genes: knownGenes } = sequences.genes.state;
    const binStart = (bin: number): number => run.origin + bin * run.bin;
    const all = from === 0 && to === run.bins;
    const inView = `${formatCount(to - from)} of ${formatCount(run.bins)} bins are in view.`;
    return html`<div class="stack">
      <div class="row">
        <h3>Tracks</h3>
        <regulens-place-box
          compact
          .sequences=${sequences}
          .names=${BOX_NAMES}
          .value=${basesInWords(run.record.name, binStart(from), binStart(to))}
          .of=${view}
          .example=${"12,000-18,000"}
          .hint="A region to show: bases, or a record of the file and its bases${knownGenes ? "; or a gene" : ""}"
          .problem=${problems.locus}
          .fixed=${!this.open}
        ></regulens-place-box>
        <div class="row push" role="group" aria-label="View">
          <button
            class="small"
            aria-label="Move left"
            ?disabled=${!places.canPan(-1) || doing.run !== undefined}
            @click=${() => places.pan(-0.5)}
          >
            ${left}
          </button>
          <button class="small" aria-label="Zoom in" @click=${() => tracks.zoom(0.5, this.#focus())}>${plus}</button>
          <button class="small" aria-label="Zoom out" ?disabled=${all} @click=${() => tracks.zoom(2, this.#focus())}>
            ${minus}
          </button>
          <button
            class="small"
            aria-label="Move right"
            ?disabled=${!places.canPan(1) || doing.run !== undefined}
            @click=${() => places.pan(0.5)}
          >
            ${right}
          </button>
          <button
            class="small"
            aria-label=${run.region ? "All predicted bases" : "Whole record"}
            title=${run.region ? "All predicted bases" : "Whole record"}
            ?disabled=${all}
            @click=${() => tracks.look([0, run.bins])}
          >
            ${whole}
          </button>
        </div>
        ${help(
          "moving along the tracks",
          html`${
            this.attends
              ? "Click a bin, or step to it with the arrow keys and press Enter, to see which bins its heads attend to."
              : "Point at a bin, or step to it with the arrow keys, to read its values."
          }
          Drag to move; hold Ctrl and turn the wheel, double-click, or press + and − to zoom; Shift with an arrow key
          moves the view, 0 shows ${run.region ? "all predicted bases" : "the whole record"}. ${inView}`,
        )}
      </div>
      ${progressOf(doing.run, () => sequences.cancel("run"))}
      <div class="row">
        ${this.#chooser()}<slot name="files"></slot>
        <regulens-measured-tracks .sequences=${sequences} .run=${run}></regulens-measured-tracks>
      </div>
      <div class="drawn">
        <regulens-track-intervals .sequences=${sequences} .run=${run}></regulens-track-intervals>
        <div
          class="view ${this.#dragged?.moved ? "dragging" : ""}"
          @wheel=${this.#wheel}
          @keydown=${{ handleEvent: this.#key, capture: true }}
          @pointerdown=${this.#press}
          @pointermove=${this.#drag}
          @pointerup=${this.#release}
          @pointercancel=${this.#release}
          @dblclick=${this.#zoomAt}
        >
          <regulens-figure
            label="predicted tracks of ${run.record.name}"
            table=${run.file}
            steady
            .place=${this.place}
            .drawing=${this.#drawing}
            .provenance=${trackProvenance(run)}
            @place=${this.#read}
            @choose=${this.#choose}
            ><regulens-saved-tracks .sequences=${sequences} .run=${run}></regulens-saved-tracks
          ></regulens-figure>
        </div>
      </div>
      <slot></slot>
    </div>`;
  }

  /** The choice of tracks: by assay, and individually. */
  #chooser() {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    const { card } = run.model;
    const count = run.peaks.length;
    if (count < 2) return nothing;
    // A row of assays with one track each would duplicate the row of tracks.
    const all = assaysOf(card, count);
    const assays = all.some(({ tracks }) => tracks.length > 1) ? all : [];
    const wanted = this.search.trim().toLowerCase();
    const found = Array.from({ length: count }, (_, track) => track).filter((track) => {
      const { name, assay, description } = trackOf(card, track);
      return wanted === "" || `${name} ${assay} ${description ?? ""}`.toLowerCase().includes(wanted);
    });
    const listed =
      count <= 24 ? found : wanted === "" ? [...new Set([...shown, ...found.slice(0, 12)])] : found.slice(0, LISTED);
    const has = (tracks: readonly number[]): boolean => tracks.every((track) => shown.includes(track));
    const toggle = (tracks: readonly number[], on: boolean): void =>
      void sequences.tracks.show(
        on ? [...new Set([...shown, ...tracks])] : shown.filter((track) => !tracks.includes(track)),
      );
    // At most as many of thousands as a reader can compare.
    const few = (tracks: readonly number[]): readonly number[] => tracks.slice(0, 12);
    return html`<fieldset>
      <legend class="visually-hidden">
        Tracks shown${assays.length > 1 ? ", by assay" : ""}, with their highest values
      </legend>
      ${
        assays.length > 1
          ? html`<div class="chips">
              ${assays.map(
                ({ name, tracks }) =>
                  html`<label>
                    <input
                      type="checkbox"
                      .checked=${has(few(tracks))}
                      .indeterminate=${!has(few(tracks)) && tracks.some((track) => shown.includes(track))}
                      @change=${(event: Event) =>
                        toggle(
                          (event.target as HTMLInputElement).checked ? few(tracks) : tracks,
                          (event.target as HTMLInputElement).checked,
                        )}
                    />
                    <span
                      >${name}
                      <span class="muted"
                        >(${tracks.length > 12 ? `first 12 of ${formatCount(tracks.length)}` : tracks.length})</span
                      ></span
                    >
                  </label>`,
              )}
            </div>`
          : nothing
      }
      ${
        count > 24
          ? html`<div class="row">
              <label class="visually-hidden" for="search">Search tracks</label
              ><input
                id="search"
                type="search"
                placeholder="Search ${formatCount(count)} tracks"
                .value=${this.search}
                @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
              /><span class="small muted">${formatCount(found.length)} found</span>
            </div>`
          : nothing
      }
      <div class="chips tracks">
        ${listed.map(
          (track) =>
            html`<label title=${trackOf(card, track).description ?? ""}>
              <input
                type="checkbox"
                .checked=${shown.includes(track)}
                @change=${(event: Event) => toggle([track], (event.target as HTMLInputElement).checked)}
              />
              <span
                >${trackOf(card, track).name}
                <span class="muted number">to ${formatValue(run.peaks[track] ?? 0)}</span></span
              >
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  /** The bin around which buttons zoom: the selected one, if it is in view. */
  #focus(): number | undefined {
    const { bin, view } = this.sequences.state;
    return bin !== undefined && bin >= view[0] && bin < view[1] ? bin + 0.5 : undefined;
  }

  /** The bin under the pointer, as a fractional number. */
  #binAt(event: MouseEvent): number | undefined {
    const { figure, sequences } = this;
    if (!figure) return undefined;
    const { view } = sequences.state;
    const { left, right } = this.#layout(figure);
    const share = (figure.inPicture(event).x - left) / (right - left);
    return view[0] + Math.max(0, Math.min(1, share)) * (view[1] - view[0]);
  }

  #layout(figure: Figure): { left: number; right: number } {
    return sequenceTracksLayout({ ...figure.frame, record: "", origin: 0, binSize: 1, view: [0, 1], tracks: [] });
  }

  #wheel = (event: WheelEvent): void => {
    // Without a modifier key the wheel scrolls the page; sideways it moves along the record.
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !event.metaKey && !sideways) return;
    event.preventDefault();
    if (sideways && !event.ctrlKey && !event.metaKey) return this.sequences.places.pan(event.deltaX / 800);
    this.sequences.tracks.zoom(2 ** Math.max(-1, Math.min(1, event.deltaY / 200)), this.#binAt(event));
  };

  #key = (event: KeyboardEvent): void => {
    const { run } = this;
    const { tracks, places } = this.sequences;
    const act: Record<string, (() => void) | undefined> = {
      "+": () => tracks.zoom(0.5, (this.place ?? 0) - 0.5 || this.#focus()),
      "=": () => tracks.zoom(0.5, (this.place ?? 0) - 0.5 || this.#focus()),
      "-": () => tracks.zoom(2, this.#focus()),
      "0": () => tracks.look([0, run.bins]),
      ...(event.shiftKey ? { ArrowLeft: () => places.pan(-0.25), ArrowRight: () => places.pan(0.25) } : {}),
    };
    const does = event.ctrlKey || event.metaKey || event.altKey ? undefined : act[event.key];
    if (!does || (event.composedPath()[0] as HTMLElement).getAttribute("role") !== "slider") return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };

  #press = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.composedPath()[0] as HTMLElement).getAttribute("role") !== "slider") return;
    this.#dragged = { x: event.clientX, view: this.sequences.state.view, moved: false };
  };

  #drag = (event: PointerEvent): void => {
    const dragged = this.#dragged;
    const { figure } = this;
    if (!dragged || !figure) return;
    if (event.buttons !== 1) return this.#release();
    if (!dragged.moved && Math.abs(event.clientX - dragged.x) < DRAG) return;
    if (!dragged.moved && event.isTrusted) (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    dragged.moved = true;
    const { left, right } = this.#layout(figure);
    const [from, to] = dragged.view;
    const pixels = figure.inPicture(event).x - figure.inPicture({ clientX: dragged.x, clientY: 0 }).x;
    const step = Math.round((pixels / (right - left)) * (to - from));
    this.sequences.tracks.look([from - step, to - step]);
  };

  #release = (): void => {
    // The click that ends a drag comes later, and must select nothing.
    if (this.#dragged?.moved) setTimeout(() => (this.#dragged = undefined));
    else this.#dragged = undefined;
  };

  #zoomAt = (event: MouseEvent): void => {
    this.sequences.tracks.zoom(0.5, this.#binAt(event));
  };

  /** An event without a detail has null. */
  #read = ({ detail }: CustomEvent<number | null>): void => {
    this.place = detail ?? undefined;
    if (detail !== null && !this.#dragged) this.sequences.tracks.reveal(detail - 1);
  };

  #choose = ({ detail }: CustomEvent<number>): void => {
    if (this.#dragged?.moved) return;
    void this.sequences.tracks.lookAt(detail - 1);
    this.dispatchEvent(new CustomEvent("look"));
  };
}
