/** Contributions of bases to a track: asked for the place in view, and drawn along it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { columns as tsv } from "../../../export/columns";
import {
  baseContributions,
  baseOfContributions,
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
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls, shared } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import type { Attributing } from "../calls";
import { motifsChooser } from "../motifs/loaded";
import "../motifs/names";
import "../motifs/patterns";
import { drawnNames, type NamedStretches, namesUpTo } from "../motifs/text";
import { trackOf } from "../names";
import type { TrackRun } from "../result";
import type { SequenceSession, SequenceState, StretchOfBases } from "../session";
import { sequenceStyles } from "../styles";
import { trackProvenance } from "../words";

type Found = NonNullable<SequenceState["contributions"]>;

/** Bases that are attributed at once: minutes of work. */
export const MOST_BASES = 131_072;

/** Bases on either side of one that are drawn letter by letter. */
const BESIDE = 25;

/** Ways to find what a track rests on, the first of which is taken unless another is chosen. */
const WAYS: readonly (Attributing & { readonly name: string })[] = [
  { name: "integrated gradients, 2 shuffles", method: "integrated-gradients", shuffles: 2 },
  { name: "integrated gradients, 10 shuffles (slower, steadier)", method: "integrated-gradients", shuffles: 10 },
  { name: "one gradient (fast, rough)", method: "gradient" },
];

/** The bases in view, those of the middle where they are too many. */
export function stretchInView({ view }: Pick<SequenceState, "view">, run: TrackRun): StretchOfBases {
  const [from, to] = view.map((bin) => run.origin + bin * run.bin) as [number, number];
  const [first, end] = [Math.max(0, from), Math.min(run.record.length, to)];
  if (end - first <= MOST_BASES) return { start: first, end };
  const start = Math.floor((first + end - MOST_BASES) / 2);
  return { start, end: start + MOST_BASES };
}

/** The bases in view of those that are known; all of them where none is in view. */
export function viewOfContributions(
  { start, end }: Pick<Found, "start" | "end">,
  inView: StretchOfBases,
): readonly [number, number] {
  const [from, to] = [Math.max(start, inView.start), Math.min(end, inView.end)];
  return from < to ? [from, to] : [start, end];
}

/** "integrated gradients from 2 shuffles" */
function methodInWords({ method, shuffles }: Pick<Found, "method" | "shuffles">): string {
  return method === "gradient" ? "one gradient" : `integrated gradients from ${counted(shuffles, "shuffle")}`;
}

/** Sum of the numbers, and how far they can be trusted, in words. */
export function contributionsSentence(found: Found, unit = ""): string {
  const { score, baselineScore, remainder, isConverged, bins } = found;
  const of = `over bases ${formatBase(bins[0] + 1)} to ${formatBase(bins[1])}`;
  const is = `The track’s sum ${of} is ${formatValue(score)}${unit}`;
  if (baselineScore === undefined || remainder === undefined)
    return `${is}. One gradient says how it answers to a small change of each base: a rough guide that does not add up.`;
  const shared = `${(100 * remainder).toPrecision(2)} % of their size`;
  const adds =
    `${is}; of shuffles that keep neighbouring pairs ${formatValue(baselineScore)}. ` +
    "Contributions share the difference, ";
  return isConverged
    ? `${adds}and ${shared} was shared out so that they add up.`
    : `${adds}but ${shared} had to be shared out so that they add up: not converged. Single bases are uncertain.`;
}

/** No names. */
const NONE: readonly NamedStretch[] = [];

