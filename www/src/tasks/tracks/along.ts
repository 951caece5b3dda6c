/**
 * Predicted tracks along a record: which are shown, zoom and pan, measured tracks under them, and what can be saved.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../export";
import { formatCount, formatValue } from "../../plots/core/format";
import { basesInWords, sequenceTracksLayout } from "../../plots/sequences";
import { trackProvenance } from "./words";
import type { SequenceSession } from "./session";
import { counted } from "../../ui/words";
import { assaysOf, trackOf } from "./names";
import type { TrackFormat, TrackRun } from "./result";
import type { Drawing } from "../../ui/drawing";
import type { Figure } from "../../ui/figure";
import "../../ui/figure";
import { Subscription } from "../../ui/subscription";
import { file as fileIcon, left, minus, plus, right, save, whole } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { correlationsInView, tracksDrawing } from "./drawings";
import "./places/box";
import { sequenceStyles } from "./styles";
import { controls, shared } from "../../ui/styles/shared";
import { tellNew } from "../../ui/unseen";
import { takeFiles } from "../shared/take-files";
import { variantsOn } from "./variants/marked";

/** Most tracks that are listed at once for a choice. */
const LISTED = 200;

/** Pixels beyond which a press is a drag. */
const DRAG = 4;

/** Names of the box for a place, without genes and with them. */
const BOX_NAMES = ["Place to show, for instance 12000-18000", "Place or gene to show, for instance 12000-18000"];

