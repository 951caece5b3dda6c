/** Contributions of bases to a track: requested for the region in view, and drawn along it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { columns as tsv } from "../../../export/columns";
import {
  baseContributions,
  contributionAt,
  contributionsLayout,
  type ContributionsOptions,
  formatBase,
  formatCount,
  formatSigned,
  formatValue,
  type NamedStretch,
  type PlotFrame,
  strongestBases,
} from "../../../plots/sequences";
import { plainRow, slotPlaces } from "../../../plots/core/hover";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { help } from "../../../ui/help";
import { Subscription } from "../../../ui/subscription";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { membersOf, SPREAD, spreadAt } from "../../shared/members";
import type { Attributing } from "../calls";
import { shownNames } from "../motifs/names";
import { trackOf, type TrackRun } from "../result";
import type { SequenceSession, SequenceState, StretchOfBases } from "../session";
import { sequenceStyles } from "../styles";
import { trackProvenance } from "../words";
import { contributionsInWords, FIRST_WAY, methodInWords } from "./contributions-words";

type Found = NonNullable<SequenceState["contributions"]>;

/** Maximum number of bases per attribution, which takes minutes. */
export const MOST_BASES = 131_072;

/** Bases on either side of the central one that are drawn as letters. */
const BESIDE = 25;

/** Methods of attribution; the first is the default. */
const WAYS: readonly (Attributing & { readonly name: string })[] = [
  { name: "integrated gradients, 2 shuffles", ...FIRST_WAY },
  { name: "integrated gradients, 10 shuffles (slower, steadier)", method: "integrated-gradients", shuffles: 10 },
  { name: "one gradient (fast, rough)", method: "gradient" },
];

function basesOfView(view: readonly [number, number], run: TrackRun): readonly [number, number] {
  return [run.origin + view[0] * run.bin, run.origin + view[1] * run.bin];
}

/** The bases in view; if there are too many, those in the middle. */
export function stretchInView({ view }: Pick<SequenceState, "view">, run: TrackRun): StretchOfBases {
  const [from, to] = basesOfView(view, run);
  const [first, end] = [Math.max(0, from), Math.min(run.record.length, to)];
  if (end - first <= MOST_BASES) return { start: first, end };
  const start = Math.floor((first + end - MOST_BASES) / 2);
  return { start, end: start + MOST_BASES };
}

/** The bases of the tracks' view, possibly beyond the known ones; all known ones if none are in view. */
export function viewOfContributions(
  { start, end }: Pick<Found, "start" | "end">,
  run: TrackRun,
  { view }: Pick<SequenceState, "view">,
): readonly [number, number] {
  const inView = basesOfView(view, run);
  return overlaps(inView, { start, end }) ? inView : [start, end];
}

function overlaps([from, to]: readonly [number, number], { start, end }: Pick<Found, "start" | "end">): boolean {
  return Math.max(start, from) < Math.min(end, to);
}

/** Sum of the contributions, and their reliability, in words. */
export function contributionsSentence(found: Found, unit = ""): string {
  const { score, baselineScore, remainder, isConverged, bins } = found;
  const of = `over bases ${formatBase(bins[0] + 1)} to ${formatBase(bins[1])}`;
  const is = `The track’s sum ${of} is ${formatValue(score)}${unit}`;
  if (baselineScore === undefined || remainder === undefined)
    return `${is}. One gradient shows how it responds to a small change of each base: a rough guide that does not add up.`;
  const shared = `${(100 * remainder).toPrecision(2)} % of their size`;
  const adds =
    `${is}; of shuffles that keep neighbouring pairs ${formatValue(baselineScore)}. ` +
    "Contributions account for the difference";
  return isConverged
    ? `${adds}, after a remainder of ${shared} was spread over them.`
    : `${adds}, but a remainder of ${shared} had to be spread over them: not converged. Single bases are uncertain.`;
}