/** Contributions along the place in view, with the names of its stretches. */
export function contributionsDrawing(
  run: TrackRun,
  found: Found,
  inView: StretchOfBases,
  names: readonly NamedStretch[] = NONE,
): Drawing {
  const { start, codes, contributions, track, record } = found;
  const { name } = trackOf(run.model.card, track);
  const view = viewOfContributions(found, inView);
  const options = (frame: PlotFrame): ContributionsOptions => ({
    ...frame,
    ...{ record, track: name, method: methodInWords(found), start, codes, contributions, view, names },
  });
  return {
    facts: [`contributions by ${methodInWords(found)}`],
    saved: "base-contributions",
    gene: `${record}-${view[0] + 1}-${name}`,
    draw: (frame) => baseContributions(options(frame)),
    tsv: () =>
      tsv(
        ["record", "position", "base", "contribution"],
        Array.from({ length: view[1] - view[0] }, (_, i) => {
          const base = view[0] + i;
          const letter = "ACGTN"[codes[base - start] ?? 4] ?? "N";
          return [record, base + 1, letter, contributionAt(found, base) ?? Number.NaN];
        }),
      ),
    places: {
      count: view[1] - view[0],
      name: "base",
      at: (frame, pixel) => {
        const base = baseOfContributions(options(frame), pixel);
        return base === undefined ? undefined : base - view[0] + 1;
      },
      read: (frame, place) => {
        const { left, right } = contributionsLayout(options(frame));
        const wide = (right - left) / (view[1] - view[0]);
        const base = view[0] + place - 1;
        const value = contributionAt(found, base);
        return {
          left: left + (place - 1) * wide,
          right: left + place * wide,
          title: `${"ACGTN"[codes[base - start] ?? 4] ?? "N"} at ${formatBase(base + 1)}`,
          columns: ["", "contribution"],
          rows: [
            { name, isMark: false, values: [value === undefined ? "–" : formatSigned(value)] },
            ...names
              .filter((each) => base >= each.start && base < each.end)
              .map((each) => ({ name: `in a match of ${each.name}`, isMark: false, values: [""] })),
          ],
        };
      },
    },
  };
}

