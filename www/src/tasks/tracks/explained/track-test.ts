/** Deletion test of a track, requested for the region in view. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { columns } from "../../../export/columns";
import {
  type DeletionOptions,
  deletionPlaces,
  deletionTest,
  type Explanation,
  explanationName,
  formatBase,
  formatCount,
} from "../../../plots/sequences";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { stretchInView } from "./contributions";
import { takeFiles } from "../../shared/take-files";
import { trackOf, type TrackRun } from "../result";
import type { SequenceSession, SequenceState } from "../session";
import { besideStyles } from "../under/laid";
import { sequenceStyles } from "../styles";
import { trackProvenance } from "../words";
import type { BaseDeletionCurves, FoundPlaces } from "../../../../../pkg/src/index";
import { plantedStyles } from "../../../ui/styles/planted";
import type { TestedStretch } from "../session-state";

/** A table of counts; empty if the planted sites are unknown. */
@customElement("regulens-planted-sites")
export class PlantedSitesFound extends LitElement {
  @property({ attribute: false }) test!: Pick<TestedStretch, "curves" | "planted">;

  static override styles = [
    ...plantedStyles,
    css`
      div {
        overflow-x: auto;
      }
    `,
  ];

  override render() {
    const { curves, planted } = this.test;
    const told = curves.flatMap(({ explanation, found }) => (found ? [{ explanation, ...found }] : []));
    const [first] = told;
    if (planted === undefined || !first) return nothing;
    if (first.bins.sites === 0)
      return html`<p class="small muted">${planted}: no site that acts was planted under these bases.</p>`;
    return html`<div>
        <table>
          <caption class="small">
            What was planted, found under these bases
          </caption>
          <thead>
            <tr>
              <th scope="col">Explanation</th>
              <th scope="col">Sites</th>
              <th scope="col">Decoys</th>
              <th scope="col">Bins with sites</th>
            </tr>
          </thead>
          <tbody>
            ${told.map(
              ({ explanation, bases, bins }) =>
                html`<tr class=${explanation === "random" ? "chance" : ""}>
                  <th scope="row">${explanationName(named(explanation))}</th>
                  <td>${bases ? foundInWords(bases.found, bases.sites) : "–"}</td>
                  <td>${bases ? foundInWords(bases.decoysFound, bases.decoys) : "–"}</td>
                  <td>${foundInWords(bins.found, bins.sites)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small muted">
        Of the planted sites that act, those among as many stretches of bases that the explanation makes most of; of the
        decoys, which do nothing, those among the same stretches; and the same of bins, all that attention tells apart.
        From ${planted}.
      </p>`;
  }
}

/** A count in words: "12 of 20". */
function foundInWords(found: number, of: number): string {
  return `${formatCount(found)} of ${formatCount(of)}`;
}

/** Rows of the test's table: planted sites, and those found by each explanation. */
export function plantedRows(curves: TestedStretch["curves"]): (string | number)[][] {
  const row = (
    name: string,
    of: (found: NonNullable<TestedStretch["curves"][number]["found"]>) => number | undefined,
  ) => [name, ...curves.map(({ found }) => (found && of(found)) ?? "")];
  if (curves.every(({ found }) => !found)) return [];
  const counts: readonly [string, keyof FoundPlaces][] = [
    ["sites", "sites"],
    ["sites_found", "found"],
    ["decoys", "decoys"],
    ["decoys_found", "decoysFound"],
  ];
  return [
    ...counts.map(([name, count]) => row(name, ({ bases }) => bases?.[count])),
    row("bins_with_sites", ({ bins }) => bins.sites),
    row("bins_with_sites_found", ({ bins }) => bins.found),
  ];
}

/** Names of explanations as in plots: chance refers to bases here. */
export function named(explanation: BaseDeletionCurves["explanation"]): Explanation {
  return explanation === "random" ? "random-bases" : explanation;
}

type Tested = NonNullable<SequenceState["deletion"]>;

/** Number of shuffles used as baselines of integrated gradients. */
const SHUFFLES = 2;

/** The curves, averaged over windows. */
export function trackDeletion(run: TrackRun, tested: Tested): Omit<DeletionOptions, "width" | "theme"> {
  const { record, track, windows, bases, share, curves, start, end } = tested;
  const place = `${record}:${formatBase(start + 1)}-${formatBase(end)}`;
  return {
    subject: `${trackOf(run.model.card, track).name}, ${place}, ${counted(windows, "window")}`,
    predicted: "the track’s sum (as a share of it)",
    replaced: { what: "bases", by: "those of 3 shuffles" },
    replacement: "",
    bins: bases,
    steps: Float64Array.from(share, (each) => each * bases),
    curves: curves.map(({ explanation, mean }) => ({
      explanation: named(explanation),
      change: mean.change,
      area: mean.area,
      error: mean.error,
    })),
  };
}

/** Result of the test in a sentence. */
export function deletionSentence({ curves }: Tested): string {
  const of = (name: Tested["curves"][number]["explanation"]) => curves.find(({ explanation }) => explanation === name);
  const [random, motifs] = [of("random"), of("motifs")];
  const others = curves
    .filter((each) => each !== random && each !== motifs)
    .toSorted((a, b) => b.mean.area - a.mean.area);
  const [best] = others;
  if (!random || !best) return "";
  const area = (of: Tested["curves"][number]): string =>
    `${explanationName(named(of.explanation))} ${(100 * of.mean.area).toFixed(1)} %`;
  // A single window has no interval: its areas are compared directly.
  const isAhead = ({ mean }: Tested["curves"][number]): boolean =>
    mean.verdict === undefined ? mean.area > random.mean.area : mean.verdict === "ahead-of-chance";
  const ahead = others.filter(isAhead);
  const [first] = ahead;
  const what =
    first === undefined
      ? "No explanation names bases that matter more than random ones do"
      : `The track depends most on the bases that ${explanationName(named(first.explanation))} names` +
        (first.mean.againstChance
          ? ` (${(100 * first.mean.againstChance.mean).toFixed(1)} ± ` +
            `${(100 * first.mean.againstChance.error).toFixed(1)} % of its sum more than by chance, 95 % interval)`
          : "");
  const areas = [...others, ...(motifs ? [motifs] : []), random].map(area).join(", ");
  const known =
    motifs && motifs.mean.area >= best.mean.area
      ? " Known motifs are found without asking the model, and taking out their matches costs no less."
      : "";
  return `${what}. Of its sum is lost, on average along the curve: ${areas}.${known}`;
}

function drawingOf(run: TrackRun, tested: Tested): Drawing {
  const test = trackDeletion(run, tested);
  return {
    saved: "track-deletion",
    gene: `${tested.record}-${tested.start + 1}-${trackOf(run.model.card, tested.track).name}`,
    draw: (frame) => deletionTest({ ...test, ...frame }),
    tsv: () =>
      columns(
        ["bases_replaced", ...test.curves.map(({ explanation }) => `share_lost_${explanation}`)],
        [
          ...Array.from(test.steps, (step, i) => [Math.round(step), ...test.curves.map(({ change }) => change[i]!)]),
          ["area", ...test.curves.map(({ area }) => area)],
          ...plantedRows(tested.curves),
        ],
      ),
    places: deletionPlaces(
      test,
      "share of the sum that is lost",
      (step) => `${formatCount(Math.round(step))} of ${formatCount(test.bins)} bases replaced`,
    ),
  };
}

/** The deletion test of a track. */
@customElement("regulens-track-test")
export class TrackTest extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  @internal() private track: number | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #drawn: { readonly of: Tested; readonly drawing: Drawing } | undefined;

  static override styles = [controls, sequenceStyles, besideStyles];

  override render() {
    const { sequences, run } = this;
    const { state } = sequences;
    const { doing, problems, shown, deletion: tested } = state;
    const stretch = stretchInView(state, run);
    const all = [...new Set([...shown, ...(this.track === undefined ? [] : [this.track])])];
    const track = this.track ?? shown[0] ?? 0;
    return html`<section class="stack" aria-labelledby="tested">
      <h3 id="tested">Does the track depend on these bases?</h3>
      <div class="beside">
        <div class="stack">
          <form
            class="row small"
            @submit=${(event: Event) => {
              event.preventDefault();
              void sequences.tests.testDeletion(track, stretch, SHUFFLES);
            }}
          >
            <label for="tested-track">Track</label>
            <select
              id="tested-track"
              @change=${(event: Event) => (this.track = Number((event.target as HTMLSelectElement).value))}
            >
              ${all.map(
                (each) =>
                  html`<option value=${each} ?selected=${each === track}>
                    ${trackOf(run.model.card, each).name}
                  </option>`,
              )}
            </select>
            <button ?disabled=${doing.deletion !== undefined}>
              Test ${formatCount(stretch.end - stretch.start)} bases
            </button>
          </form>
          ${progressOf(doing.deletion, () => sequences.cancel("deletion"))}
          ${errorNotice("The track could not be tested", problems.deletion, () => sequences.dismiss("deletion"))}
          ${tested ? this.#tested(tested) : nothing}
        </div>
        <div class="stack">
          <p class="small muted">
            The bases under the place in view are replaced in the order of each explanation, up to a fifth of them, by
            those of shuffled sequence. The more of the track’s sum is lost, and the earlier, the more it depends on
            what goes first; an explanation that does no better than random bases explains nothing. Of simulated
            sequence it is said as well how many of the planted sites each explanation finds. Where motifs were dropped,
            the bases that match one best are replaced, too. On the CPU: up to a minute a window.
          </p>
          ${tested ? html`<regulens-planted-sites .test=${tested}></regulens-planted-sites>` : nothing}
          ${this.#planted(tested)}
          <p class="small muted">
            A track has no classes, so there is no purest input of one to look for. A track that was measured and is not
            predicted can be dropped: it lies under the prediction, with its correlation.
          </p>
        </div>
      </div>
    </section>`;
  }

  /** The file of planted sites, and the control to open another one. */
  #planted(tested: Tested | undefined) {
    const { sequences } = this;
    const { planted, doing, problems } = sequences.state;
    const choose = (event: Event): void => {
      const [file] = takeFiles(event);
      if (file) void sequences.tests.readPlanted({ blob: file, file: file.name });
    };
    const isTested = planted !== undefined && tested?.planted === planted.source.file;
    const more = `: ${tested ? "test again" : "the test says"} how much of it each explanation finds`;
    const known = planted
      ? html`<span>${planted.source.file} says what was planted${isTested ? "" : more}.</span>
          <button class="quiet small" @click=${() => sequences.tests.closePlanted()}>Remove what was planted</button>`
      : html`<span>For simulated sequences the ground truth is known.</span>
          <label class="button small quiet">
            ${fileIcon} Choose what was planted…
            <input type="file" @change=${choose} />
          </label>`;
    return html`<div class="row small muted">${known}</div>
      ${progressOf(doing.planted, () => sequences.cancel("planted"))}
      ${errorNotice("What was planted could not be read", problems.planted, () => sequences.dismiss("planted"))}`;
  }

  #tested(tested: Tested) {
    if (this.#drawn?.of !== tested) this.#drawn = { of: tested, drawing: drawingOf(this.run, tested) };
    return html`<p class="small">${deletionSentence(tested)}</p>
      <regulens-figure
        label="what the track loses as bases are replaced"
        table=${this.run.file}
        .drawing=${this.#drawn.drawing}
        .provenance=${trackProvenance(this.run)}
      ></regulens-figure>`;
  }
}