/** Predicted tracks. Sends `failed` where a figure cannot be saved. */
@customElement("regulens-sequence-tracks")
export class SequenceTracks extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if attention stands beside the tracks. */
  @property({ attribute: false }) attends = true;
  /** True if a reader may lay measured tracks of their own under the predicted ones. */
  @property({ attribute: false }) open = true;
  /** True if genes can be read: a page of one file has no engine for that. */
  @property({ attribute: false }) readsGenes = true;
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
    shared,
    controls,
    sequenceStyles,
    css`
      .view {
        cursor: grab;
        touch-action: pan-y;
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
      }

      legend {
        padding: 0 0 var(--space-1);
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      .tracks {
        max-height: 12rem;
        overflow: auto;
      }

      .scale {
        display: flex;
        gap: var(--space-2);
        align-items: center;
      }

      .measured {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3);
        border: 1.5px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }
    `,
  ];

  override willUpdate(): void {
    const { shown, values, overlays, view, ownScale, bin } = this.sequences.state;
    const genes = this.sequences.genes.under(this.run);
    const rs = correlationsInView(this.sequences.state, this.sequences.correlations);
    const marked = variantsOn(this.sequences, this.run);
    const drawn = [shown, values, overlays, view, ownScale, bin, this.run, genes?.genes, marked, ...rs];
    if (drawn.some((each, i) => !Object.is(each, this.#drawn[i]))) {
      if (this.run !== this.#drawn[6]) this.place = undefined;
      this.#drawn = drawn;
      this.#drawing = tracksDrawing(this.sequences.state, this.run, rs, genes, marked);
    }
  }

  override updated(): void {
    for (const { file, source } of this.sequences.state.overlays.values())
      if ("blob" in source)
        tellNew(this.renderRoot.querySelector(".measured"), source, `${file} lies under the prediction`);
  }

  override render() {
    const { run, sequences } = this;
    const { view, shown, doing, problems } = sequences.state;
    if (!this.#drawing) return nothing;
    const [from, to] = view;
    const { genes: knownGenes } = sequences.genes.state;
    const binStart = (bin: number): number => run.origin + bin * run.bin;
    const all = from === 0 && to === run.bins;
    const inView = `${formatCount(to - from)} of ${formatCount(run.bins)} bins are in view.`;
    return html`<div class="stack">
      <div class="row">
        <h3>Tracks</h3>
        <div class="row push" role="group" aria-label="View">
          <button
            class="small"
            aria-label="Move left"
            ?disabled=${!sequences.canPan(-1) || doing.run !== undefined}
            @click=${() => sequences.pan(-0.5)}
          >
            ${left}
          </button>
          <button class="small" aria-label="Zoom in" @click=${() => sequences.zoom(0.5, this.#focus())}>${plus}</button>
          <button class="small" aria-label="Zoom out" ?disabled=${all} @click=${() => sequences.zoom(2, this.#focus())}>
            ${minus}
          </button>
          <button
            class="small"
            aria-label="Move right"
            ?disabled=${!sequences.canPan(1) || doing.run !== undefined}
            @click=${() => sequences.pan(0.5)}
          >
            ${right}
          </button>
          <button class="small" ?disabled=${all} @click=${() => sequences.look([0, run.bins])}>
            ${whole} ${run.region ? "All that is predicted" : "Whole record"}
          </button>
        </div>
        <regulens-place-box
          compact
          .sequences=${sequences}
          .names=${BOX_NAMES}
          .value=${basesInWords(run.record.name, binStart(from), binStart(to))}
          .of=${view}
          .example=${"12,000-18,000"}
          .hint="A place to show: bases, or a record of the file and its bases${knownGenes ? "; or a gene" : ""}"
          .problem=${problems.locus}
          .fixed=${!this.open}
        ></regulens-place-box>
      </div>
      ${progressOf(doing.run, () => sequences.cancel("run"))} ${this.#chooser()}
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
        ></regulens-figure>
      </div>
      <p class="small muted">
        ${
          this.attends
            ? "Click a bin, or step to it with the arrow keys and press Enter, to see where the heads looked from there."
            : "Point at a bin, or step to it with the arrow keys, to read its values."
        }
        Drag to move; hold Ctrl and turn the wheel, double-click, or press + and − to zoom; Shift with an arrow key
        moves the view, 0 shows ${run.region ? "all that is predicted" : "the whole record"}. ${inView}
      </p>
      ${this.#measured()} ${this.readsGenes ? this.#genes() : nothing}
      <div class="row">
        <span class="small muted"
          >Save the ${shown.length === 1 ? "track" : `${shown.length} tracks`} shown,
          ${run.region ? "all that is predicted" : "whole record"}:</span
        >
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("bedgraph")}>
          ${save} bedGraph
        </button>
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("bigwig")}>
          ${save} bigWig${shown.length > 1 ? "s" : ""}
        </button>
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("tsv")}>
          ${save} TSV
        </button>
      </div>
      ${errorNotice("The tracks could not be saved", sequences.state.problems.save, () => sequences.dismiss("save"))}
    </div>`;
  }

  /** Which tracks are shown: by assay, and one by one. */
  #chooser() {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    const { card } = run.model;
    const count = run.peaks.length;
    if (count < 2) return nothing;
    // A row of assays with a track each would be the row of tracks again.
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
      void sequences.show(on ? [...new Set([...shown, ...tracks])] : shown.filter((track) => !tracks.includes(track)));
    // No more of thousands than can be looked at.
    const few = (tracks: readonly number[]): readonly number[] => tracks.slice(0, 12);
    return html`<fieldset>
      <legend>Tracks shown${assays.length > 1 ? ", by what was measured" : ""}, and the highest value of each</legend>
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

  /** Genes under the tracks. */
  #genes() {
    const { genes } = this.sequences;
    const { genes: known, doing, problem } = genes.state;
    if (!this.open) return nothing;
    return html`<div class="row small">
        ${
          known
            ? html`<span>Genes: ${known.file}, ${counted(known.count, "gene")}.</span>
                <button class="quiet small" @click=${() => genes.close()}>Remove the genes</button>`
            : html`<span class="muted"
                  >Drop genes (GTF, GFF3 or BED) to draw them under the tracks and go to one by name.</span
                >
                <label class="button small push">
                  ${fileIcon} Choose genes…
                  <input type="file" @change=${this.#chooseGenes} />
                </label>`
        }
      </div>
      ${
        doing
          ? html`<regulens-progress
              .activity=${doing}
              cancellable
              @cancel=${() => genes.cancel("genes")}
            ></regulens-progress>`
          : nothing
      }
      ${errorNotice("These genes could not be read", problem, () => genes.dismiss("genes"))}`;
  }

  #chooseGenes = (event: Event): void => {
    const [file] = takeFiles(event);
    if (file) void this.sequences.genes.read({ blob: file, file: file.name });
  };

  /** Measured tracks under the predicted ones. */
  #measured() {
    const { run, sequences } = this;
    const { overlays, doing, problems, ownScale, shown } = sequences.state;
    const { card } = run.model;
    const name = (track: number): string => trackOf(card, track).name;
    if (!this.open && overlays.length === 0 && !doing.measured && !problems.measured) return nothing;
    return html`<div class="measured">
      <div class="row" ?hidden=${!this.open}>
        <p class="small">
          <strong>Measured tracks.</strong>
          ${
            overlays.length === 0
              ? html`Drop a bedGraph or bigWig file to lay it under the prediction; it must name the chromosome
                  <code>${run.record.name}</code>.`
              : nothing
          }
        </p>
        <label class="button small push">
          ${fileIcon} Choose bedGraph or bigWig…
          <input type="file" @change=${this.#chooseMeasured} />
        </label>
      </div>
      ${progressOf(doing.measured, () => sequences.cancel("measured"))}
      ${errorNotice("This track could not be laid under the prediction", problems.measured, () =>
        sequences.dismiss("measured"),
      )}
      ${overlays.map((overlay) => {
        const { track, file, kind, value } = overlay;
        return html`<div class="row small">
          <span>${file} (${kind}) under</span>
          <select
            aria-label="Predicted track over ${file}"
            @change=${(event: Event) =>
              sequences.moveMeasured(overlay, Number((event.target as HTMLSelectElement).value))}
          >
            ${[...new Set([...shown, track])].map(
              (each) => html`<option value=${each} ?selected=${each === track}>${name(each)}</option>`,
            )}
          </select>
          <select
            aria-label="Value of a bin of ${file}"
            @change=${(event: Event) =>
              void sequences.chooseValue(overlay, (event.target as HTMLSelectElement).value as "sum" | "mean")}
          >
            <option value="sum" ?selected=${value === "sum"}>sum over the bin</option>
            <option value="mean" ?selected=${value === "mean"}>mean over the bin</option>
          </select>
          <button class="quiet small" @click=${() => sequences.removeMeasured(overlay)}>Remove</button>
        </div>`;
      })}
      ${
        overlays.length > 0
          ? html`<label class="scale small"
                ><input
                  type="checkbox"
                  .checked=${ownScale}
                  @change=${(event: Event) => sequences.scaleMeasured((event.target as HTMLInputElement).checked)}
                />
                Measured values on a scale of their own</label
              >
              <p class="small muted">r is Pearson’s correlation over the bins in view.</p>`
          : nothing
      }
    </div>`;
  }

  /** The bin around which buttons zoom: the one that is chosen, where it is in view. */
  #focus(): number | undefined {
    const { bin, view } = this.sequences.state;
    return bin !== undefined && bin >= view[0] && bin < view[1] ? bin + 0.5 : undefined;
  }

  /** The bin under the pointer, as a number with a fraction. */
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
    // Without a key the wheel scrolls the page; to the side it moves along the record.
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !event.metaKey && !sideways) return;
    event.preventDefault();
    if (sideways && !event.ctrlKey && !event.metaKey) return this.sequences.pan(event.deltaX / 800);
    this.sequences.zoom(2 ** Math.max(-1, Math.min(1, event.deltaY / 200)), this.#binAt(event));
  };

  #key = (event: KeyboardEvent): void => {
    const { sequences, run } = this;
    const act: Record<string, (() => void) | undefined> = {
      "+": () => sequences.zoom(0.5, (this.place ?? 0) - 0.5 || this.#focus()),
      "=": () => sequences.zoom(0.5, (this.place ?? 0) - 0.5 || this.#focus()),
      "-": () => sequences.zoom(2, this.#focus()),
      "0": () => sequences.look([0, run.bins]),
      ...(event.shiftKey ? { ArrowLeft: () => sequences.pan(-0.25), ArrowRight: () => sequences.pan(0.25) } : {}),
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
    this.sequences.look([from - step, to - step]);
  };

  #release = (): void => {
    // The click that ends a drag comes after this, and chooses nothing.
    if (this.#dragged?.moved) setTimeout(() => (this.#dragged = undefined));
    else this.#dragged = undefined;
  };

  #zoomAt = (event: MouseEvent): void => {
    this.sequences.zoom(0.5, this.#binAt(event));
  };

  #read = ({ detail }: CustomEvent<number | undefined>): void => {
    this.place = detail;
    if (detail !== undefined && !this.#dragged) this.sequences.reveal(detail - 1);
  };

  #choose = ({ detail }: CustomEvent<number>): void => {
    if (!this.#dragged?.moved) void this.sequences.lookAt(detail - 1);
  };

  #chooseMeasured = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.sequences.readMeasured({ blob: chosen, file: chosen.name });
  };

  async #save(format: TrackFormat): Promise<void> {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    const name = (extension: "tsv" | "bedgraph" | "bw", track?: number): string =>
      downloadName(
        run.file,
        "predicted",
        extension,
        track === undefined ? run.record.name : `${run.record.name}-${trackOf(run.model.card, track).name}`,
      );
    // A bigWig file has one track.
    for (const tracks of format === "bigwig" ? shown.map((track) => [track]) : [shown]) {
      const file = await sequences.file(format, tracks);
      if (!file) return;
      saveFile(format === "bigwig" ? name("bw", tracks[0]) : name(format), file);
    }
  }
}