/** Contributions of bases to a track. */
@customElement("regulens-base-contributions")
export class BaseContributionsView extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  @internal() private way = 0;
  @internal() private track: number | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  /** The base around which letters are drawn, where one was chosen in the figure. */
  @internal() private base: number | undefined;
  /** The name around which they are drawn, where one was chosen in the table. */
  @internal() private name: NamedStretches["names"][number] | undefined;
  #named:
    { readonly of: readonly unknown[]; readonly names: NamedStretches; readonly drawn: NamedStretch[] } | undefined;
  readonly #drawn = new Map<string, { readonly of: readonly unknown[]; readonly drawing: Drawing }>();

  static override styles = [
    shared,
    controls,
    sequenceStyles,
    css`
      select {
        max-width: 100%;
      }
    `,
  ];

  override render() {
    const { sequences, run } = this;
    const { state } = sequences;
    const { doing, problems, shown, contributions: found, motifs } = state;
    const stretch = stretchInView(state, run);
    const all = [...new Set([...shown, ...(this.track === undefined ? [] : [this.track])])];
    const track = this.track ?? shown[0] ?? 0;
    const chosen = (event: Event): number => Number((event.target as HTMLSelectElement).value);
    return html`<section class="stack" aria-labelledby="rests">
      <h3 id="rests">What the track rests on</h3>
      <p class="small muted">
        How much of the track’s sum over the place in view each base of the windows around it accounts for, against
        shuffles of the same sequence; the mean of both strands. On the CPU: seconds to minutes a window.
      </p>
      ${motifsChooser(sequences)}
      <form
        class="row small"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#ask(track, stretch, false);
        }}
      >
        <label for="rests-track">Track</label>
        <select id="rests-track" @change=${(event: Event) => (this.track = chosen(event))}>
          ${all.map(
            (each) =>
              html`<option value=${each} ?selected=${each === track}>${trackOf(run.model.card, each).name}</option>`,
          )}
        </select>
        <label for="rests-way">by</label>
        <select id="rests-way" @change=${(event: Event) => (this.way = chosen(event))}>
          ${WAYS.map(({ name }, i) => html`<option value=${i} ?selected=${i === this.way}>${name}</option>`)}
        </select>
        <button ?disabled=${doing.contributions !== undefined}>
          Find it for ${formatCount(stretch.end - stretch.start)} bases
        </button>
        ${
          motifs
            ? html`<button
                type="button"
                title="About twice the time: shuffles of the windows are looked at as well"
                ?disabled=${doing.contributions !== undefined}
                @click=${() => this.#ask(track, stretch, true)}
              >
                Find it and name its motifs
              </button>`
            : nothing
        }
      </form>
      ${progressOf(doing.contributions, () => sequences.cancel("contributions"))}
      ${errorNotice("What the track rests on could not be found", problems.contributions, () =>
        sequences.dismiss("contributions"),
      )}
      ${found ? this.#found(found, stretch) : nothing}
    </section>`;
  }

  /** Along the place in view, and letter by letter around the strongest base there, or what was chosen. */
  #found(found: Found, stretch: StretchOfBases) {
    const { sequences, run } = this;
    const { motifs, namesQ } = sequences.state;
    const { name } = trackOf(run.model.card, found.track);
    const view = viewOfContributions(found, stretch);
    const named = this.#names(found);
    const chosen = this.name && named?.names.names.includes(this.name) ? this.name : undefined;
    const isIn = this.base !== undefined && this.base >= view[0] && this.base < view[1];
    const base = chosen
      ? Math.floor((chosen.start + chosen.end) / 2)
      : isIn
        ? this.base
        : strongestBases({ ...found, view })[0]?.base;
    const place = chosen
      ? `${motifs?.motifs[chosen.motif]?.name ?? "The chosen place"}`
      : isIn
        ? "The chosen place"
        : "The strongest place in view";
    return html`<p class="small muted">${contributionsSentence(found)}</p>
      ${this.#figure(`what ${name} rests on`, found, stretch, named?.drawn, (place) => {
        this.base = view[0] + place - 1;
        this.name = undefined;
      })}
      ${
        base === undefined
          ? nothing
          : html`<p class="small muted">
                ${place}, letter by letter. Click in the figure
                above${named && named.names.names.length > 0 ? " or the table below" : ""} for another.
              </p>
              ${this.#figure(
                `what ${name} rests on, letter by letter`,
                found,
                { start: base - BESIDE, end: base + BESIDE },
                named?.drawn,
              )}`
      }
      ${
        named && motifs
          ? html`<regulens-motif-names
                .found=${named.names}
                .motifs=${motifs}
                .q=${namesQ}
                .file=${run.file}
                .selected=${chosen && named.names.names.indexOf(chosen)}
                @q=${({ detail }: CustomEvent<number>) => void sequences.chooseNamesQ(detail)}
                @look=${({ detail }: CustomEvent<number>) => (this.name = named.names.names[detail])}
              ></regulens-motif-names>
              <regulens-motif-patterns
                .run=${run}
                .found=${found}
                .named=${named.names}
                .motifs=${motifs}
                .q=${namesQ}
              ></regulens-motif-patterns>`
          : nothing
      }`;
  }

  /** The names up to the q that is set: the same as long as that is. */
  #names(found: Found) {
    const { motifs, namesQ } = this.sequences.state;
    const of = [found, motifs, namesQ];
    if (this.#named?.of.every((each, i) => each === of[i])) return this.#named;
    const names = motifs && namesUpTo(found, namesQ);
    return (this.#named = names && { of, names, drawn: drawnNames(names, motifs) });
  }

  #figure(
    label: string,
    found: Found,
    stretch: StretchOfBases,
    names: readonly NamedStretch[] = NONE,
    choose?: (place: number) => void,
  ) {
    const of = [found, this.run, names, ...viewOfContributions(found, stretch)];
    const before = this.#drawn.get(label);
    const isSame = before?.of.every((each, i) => each === of[i]) === true;
    const drawn = isSame ? before : { of, drawing: contributionsDrawing(this.run, found, stretch, names) };
    this.#drawn.set(label, drawn);
    return html`<regulens-figure
      label=${label}
      table=${this.run.file}
      .drawing=${drawn.drawing}
      .provenance=${trackProvenance(this.run)}
      @choose=${(event: CustomEvent<number>) => choose?.(event.detail)}
    ></regulens-figure>`;
  }

  #ask(track: number, stretch: StretchOfBases, isNamed: boolean): void {
    const { method, shuffles } = WAYS[this.way] ?? WAYS[0]!;
    const how = { method, ...(shuffles === undefined ? {} : { shuffles }) };
    void this.sequences.contribute(track, stretch, how, isNamed);
  }
}
