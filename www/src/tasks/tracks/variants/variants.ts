/** Effects of changed bases: variants that are typed or chosen base by base, and mutagenesis of a stretch. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { SCORE } from "../../../../../pkg/src/constants";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatCount } from "../../../plots/sequences";
import { trackProvenance } from "../words";
import { parseVariant, type SequenceSession } from "../session";
import { trackOf, type TrackRun } from "../result";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { file as fileIcon } from "../../../ui/icons";
import { help } from "../../../ui/help";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { basesDrawing, mutagenesisDrawing } from "../drawings";
import { besideStyles } from "../under/laid";
import { sequenceStyles } from "../styles";
import "../all/all-records";
import "./effect";
import { controls } from "../../../ui/styles/shared";
import { takeFiles } from "../../shared/take-files";

/** Maximum number of bases in a stretch: three predictions each. */
const LONGEST = 400;

/** One at a time. */
type Part = "base" | "stretch";

/** Variants and mutagenesis. Sends `large` with true while one of its results takes the room of the tracks. */
@customElement("regulens-sequence-variants")
export class SequenceVariants extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if the same change can be applied to all records. */
  @property({ type: Boolean }) changesRecords = false;
  /** The track of the letters. */
  @internal() private track: number | undefined;
  /** Undefined until one is chosen: then the one with a result is shown. */
  @internal() private shownPart: Part | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #made: readonly unknown[] = [];
  #isLarge = false;
  #bases: Drawing | undefined;
  #letters: Drawing | undefined;

  static override styles = [
    controls,
    sequenceStyles,
    besideStyles,
    css`
      input[type="text"] {
        flex: 1 1 8rem;
        max-width: 22rem;
      }

      .stack {
        --map-width: 30rem;
      }

      /* The effect is the wider one. */
      @container (min-width: 56rem) {
        .beside {
          grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { run, track } = this;
    const { bases, base, shown, mutagenesis } = this.sequences.state;
    const made = [run, bases, base, shown, mutagenesis, track];
    if (made.every((each, i) => each === this.#made[i])) return;
    this.#made = made;
    this.#bases = bases && bases.text !== "" ? basesDrawing(run, bases, base) : undefined;
    this.#letters =
      mutagenesis && mutagenesis.sha256 === run.model.sha256
        ? mutagenesisDrawing(run, mutagenesis, this.#trackOfLetters())
        : undefined;
  }

  override updated(): void {
    this.#tellLarge(this.#part === "stretch" ? this.#letters !== undefined : this.#isTriedHere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tellLarge(false);
  }

  #tellLarge(isLarge: boolean): void {
    if (isLarge === this.#isLarge) return;
    this.#isLarge = isLarge;
    this.dispatchEvent(new CustomEvent("large", { detail: isLarge }));
  }

  get #part(): Part {
    const { mutagenesis, variant } = this.sequences.state;
    return this.shownPart ?? (mutagenesis && !variant ? "stretch" : "base");
  }

  /** True if the open variant is not from the table of a VCF. */
  get #isTriedHere(): boolean {
    return this.sequences.state.variant !== undefined && !this.sequences.isTriedListed;
  }

  override render() {
    const { sequences } = this;
    const { doing, problems } = sequences.state;
    const part = this.#part;
    const radio = (of: Part, text: string) =>
      html`<label
        ><input type="radio" name="part" .checked=${of === part} @change=${() => (this.shownPart = of)} /><span
          >${text}</span
        ></label
      >`;
    return html`<div class="stack">
      <div class="chips" role="radiogroup" aria-label="What changes">
        ${radio("base", "One variant")} ${radio("stretch", "Each base of a stretch")}
      </div>
      ${
        part === "base"
          ? html`<div class="beside">
              <div class="stack">${this.#typed()} ${this.#byBase()}</div>
              <div class="stack">${this.#effect()}</div>
            </div>`
          : html`${this.#mutagenesis()} ${this.#replaced()}`
      }
      ${progressOf(doing.mutagenesis, () => sequences.cancel("mutagenesis"))}
      ${errorNotice("Bases could not be replaced", problems.mutagenesis, () => sequences.dismiss("mutagenesis"))}
    </div>`;
  }

  /** Shows the effect of a variant where it was selected; for a VCF, under its table. */
  #effect() {
    const { run, sequences } = this;
    const { doing, problems } = sequences.state;
    const isHere = !sequences.isTriedListed;
    return html`${
      this.#isTriedHere
        ? nothing
        : html`<p class="small muted">
            Positions are counted from 1. An insertion is written A&gt;AT, a deletion AT&gt;A. A VCF file can also be
            dropped on the page. A variant lies in the middle of the window that is computed, as in
            <code>regulens interpret variants</code>.
          </p>`
    }
    ${
      isHere
        ? html`${progressOf(doing.variant, () => sequences.cancel("variant"))}
            ${errorNotice("The variant could not be tried", problems.variant, () => sequences.dismiss("variant"))}
            <regulens-variant-effect .sequences=${sequences} .run=${run}></regulens-variant-effect>`
        : nothing
    }`;
  }

  /** Input of a typed variant, a file of variants, and one change of all records. */
  #typed() {
    const { run, sequences } = this;
    const { doing, problems } = sequences.state;
    return html`<form class="row" @submit=${this.#try}>
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
      ${progressOf(doing.variants, () => sequences.cancel("variants"))}
      ${errorNotice("These variants could not be read", problems.variants, () => sequences.dismiss("variants"))}
      ${
        this.changesRecords
          ? html`<regulens-change-records .sequences=${sequences}></regulens-change-records>`
          : nothing
      }`;
  }

  /** The bases of the selected bin: a click on one offers the three others. */
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
      @choose=${(event: CustomEvent<number>) => void sequences.tracks.chooseBase(bases.start + event.detail - 1)}
      ><div class="row small">
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
      </div></regulens-figure
    >`;
  }

  /** Every base of a stretch substituted by every other. */
  #mutagenesis() {
    const { run, sequences } = this;
    const { doing, stretch, bases, base } = sequences.state;
    const middle =
      base ?? (bases ? bases.start + Math.floor(bases.text.length / 2) : Math.floor(run.record.length / 2));
    const start = stretch?.start ?? Math.max(0, Math.min(run.record.length - 60, middle - 30));
    const end = stretch?.end ?? Math.min(run.record.length, start + 60);
    return html`<form class="row small" @submit=${this.#mutate}>
      <label for="from">Bases</label
      ><input id="from" type="number" min="1" max=${run.record.length} .value=${String(start + 1)} /><label for="to"
        >to</label
      ><input id="to" type="number" min="1" max=${run.record.length} .value=${String(end)} />
      <label for="beyond">and</label
      ><input id="beyond" class="small" type="number" min="0" placeholder=${SCORE.around} /><span
        >bins beyond either end count</span
      >
      <button ?disabled=${doing.mutagenesis !== undefined}>Replace bases</button>
      ${this.#chooseTrack()}
      ${help(
        "replacing bases",
        html`<p>
          Each base of a stretch is replaced by each other, one at a time, and the change of the track is summed over
          the bins of the stretch and those nearest to it, as the mean of both strands: in-silico mutagenesis. Click a
          letter to try it as a variant.
        </p>`,
      )}
    </form>`;
  }

  /** The track of the letters; empty before there are any. */
  #chooseTrack() {
    const { run, sequences } = this;
    if (!this.#letters) return nothing;
    const of = this.#trackOfLetters();
    const option = (track: number): TemplateResult =>
      html`<option value=${track} ?selected=${track === of}>${trackOf(run.model.card, track).name}</option>`;
    return html`<label for="of">Track</label>
      <select
        id="of"
        class="small"
        @change=${(event: Event) => (this.track = Number((event.target as HTMLSelectElement).value))}
      >
        ${[...new Set([...sequences.state.shown, of])].map(option)}
      </select>`;
  }

  /** Letters of the substituted bases, as wide as the tracks. */
  #replaced() {
    const { run, sequences } = this;
    const { mutagenesis } = sequences.state;
    if (!mutagenesis || !this.#letters) return nothing;
    return html`<regulens-figure
      label="what each base contributes"
      table=${run.file}
      .drawing=${this.#letters}
      .provenance=${trackProvenance(run)}
      @choose=${({ detail }: CustomEvent<number>) => this.#chooseLetter(mutagenesis.start + detail - 1)}
    ></regulens-figure>`;
  }

  /** Offers the other bases at the position of the letter. */
  #chooseLetter(base: number): void {
    this.shownPart = "base";
    void this.sequences.tracks.chooseBase(base);
  }

  /** The track of the letters: the chosen one, if the model has it. */
  #trackOfLetters(): number {
    const { run, track, sequences } = this;
    return track !== undefined && track < run.peaks.length ? track : (sequences.state.shown[0] ?? 0);
  }

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
    sequences.set({ stretch: { start, end } });
    void sequences.mutate(Number.isNaN(around) ? undefined : around);
  };
}