/** Reliability of the contributions, briefly. */
export function worthInWords({ remainder, isConverged }: Pick<Found, "remainder" | "isConverged">): string {
  if (remainder === undefined) return "One gradient: a rough guide that does not add up.";
  const shared = `${(100 * remainder).toPrecision(2)} %`;
  return isConverged
    ? `They add up to the difference from shuffles; ${shared} was spread over them.`
    : `Not converged: ${shared} had to be spread over them. Single bases are uncertain.`;
}

/** Strongest bases in words: "ATAC, top bases: T at 31,003 (+0.24), A at 30,950 (−0.2)." */
export function strongestInWords(
  { start, codes, contributions }: Pick<Found, "start" | "codes" | "contributions">,
  view: readonly [number, number],
  track: string,
): string {
  const [first, second] = strongestBases({ start, contributions, view }).map(
    ({ base, value }) => `${"ACGTN"[codes[base - start] ?? 4]} at ${formatBase(base + 1)} (${formatSigned(value)})`,
  );
  if (first === undefined) return `No base in view contributes to ${track}.`;
  return `${track}, top bases: ${[first, second].filter(Boolean).join(", ")}.`;
}

/** No names. */
const NONE: readonly NamedStretch[] = [];

/** Contributions along the bases of `view`, with motif names. */
export function contributionsDrawing(
  run: TrackRun,
  found: Found,
  view: readonly [number, number],
  names: readonly NamedStretch[] = NONE,
): Drawing {
  const { start, end, codes, contributions, spread, track, record } = found;
  const of = membersOf(run.model.card);
  const { name } = trackOf(run.model.card, track);
  const [first, last] = [Math.max(start, view[0]), Math.min(end, view[1])];
  const options = (frame: PlotFrame): ContributionsOptions => ({
    ...frame,
    ...{ record, track: name, method: methodInWords(found), start, codes, contributions, view, names },
  });
  return {
    facts: [contributionsInWords(found, run.model.card)],
    saved: "base-contributions",
    gene: `${record}-${view[0] + 1}-${name}`,
    draw: (frame) => baseContributions(options(frame)),
    tsv: () =>
      tsv(
        ["record", "position", "base", "contribution", ...(spread ? SPREAD : [])],
        Array.from({ length: Math.max(0, last - first) }, (_, i) => {
          const base = first + i;
          const letter = "ACGTN"[codes[base - start] ?? 4] ?? "N";
          const apart = spread ? spreadAt(spread, base - start) : [];
          return [record, base + 1, letter, contributionAt(found, base) ?? Number.NaN, ...apart];
        }),
      ),
    places: slotPlaces(
      { name: "base", count: Math.max(0, last - first), view, first },
      (frame) => contributionsLayout(options(frame)),
      (base) => {
        const value = contributionAt(found, base);
        return {
          title: `${"ACGTN"[codes[base - start] ?? 4] ?? "N"} at ${formatBase(base + 1)}`,
          columns: ["", "contribution"],
          rows: [
            plainRow(name, value === undefined ? "–" : formatSigned(value)),
            ...(spread && of !== undefined
              ? [plainRow(`in ${of}`, spreadInWords(spreadAt(spread, base - start)))]
              : []),
            ...names
              .filter((each) => base >= each.start && base < each.end)
              .map((each) => plainRow(`in a match of ${each.name}`, "")),
          ],
        };
      },
    ),
  };
}

/** Spread in words: "−0.1 to +0.4, SD 0.2". */
function spreadInWords([sd, low, high]: readonly number[]): string {
  return `${formatSigned(low!)} to ${formatSigned(high!)}, SD ${formatValue(sd!)}`;
}

/** The part under the tracks with an explanation: one at a time, so that it is visible together with them. */
export type Below = "Contributions" | "Letters" | "Attention";

/**
 * Contributions, for the slot under the tracks: requested, and drawn on their axis. Sends `below` when another part is
 * selected for the slot.
 */
