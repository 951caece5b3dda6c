/** Effect of the open variant: on tracks, on motif matches, and on attention. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatSigned } from "../../../plots/sequences";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import "../explained/contributions";
import { help, helpStyles } from "../../../ui/help";
import { Subscription } from "../../../ui/subscription";
import { controls, shared } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { membersOf } from "../../shared/members";
import { headsDrawing, mapDrawing, rowOfPlace } from "../drawings";
import { variantMotifsInWords } from "../motifs/text";
import { type AttentionOf, trackOf, type TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { apartInWords, type ChangeSpread, disputeInWords, isDisputed } from "./apart";
import { changesOf, nullText, unusualText, variantDrawing, variantName } from "./drawing";
import { effectLine, relativeText } from "./text";
import { trackProvenance } from "../words";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { reveal } from "../../../ui/reveal";
import { tellNew } from "../../../ui/unseen";
import "./table";

/** The variants of a file. */
@customElement("regulens-listed-variants")
export class ListedVariants extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  /** The run of the open record; undefined before the first. */
  @property({ attribute: false }) run: TrackRun | undefined;
  /** True in a single-file page, which opens with its saved view. */
  @property({ attribute: false }) saved = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #revealed: object | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }
    `,
  ];

  override updated(): void {
    const { variants } = this.sequences.state;
    if (!variants) return;
    // The reader has just requested them, possibly with another tab open.
    const isNew = this.#revealed !== variants && (this.#revealed !== undefined || !this.saved);
    // Their tab may only exist in the next frame.
    if (isNew) requestAnimationFrame(() => void reveal(this));
    this.#revealed = variants;
    const heading = `${variants.file} was read: ${counted(variants.rows.length, "variant")}`;
    tellNew(this.renderRoot.querySelector<HTMLElement>("regulens-variant-table"), variants, heading);
  }

  override render() {
    const { sequences, run } = this;
    const { doing, problems } = sequences.state;
    const isTried = sequences.isTriedListed;
    return html`<regulens-variant-table .sequences=${sequences} @opened=${this.#bring}></regulens-variant-table>
      ${isTried ? progressOf(doing.run ?? doing.variant, () => this.#cancel()) : nothing}
      ${isTried ? errorNotice("The variant could not be tried", problems.variant, () => sequences.dismiss("variant")) : nothing}
      ${
        isTried && run
          ? html`<regulens-variant-effect
              .sequences=${sequences}
              .run=${run}
              .explains=${!this.saved}
            ></regulens-variant-effect>`
          : nothing
      }`;
  }

  #cancel(): void {
    this.sequences.cancel("run");
    this.sequences.cancel("variant");
  }

  /** Scrolls the effect of the opened row into view, below its row if there is room. */
  #bring = async (): Promise<void> => {
    await this.updateComplete;
    const effect = this.renderRoot.querySelector<VariantEffect>("regulens-variant-effect");
    await effect?.bring();
  };
}

/** Maximum number of tracks listed by size of their change. */
const MOST = 12;

/** One at a time, so that the effect is visible together with the table or bases it was selected from. */
type Part = "Tracks" | "Scores" | "Bases" | "Heads" | "Map";

/** Effect of a variant; empty if none is open. */
@customElement("regulens-variant-effect")
export class VariantEffect extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if the bases in view, those around the variant, can be explained here. */
  @property({ attribute: false }) explains = false;
  /** Number of bins shown around the variant. */
  @internal() private around = 80;
  @internal() private shownPart: Part = "Tracks";
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);
  #made: readonly unknown[] = [];
  #variant: Drawing | undefined;
  #changes: ReturnType<typeof changesOf> = [];
  #rows: { readonly reference: Drawing; readonly alternative: Drawing } | undefined;
  #map: Drawing | undefined;

  static override styles = [
    controls,
    sequenceStyles,
    helpStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        container-type: inline-size;
      }

      .pair {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }

      .pair > * {
        min-width: 0;
      }

      /* The table scrolls where it is narrow. */
      .apart {
        white-space: nowrap;
      }

      @container (min-width: 34rem) {
        .pair {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
      }

      /* In the row of the choice where there is room, else below it. */
      .line {
        flex: 1 1 100%;
        order: 1;
      }

      @container (min-width: 64rem) {
        .line {
          flex: 1 1 0;
          order: 0;
        }
      }

      /* A square as high as the tracks are. */
      .map {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        align-items: start;
      }

      .map > regulens-figure {
        flex: 0 1 var(--map-width, 19rem);
        min-width: 0;
      }
    `,
  ];

  /** Scrolls the figure into view, below the opened row if there is room. */
  async bring(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector("#effect")?.scrollIntoView({ block: "nearest" });
  }

  override willUpdate(): void {
    const { run, around } = this;
    const { variant, variantRows, variantMap, shown, layer } = this.sequences.state;
    const { shape } = run.model;
    const genes = variant && this.sequences.genes.under(variant);
    const made = [run, variant, variantRows, variantMap, shown, layer, around, genes?.genes];
    if (!shape || made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    this.#changes = variant ? changesOf(variant).slice(0, MOST) : [];
    this.#variant = variant && variantDrawing(run, variant, shown.slice(0, 8), around, genes);
    const window = variant && { start: variant.start, bins: shape.bins, heads: shape.heads };
    const rows = (layers: readonly Float32Array[], besides: readonly Float32Array[], windowBin: number): Drawing =>
      headsDrawing(
        run,
        { ...window!, windowBin, layers },
        layer,
        [0, shape.bins],
        shape.crop,
        Array.from({ length: Math.min(5, shape.heads) }, (_, i) => i),
        besides,
      );
    this.#rows = window &&
      variantRows && {
        reference: rows(variantRows.reference, variantRows.alternative, variantRows.windowBin),
        alternative: rows(variantRows.alternative, variantRows.reference, variantRows.windowBin),
      };
    this.#map =
      variant && variantMap
        ? mapDrawing(run, variantMap, [0, variantMap.bins], shape.layers, variantRows?.windowBin)
        : undefined;
  }

  override render() {
    const { run, sequences } = this;
    const { variant, variantMap, doing } = sequences.state;
    const { shape } = run.model;
    if (!variant || !this.#variant || !shape) return nothing;
    const made = trackProvenance(run);
    const name = variantName(run.record.name, variant);
    const figure = (label: string, drawing: Drawing, choose?: (place: number) => void) =>
      html`<regulens-figure
        label=${label}
        table=${run.file}
        .drawing=${drawing}
        .provenance=${made}
        @choose=${(event: CustomEvent<number>) => choose?.(event.detail)}
      ></regulens-figure>`;
    const look = (windowBin: number): void => void sequences.lookAtVariant(windowBin);
    const maps: readonly (readonly [AttentionOf, string])[] = [
      ["change", "Change"],
      ["reference", "Reference"],
      ["alternative", "Alternative"],
    ];
    const radio = ([of, text]: (typeof maps)[number]): TemplateResult =>
      html`<label
        ><input
          type="radio"
          name="map"
          .checked=${variantMap?.of === of}
          ?disabled=${doing.variant !== undefined}
          @change=${() => void sequences.tracks.fetchVariantMap(of)}
        /><span>${text}</span></label
      >`;
    const widths = [...new Set([20, 80, 320, shape.cropped])].filter((each) => each <= shape.cropped);
    const isRated = this.#changes.some(({ unusual }) => unusual);
    const drawn = isRated ? run.model.card.variant_null : undefined;
    const of = membersOf(run.model.card);
    const isShifted = variant.variant.reference.length !== variant.variant.alternative.length;
    const parts: readonly Part[] = [
      "Tracks",
      "Scores",
      ...(this.explains ? ["Bases" as const] : []),
      ...(this.#rows ? ["Heads" as const] : []),
      ...(this.#map ? ["Map" as const] : []),
    ];
    const part = parts.includes(this.shownPart) ? this.shownPart : "Tracks";
    return html`<div class="stack" id="effect">
      <div class="row">
        <h4>${name}</h4>
        <div class="chips" role="radiogroup" aria-label="Effect of the variant">
          ${parts.map(
            (each) =>
              html`<label
                ><input
                  type="radio"
                  name="part"
                  .checked=${each === part}
                  @change=${() => (this.shownPart = each)}
                /><span>${each}</span></label
              >`,
          )}
        </div>
        ${
          part === "Tracks"
            ? html`<select
                class="small"
                aria-label="Bins around it"
                @change=${(event: Event) => (this.around = Number((event.target as HTMLSelectElement).value))}
              >
                ${widths.map(
                  (each) => html`<option value=${each} ?selected=${each === this.around}>${each} bins</option>`,
                )}
              </select>`
            : nothing
        }
        <p class="small line">${effectLine(this.#changes, of)}</p>
        ${drawn && part !== "Scores" ? help("percentiles", nullText(drawn, isShifted)) : nothing}
        <button class="quiet small push" @click=${() => sequences.closeVariant()}>Close</button>
      </div>
      ${this.#motifs()} ${part === "Tracks" ? figure(`effect of ${name}`, this.#variant) : nothing}
      ${
        part === "Scores"
          ? html`<p class="small muted">
                Predictions are the mean of both strands${of === undefined ? nothing : html` and of ${of}`}; sums are of
                the ${counted(variant.bins[1] - variant.bins[0], "bin")} around the
                variant.${
                  isShifted
                    ? html` Bins before it are compared in a window that begins at the same base, bins after it in one
                      that ends at the same base.`
                    : nothing
                }
                ${drawn ? nullText(drawn, isShifted) : nothing}
              </p>
              ${this.#scores(isRated)}`
          : nothing
      }
      ${
        part === "Bases"
          ? html`<regulens-base-contributions
              .sequences=${sequences}
              .run=${run}
              .at=${variant.variant.position}
            ></regulens-base-contributions>`
          : nothing
      }
      ${
        part === "Heads" && this.#rows
          ? html`<div class="pair">
              <div>
                <p class="small muted">Reference</p>
                ${figure("attention with the reference", this.#rows.reference, (place) => look(place - 1))}
              </div>
              <div>
                <p class="small muted">Alternative</p>
                ${figure("attention with the alternative", this.#rows.alternative, (place) => look(place - 1))}
              </div>
            </div>`
          : nothing
      }
      ${
        part === "Map" && this.#map
          ? html`<div class="map">
              <div class="chips" role="radiogroup" aria-label="Map">${maps.map(radio)}</div>
              ${figure("attention map of the variant", this.#map, (place) => look(rowOfPlace([0, shape.bins], place)))}
            </div>`
          : nothing
      }
    </div>`;
  }

  /** The change of each track, in numbers. */
  #scores(isRated: boolean) {
    const { card } = this.run.model;
    const of = membersOf(card);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Change by track">
      <table>
        <thead>
          <tr>
            <th scope="col">Track</th>
            <th scope="col">Assay</th>
            <th scope="col" class="number">Greatest log2 change of a bin</th>
            <th scope="col" class="number">Change around the variant</th>
            ${
              isRated
                ? html`<th scope="col" class="number">Percentile among random variants</th>
                    <th scope="col" class="number">Activity of the region, percentile</th>`
                : nothing
            }
            <th scope="col" class="number">Change over the window</th>
          </tr>
        </thead>
        <tbody>
          ${this.#changes.map(
            (change) =>
              html`<tr>
                <th scope="row">${change.name}</th>
                <td>${trackOf(card, change.track).assay}</td>
                <td class="number">${formatSigned(change.log2)}</td>
                <td class="number">
                  ${formatSigned(change.sad)} <span class="muted">(${relativeText(change)})</span>
                  ${change.apart && of !== undefined ? apartText(change.apart, of) : nothing}
                </td>
                ${
                  isRated
                    ? html`<td class="number">${change.unusual ? unusualText(change.unusual) : "not drawn"}</td>
                        <td class="number">${change.unusual?.activity.toFixed(0) ?? ""}</td>`
                    : nothing
                }
                <td class="number">${formatSigned(change.total)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** Motif matches that the variant creates or destroys. */
  #motifs() {
    const { motifs, variantMotifs, namesQ } = this.sequences.state;
    if (!motifs || !variantMotifs) return nothing;
    return html`<p class="small">${variantMotifsInWords(variantMotifs, motifs, namesQ).join(" ")}</p>`;
  }
}

/** Spread of an effect over ensemble members, with a note if they disagree on the direction. */
function apartText(apart: ChangeSpread, of: string): TemplateResult {
  return html`<br /><span class="muted apart">${apartInWords(apart, of)}</span>
    ${isDisputed(apart) ? html`<br /><span class="small apart">${disputeInWords(of)}</span>` : nothing}`;
}
