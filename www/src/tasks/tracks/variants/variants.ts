/**
 * Effects of changed bases: variants that are typed, chosen base by base or read from a VCF file, and mutagenesis
 * of a stretch.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { SCORE } from "../../../../../pkg/src/constants";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatSigned, formatCount } from "../../../plots/sequences";
import { trackProvenance } from "../words";
import { parseVariant, type SequenceSession } from "../session";
import { trackOf } from "../names";
import { tellNew } from "../../../ui/unseen";
import { counted, percent } from "../../../ui/words";
import type { AttentionOf, TrackRun } from "../result";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import {
  basesDrawing,
  changesOf,
  headsDrawing,
  mapDrawing,
  mutagenesisDrawing,
  nullText,
  rowOfPlace,
  unusualText,
  variantDrawing,
  variantName,
} from "../drawings";
import { variantMotifsInWords } from "../motifs/text";
import { sequenceStyles } from "../styles";
import "../all/change-records";
import "./table";
import { controls, shared } from "../../../ui/styles/shared";
import { takeFiles } from "../../shared/take-files";

/** Bases of a stretch that are replaced at most: three predictions each. */
const LONGEST = 400;

/** Tracks that are listed by how much they change. */
const MOST = 12;

/** Variants and mutagenesis. */
@customElement("regulens-sequence-variants")
export class SequenceVariants extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if all records can be changed alike. */
  @property({ type: Boolean }) changesRecords = false;
  /** Bins around the variant that are shown. */
  @internal() private around = 80;
  /** The track whose letters are shown. */
  @internal() private track: number | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);
  #made: readonly unknown[] = [];
  #bases: Drawing | undefined;
  #variant: Drawing | undefined;
  #changes: ReturnType<typeof changesOf> = [];
  #rows: { readonly reference: Drawing; readonly alternative: Drawing } | undefined;
  #map: Drawing | undefined;
  #letters: Drawing | undefined;

  static override styles = [
    shared,
    controls,
    sequenceStyles,
    css`
      :host {
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

      input[type="text"] {
        flex: 1 1 14rem;
        max-width: 22rem;
      }

      hr {
        width: 100%;
        margin: var(--space-2) 0;
        border: 0;
        border-block-start: var(--border);
      }

      @container (min-width: 50rem) {
        .pair {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { run, around, track } = this;
    const { variant, variantRows, variantMap, bases, base, shown, mutagenesis, layer } = this.sequences.state;
    const { shape } = run.model;
    const genes = variant && this.sequences.genes.under(variant);
    const made = [
      ...[run, variant, variantRows, variantMap, bases, base, shown, mutagenesis, layer, around, track],
      genes?.genes,
    ];
    if (!shape || made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    this.#bases = bases && bases.text !== "" ? basesDrawing(run, bases, base) : undefined;
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
    const of = track !== undefined && track < run.peaks.length ? track : (shown[0] ?? 0);
    this.#letters =
      mutagenesis && mutagenesis.sha256 === run.model.sha256 ? mutagenesisDrawing(run, mutagenesis, of) : undefined;
  }

  override updated(): void {
    const { variants } = this.sequences.state;
    if (!variants) return;
    const heading = `${variants.file} was read: ${counted(variants.rows.length, "variant")}`;
    tellNew(this.renderRoot.querySelector<HTMLElement>("regulens-variant-table"), variants, heading);
  }

  override render() {
    const { run, sequences } = this;
    const { doing, problems, variants } = sequences.state;
    // The effect of a variant stands beside where it was chosen: in the table of a VCF, else among the bases.
    return html`<div class="stack">
      <h3>What changes if a base changes</h3>
      <form class="row" @submit=${this.#try}>
        <label class="small" for="variant">Variant</label>
        <input
          id="variant"
          type="text"
          autocomplete="off"
          spellcheck="false"
          placeholder="${run.record.name}:12,345 A>G"
        />
        <button>Show what it changes</button>
        <label class="button">
          ${fileIcon} Choose a VCF file…
          <input type="file" @change=${this.#chooseVcf} />
        </label>
      </form>
      <p class="small muted">
        Positions are counted from 1. An insertion is written A&gt;AT, a deletion AT&gt;A. A VCF file can also be
        dropped on the page. A variant lies in the middle of the window that is computed, as in
        <code>regulens interpret variants</code>.
      </p>
      ${progressOf(doing.variants, () => sequences.cancel("variants"))}
      ${errorNotice("These variants could not be read", problems.variants, () => sequences.dismiss("variants"))}
      ${
        this.changesRecords
          ? html`<regulens-change-records .sequences=${sequences}></regulens-change-records>`
          : nothing
      }
      ${variants ? nothing : this.#byBase()}
      <regulens-variant-table .sequences=${sequences} @opened=${this.#bring}></regulens-variant-table>
      ${progressOf(doing.variant, () => sequences.cancel("variant"))}
      ${errorNotice("The variant could not be tried", problems.variant, () => sequences.dismiss("variant"))}
      ${this.#effect()} ${variants ? this.#byBase() : nothing}
      <hr />
      ${this.#mutagenesis()}
    </div>`;
  }

  /** The bases of the chosen bin: a click on one offers the three others. */
  #byBase() {
    const { run, sequences } = this;
    const { bases, base, doing } = sequences.state;
    if (!bases || !this.#bases) return nothing;
    const present = base === undefined ? undefined : bases.text[base - bases.start];
    return html`<regulens-figure
        label="bases of the chosen bin"
        table=${run.file}
        .drawing=${this.#bases}
        .provenance=${trackProvenance(run)}
        @choose=${(event: CustomEvent<number>) => void sequences.chooseBase(bases.start + event.detail - 1)}
      ></regulens-figure>
      <div class="row small">
        ${
          base === undefined || present === undefined
            ? html`<span class="muted">Choose a base above to change it.</span>`
            : html`<span>${present} at ${formatCount(base + 1)}, change it to</span> ${["A", "C", "G", "T"]
                  .filter((each) => each !== present)
                  .map(
                    (each) =>
                      html`<button
                        class="small"
                        ?disabled=${doing.variant !== undefined || present === "N"}
                        @click=${() => void sequences.tryVariant({ position: base, reference: present, alternative: each })}
                      >
                        ${each}
                      </button>`,
                  )}
                ${present === "N" ? html`<span class="muted">An unknown base cannot be changed.</span>` : nothing}`
        }
      </div>`;
  }

  /** Effect of the variant. */
  #effect() {
    const { run, sequences } = this;
    const { variant, variantRows, variantMap, doing } = sequences.state;
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
          @change=${() => void sequences.chooseVariantMap(of)}
        /><span>${text}</span></label
      >`;
    const widths = [...new Set([20, 80, 320, shape.cropped])].filter((each) => each <= shape.cropped);
    const isRated = this.#changes.some(({ unusual }) => unusual);
    const drawn = isRated ? run.model.card.variant_null : undefined;
    const isShifted = variant.variant.reference.length !== variant.variant.alternative.length;
    return html`<div class="stack" id="effect">
        <div class="row">
          <h4>${name}</h4>
          <label class="row small"
            >Bins around it
            <select @change=${(event: Event) => (this.around = Number((event.target as HTMLSelectElement).value))}>
              ${widths.map((each) => html`<option value=${each} ?selected=${each === this.around}>${each}</option>`)}
            </select>
          </label>
          <button class="quiet small push" @click=${() => sequences.closeVariant()}>Close</button>
        </div>
        <p class="small muted">
          Predictions are the mean of both strands; sums are of the ${counted(variant.bins[1] - variant.bins[0], "bin")}
          around the
          variant.${
            isShifted
              ? html` Bins before it are compared in a window that begins at the same base, bins behind it in one that
                ends at the same base.`
              : nothing
          }
        </p>
        ${this.#motifs()} ${figure(`what ${name} changes`, this.#variant)}
      </div>
      ${drawn ? html`<p class="small muted">${nullText(drawn, isShifted)}</p>` : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label="Change by track">
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
                      <th scope="col" class="number">Activity of the place, percentile</th>`
                  : nothing
              }
              <th scope="col" class="number">Change over the window</th>
            </tr>
          </thead>
          <tbody>
            ${this.#changes.map(
              ({ track, name, sad, total, log2, relative, unusual }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${trackOf(run.model.card, track).assay}</td>
                  <td class="number">${formatSigned(log2)}</td>
                  <td class="number">
                    ${formatSigned(sad)}
                    <span class="muted"
                      >(${sad === 0 ? "" : relative < 0 ? "−" : "+"}${percent(Math.abs(relative))})</span
                    >
                  </td>
                  ${
                    isRated
                      ? html`<td class="number">${unusual ? unusualText(unusual) : "not drawn"}</td>
                          <td class="number">${unusual?.activity.toFixed(0) ?? ""}</td>`
                      : nothing
                  }
                  <td class="number">${formatSigned(total)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        this.#rows && variantRows
          ? html`<h4>Where the heads looked, before and after</h4>
              <div class="pair">
                <div class="stack">
                  <p class="small muted">Reference</p>
                  ${figure("attention with the reference", this.#rows.reference, (place) => look(place - 1))}
                </div>
                <div class="stack">
                  <p class="small muted">Alternative</p>
                  ${figure("attention with the alternative", this.#rows.alternative, (place) => look(place - 1))}
                </div>
              </div>`
          : nothing
      }
      ${
        this.#map
          ? html`<div class="chips" role="radiogroup" aria-label="Map">${maps.map(radio)}</div>
              ${figure("attention map of the variant", this.#map, (place) => look(rowOfPlace([0, shape.bins], place)))}`
          : nothing
      }`;
  }

  /** The matches of motifs that the variant makes or breaks. */
  #motifs() {
    const { motifs, variantMotifs, namesQ } = this.sequences.state;
    if (!motifs || !variantMotifs) return nothing;
    return html`<p class="small">${variantMotifsInWords(variantMotifs, motifs, namesQ).join(" ")}</p>`;
  }

  /** Every base of a stretch replaced by every other. */
  #mutagenesis() {
    const { run, sequences } = this;
    const { doing, problems, mutagenesis, stretch, bases, base, shown } = sequences.state;
    const middle =
      base ?? (bases ? bases.start + Math.floor(bases.text.length / 2) : Math.floor(run.record.length / 2));
    const start = stretch?.start ?? Math.max(0, Math.min(run.record.length - 60, middle - 30));
    const end = stretch?.end ?? Math.min(run.record.length, start + 60);
    const of = this.track !== undefined && this.track < run.peaks.length ? this.track : (shown[0] ?? 0);
    const option = (track: number): TemplateResult =>
      html`<option value=${track} ?selected=${track === of}>${trackOf(run.model.card, track).name}</option>`;
    return html`<h3>Which bases a track depends on</h3>
      <p class="small muted">
        Each base of a stretch is replaced by each other, one at a time, and the change of the track is summed over the
        bins of the stretch and those nearest to it, as the mean of both strands: in-silico mutagenesis.
      </p>
      <form class="row small" @submit=${this.#mutate}>
        <label for="from">Bases</label
        ><input id="from" type="number" min="1" max=${run.record.length} .value=${String(start + 1)} /><label for="to"
          >to</label
        ><input id="to" type="number" min="1" max=${run.record.length} .value=${String(end)} />
        <label for="beyond">and</label
        ><input id="beyond" class="small" type="number" min="0" placeholder=${SCORE.around} /><span
          >bins beyond either end count</span
        >
        <button ?disabled=${doing.mutagenesis !== undefined}>Replace bases</button>
      </form>
      ${progressOf(doing.mutagenesis, () => sequences.cancel("mutagenesis"))}
      ${errorNotice("Bases could not be replaced", problems.mutagenesis, () => sequences.dismiss("mutagenesis"))}
      ${
        mutagenesis && this.#letters
          ? html`<div class="row small">
                <label for="of">Track</label>
                <select
                  id="of"
                  @change=${(event: Event) => (this.track = Number((event.target as HTMLSelectElement).value))}
                >
                  ${[...new Set([...shown, of])].map(option)}
                </select>
                <span class="muted">Click a letter to try it as a variant.</span>
              </div>
              <regulens-figure
                label="what each base contributes"
                table=${run.file}
                .drawing=${this.#letters}
                .provenance=${trackProvenance(run)}
                @choose=${(event: CustomEvent<number>) => void sequences.chooseBase(mutagenesis.start + event.detail - 1)}
              ></regulens-figure>`
          : nothing
      }`;
  }

  /** Brings the effect of the row that was opened into view, below its row as far as there is room. */
  #bring = async (): Promise<void> => {
    await this.updateComplete;
    this.renderRoot.querySelector("#effect")?.scrollIntoView({ block: "nearest" });
  };

  #try = (event: Event): void => {
    event.preventDefault();
    const { sequences } = this;
    const text = (event.currentTarget as HTMLFormElement).querySelector<HTMLInputElement>("#variant")?.value ?? "";
    const variant = parseVariant(text);
    if (variant) void sequences.tryVariant(variant, variant.name);
    else
      sequences.refuse(
        "variant",
        `found ${JSON.stringify(text)}; expected a variant.`,
        `Write it as ${this.run.record.name}:12,345 A>G, with the position counted from 1.`,
      );
  };

  #chooseVcf = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.sequences.readVariants({ blob: chosen, file: chosen.name });
  };

  #mutate = (event: Event): void => {
    event.preventDefault();
    const { sequences } = this;
    const form = event.currentTarget as HTMLFormElement;
    const number = (id: string): number => form.querySelector<HTMLInputElement>(`#${id}`)?.valueAsNumber ?? NaN;
    const [start, end, around] = [number("from") - 1, number("to"), number("beyond")];
    if (!(end > start) || end - start > LONGEST) {
      return sequences.refuse(
        "mutagenesis",
        `found ${formatCount(Math.max(0, end - start))} bases; expected 1 to ${LONGEST}.`,
        "Choose a shorter stretch.",
      );
    }
    sequences.chooseStretch({ start, end });
    void sequences.mutate(Number.isNaN(around) ? undefined : around);
  };
}