@customElement("regulens-base-contributions")
export class BaseContributions extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** The base whose surroundings are drawn as letters, if one is selected. */
  @property({ attribute: false }) at: number | undefined;
  /** The part under the tracks; another component draws attention. */
  @property({ attribute: false }) below: Below = "Contributions";
  @internal() private track: number | undefined;
  @internal() private way = 0;
  /** True while the form for further requests is open. */
  @internal() private asks = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #before: Found | undefined;
  readonly #drawn = new Map<string, { readonly of: readonly unknown[]; readonly drawing: Drawing }>();

  static override styles = [
    controls,
    sequenceStyles,
    css`
      label {
        min-width: 0;
      }

      label.row {
        flex-wrap: nowrap;
        gap: var(--space-2);
      }

      select {
        min-width: 0;
        max-width: 11rem;
        padding-inline: var(--space-2);
      }

      .line {
        flex: 1 1 11rem;
      }

      /* Beside the figure's tools where there is room. */
      regulens-figure > p {
        flex: 1 1 18rem;
      }
    `,
  ];

  override willUpdate(): void {
    const { contributions } = this.sequences.state;
    if (contributions !== this.#before) this.asks = false;
    this.#before = contributions;
  }

  override render() {
    const { sequences, run } = this;
    const { state } = sequences;
    const { doing, problems, shown, contributions: found, motifs } = state;
    const stretch = stretchInView(state, run);
    const all = [...new Set([...shown, ...(this.track === undefined ? [] : [this.track])])];
    const track = this.track ?? shown[0] ?? 0;
    const chosen = (event: Event): number => Number((event.target as HTMLSelectElement).value);
    // Results for everything in view take the room, until more is requested.
    const isFolded =
      found !== undefined &&
      this.at === undefined &&
      !this.asks &&
      (this.below === "Attention" || (found.start <= stretch.start && stretch.end <= found.end));
    return html`<section class="stack" aria-label="Contributions">
      <form
        class="row small"
        ?hidden=${isFolded}
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#ask(track, stretch, false);
        }}
      >
        <h3>Contributions</h3>
        ${help(
          "contributions",
          "A base’s contribution is its share of the track’s sum over the region in view, against " +
            "shuffles of the same sequence; the mean of both strands. On the CPU it takes seconds to minutes a window." +
            (found ? ` ${contributionsSentence(found)}` : ""),
        )}
        <label class="row"
          >Track
          <select @change=${(event: Event) => (this.track = chosen(event))}>
            ${all.map(
              (each) =>
                html`<option value=${each} ?selected=${each === track}>${trackOf(run.model.card, each).name}</option>`,
            )}
          </select></label
        >
        <select aria-label="Method" @change=${(event: Event) => (this.way = chosen(event))}>
          ${WAYS.map(({ name }, i) => html`<option value=${i} ?selected=${i === this.way}>${name}</option>`)}
        </select>
        <button class="small" ?disabled=${doing.contributions !== undefined}>
          Explain ${formatCount(stretch.end - stretch.start)} bases
        </button>
        ${
          motifs
            ? html`<button
                type="button"
                class="small"
                title="Takes about twice as long: shuffles of the windows are explained as well"
                ?disabled=${doing.contributions !== undefined}
                @click=${() => this.#ask(track, stretch, true)}
              >
                Explain and name motifs
              </button>`
            : nothing
        }
      </form>
      ${progressOf(doing.contributions, () => sequences.cancel("contributions"))}
      ${errorNotice("Contributions could not be computed", problems.contributions, () =>
        sequences.dismiss("contributions"),
      )}
      ${found ? this.#found(found, isFolded) : nothing}
    </section>`;
  }

  /** On the axis of the tracks, or as letters around the strongest base in view or the selected one. */
  #found(found: Found, isFolded: boolean) {
    const { sequences, run } = this;
    const { state } = sequences;
    const { motifs, closeUp } = state;
    const { name } = trackOf(run.model.card, found.track);
    const view = viewOfContributions(found, run, state);
    const names = shownNames(state);
    const { drawn } = names ?? {};
    if (this.at !== undefined) return this.#letters(found, this.at, drawn);
    const ofName = closeUp?.name && names?.names.names.includes(closeUp.name) ? closeUp.name : undefined;
    const isChosen =
      closeUp && (closeUp.name ? ofName !== undefined : closeUp.base >= view[0] && closeUp.base < view[1]);
    const base = isChosen ? closeUp.base : strongestBases({ ...found, view })[0]?.base;
    const isBeside = !overlaps(basesOfView(state.view, run), found);
    const place = !isChosen
      ? `The strongest position ${isBeside ? "found, outside the view" : "in view"}`
      : ofName
        ? `${motifs?.motifs[ofName.motif]?.name ?? "The chosen position"}`
        : "The chosen position";
    const first = Math.max(found.start, view[0]);
    return html`<div class="row">
        ${this.#choice()}
        <p class="small line">${isBeside ? "Outside the view: " : nothing}${strongestInWords(found, view, name)}</p>
        ${
          // The form is open already if bases in view have no contributions.
          isFolded || this.asks
            ? html`<button class="quiet small" aria-expanded=${this.asks} @click=${() => (this.asks = !this.asks)}>
                Recompute…
              </button>`
            : nothing
        }
      </div>
      ${
        this.below === "Contributions"
          ? this.#figure(
              `contributions to ${name}`,
              found,
              view,
              drawn,
              (place) => sequences.set({ closeUp: { base: first + place - 1 } }),
              worthInWords(found),
            )
          : nothing
      }
      ${
        this.below === "Letters" && base !== undefined
          ? this.#figure(
              `contributions to ${name}, letter by letter`,
              found,
              [Math.max(found.start, base - BESIDE), Math.min(found.end, base + BESIDE)],
              drawn,
              undefined,
              `${place}, letter by letter. Click a contribution to choose another.`,
            )
          : nothing
      }`;
  }

  /** The choice of the part under the tracks. */
  #choice() {
    const { layers = 0 } = this.run.model.shape ?? {};
    const all: readonly Below[] = ["Contributions", "Letters", ...(layers > 0 ? (["Attention"] as const) : [])];
    const choose = (detail: Below) => this.dispatchEvent(new CustomEvent("below", { detail }));
    return html`<div class="chips" role="radiogroup" aria-label="Under the tracks">
      ${all.map(
        (each) =>
          html`<label
            ><input
              type="radio"
              name="below"
              .checked=${live(each === this.below)}
              @change=${() => choose(each)}
            /><span>${each}</span></label
          >`,
      )}
    </div>`;
  }

  /** Letters around a base; empty if it has no contributions. */
  #letters(found: Found, at: number, drawn: readonly NamedStretch[] | undefined) {
    if (at < found.start || at >= found.end) return nothing;
    const label = `contributions to ${trackOf(this.run.model.card, found.track).name}, letter by letter`;
    const view = [Math.max(found.start, at - BESIDE), Math.min(found.end, at + BESIDE)] as const;
    return this.#figure(label, found, view, drawn, undefined, contributionsSentence(found));
  }

  #figure(
    label: string,
    found: Found,
    view: readonly [number, number],
    names: readonly NamedStretch[] = NONE,
    choose?: (place: number) => void,
    beside = "",
  ) {
    const of = [found, this.run, names, ...view];
    const before = this.#drawn.get(label);
    const isSame = before?.of.every((each, i) => each === of[i]) === true;
    const drawn = isSame ? before : { of, drawing: contributionsDrawing(this.run, found, view, names) };
    this.#drawn.set(label, drawn);
    return html`<regulens-figure
      label=${label}
      table=${this.run.file}
      .drawing=${drawn.drawing}
      .provenance=${trackProvenance(this.run)}
      @choose=${(event: CustomEvent<number>) => choose?.(event.detail)}
      >${beside ? html`<p class="small muted">${beside}</p>` : nothing}</regulens-figure
    >`;
  }

  #ask(track: number, stretch: StretchOfBases, isNamed: boolean): void {
    const { method, shuffles } = WAYS[this.way] ?? WAYS[0]!;
    const how = { method, ...(shuffles === undefined ? {} : { shuffles }) };
    void this.sequences.motifs.contribute(track, stretch, how, isNamed);
  }
}
