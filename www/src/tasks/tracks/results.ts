/**
 * The results of a model of tracks: the run, the tracks, attention, and the effects of changed bases.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { exportsOf, remarksOf } from "./exports";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { View } from "../../workspace/format";
import { formatCount } from "../../plots/core/format";
import type { SequenceSession, SequenceState } from "./session";
import type { Page } from "../../session/page";
import { regionInWords, weightsInWords } from "../../ui/words";
import type { ReadSequences, TrackRun } from "./result";
import { besides, type RecordListing } from "./records/order";
import { bringTitle } from "../../ui/reveal";
import { deviceFact } from "../shared/run/device";
import { Subscription } from "../../ui/subscription";
import { left, right } from "../../ui/icons";
import "../shared/methods-dialog";
import { remarkNotices } from "../../ui/notice";
import { assemblyInWords } from "../shared/assemblies";
import { unsavedNotice } from "../shared/remarks/results";
import { allSeedsButton, oneOf, seedsBeside } from "../shared/seeds";
import { resultsStyles, stripStyles } from "../shared/results-styles";
import type { RunningAll } from "./all/running";
import type { TrackComparing } from "./compare/comparing";
import "./explained/attention";
import type { Below } from "./explained/contributions";
import "./explained/contributions";
import "./explained/track-test";
import "./along";
import "./under/laid";
import "./motifs/named";
import "./places/list";
import "./records/list";
import "./variants/effect";
import "./variants/variants";
import { sequenceStyles } from "./styles";
import { controls } from "../../ui/styles/shared";
import "../../workbench/item";
import "../../workbench/layout";
import type { Workbench } from "../../workbench/layout";
import type { Tab } from "../../workbench/tabs";

/** The first tab, if there are variants; it takes all the room. */
const VARIANTS: Tab = { id: "variants", name: "Variants" };

const WHY: Tab = { id: "why", name: "Why" };
const TEST: Tab = { id: "test", name: "Test" };
const WHAT_IF: Tab = { id: "what-if", name: "What if" };
const TABS: readonly Tab[] = [WHY, WHAT_IF];

/** Tabs as wide as the tracks: placed under them, instead of other explanations. */
const BELOW: readonly string[] = [TEST.id, WHAT_IF.id];

/** Tabs of the page. */
const ALL_TABS: readonly Tab[] = [
  WHY,
  TEST,
  WHAT_IF,
  { id: "compare", name: "Compare" },
  { id: "notes", name: "Notes" },
];

/** No records. */
const NONE: ReadonlySet<number> = new Set();

/** The results of a model of tracks. */
@customElement("regulens-sequences")
export class SequenceResults extends LitElement {
  @property({ attribute: false }) session!: Page;
  /** The user's notes beside the results. */
  @property({ attribute: false }) notes: TemplateResult | undefined;
  @property({ attribute: false }) sequences: SequenceSession | undefined;
  @property({ attribute: false }) comparing: TrackComparing | undefined;
  @property({ attribute: false }) all: RunningAll | undefined;
  /** The part of the results shown in a single-file page, where no other action is possible. */
  @property({ reflect: true }) only: View | "all" | undefined;
  @internal() private failure = "";
  @internal() private tab = "";
  /** True while the effect of a variant, or letters, take the room of the tracks. */
  @internal() private isLarge = false;
  /** The part under the tracks, if contributions and attention are both available. */
  @internal() private under: Below = "Contributions";
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly scoring = new Subscription(this, () => this.sequences?.scored);
  #shown: string | undefined;
  #explained: Pick<SequenceState, "contributions" | "closeUp"> = {};

  static override styles = [
    controls,
    sequenceStyles,
    resultsStyles,
    stripStyles,
    css`
      .results > * {
        min-width: 0;
      }

      /* A model's name is long: what the others do not need is for it. */
      @media (min-width: 64rem) {
        dl > div {
          flex: 0 1 auto;
        }

        dl > .model {
          flex: 1 1 18rem;
        }
      }

      .model button {
        display: inline;
        min-height: 24px;
        padding: 0;
        font-size: inherit;
        text-decoration: underline;
      }
    `,
  ];

  override willUpdate(): void {
    const { contributions, closeUp } = this.sequences?.state ?? {};
    const before = this.#explained;
    this.#explained = { contributions, closeUp };
    if (closeUp && closeUp !== before.closeUp) this.under = "Letters";
    else if (contributions !== before.contributions) this.under = "Contributions";
  }

  override updated(): void {
    const { run } = this.sequences?.state ?? {};
    if (!run || run.date === this.#shown) return;
    this.#shown = run.date;
    // The first results, and those of another record, scroll into view, unless the reader is already there.
    if (!(this.renderRoot as ShadowRoot).activeElement) void bringTitle(this.renderRoot);
  }

  override render() {
    const { sequences, only } = this;
    if (!sequences) return nothing;
    const { run, announcement } = sequences.state;
    const said = html`<div class="visually-hidden" role="status" aria-live="polite">${announcement}</div>`;
    if (!run && sequences.scored.state.scores === undefined) return said;
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
    >
      ${said}
      <div class="head">
        <h2 id="title" tabindex="-1">Results</h2>
        ${only ? exportsOf(sequences, this.session, true) : nothing}
      </div>
      ${
        run
          ? nothing
          : html`<div class="panel"><regulens-listed-variants .sequences=${sequences}></regulens-listed-variants></div>`
      }
      ${only ? remarkNotices(remarksOf(sequences, this.session)) : nothing}
      ${unsavedNotice(this.failure, () => (this.failure = ""))}
      ${
        !run
          ? nothing
          : only === "attention"
            ? html`<div class="panel">${this.#attention(sequences, run)}</div>`
            : this.#full(sequences, run)
      }
    </section>`;
  }

  #full(sequences: SequenceSession, run: TrackRun) {
    const { only } = this;
    const { sequences: read, listing, variants } = sequences.state;
    const isBelow = BELOW.includes(this.tab);
    const isExplained = !only && sequences.state.contributions !== undefined;
    const isCovered = isExplained && this.under !== "Attention";
    // In a single-file page with regions, the table of its variants serves as the list.
    const isListed = read && (only ? read.isSliced && !variants : read.isSliced || sequences.state.regions);
    const places = isListed ? read : undefined;
    const several = read && !places && read.records.length > 1 && !only ? read : undefined;
    return html`<regulens-workbench items=${places ? "places" : several ? "records" : ""}>
      ${
        places
          ? html`<regulens-place-list
              slot="list"
              .sequences=${sequences}
              @select=${this.#showItem}
            ></regulens-place-list>`
          : nothing
      }
      ${
        several
          ? html`<regulens-record-list
                slot="list"
                .sequences=${several}
                .listed=${sequences.listed}
                .listing=${listing}
                .open=${sequences.open}
                .shape=${run.model.shape}
                @listing=${(event: CustomEvent<RecordListing>) => sequences.set({ listing: event.detail })}
                .done=${this.all?.done ?? NONE}
                @select=${(event: CustomEvent<number>) => this.#choose(sequences, event.detail)}
              ></regulens-record-list>
              <regulens-all-records slot="list" .all=${this.all} .sequences=${sequences}></regulens-all-records>`
          : nothing
      }
      <regulens-item
        name=${run.region ? regionInWords(run.record.name, run.region) : `Record ${run.record.name}`}
        .tabs=${this.#tabs(variants !== undefined)}
        wide=${this.isLarge && this.tab === WHAT_IF.id ? WHAT_IF.id : VARIANTS.id}
        .below=${BELOW}
        @tab=${({ detail }: CustomEvent<string>) => (this.tab = detail)}
      >
        <div class="stack">
          ${several ? this.#steps(sequences, several) : nothing}
          <regulens-sequence-tracks .sequences=${sequences} .run=${run} @look=${() => this.#look(run)}
            ><regulens-laid-files
              slot="files"
              .sequences=${sequences}
              .run=${run}
              .readsGenes=${only === undefined}
            ></regulens-laid-files>
            ${
              only
                ? nothing
                : html`<regulens-base-contributions
                    ?hidden=${isBelow}
                    .sequences=${sequences}
                    .run=${run}
                    .below=${this.under}
                    @below=${({ detail }: CustomEvent<Below>) => (this.under = detail)}
                  ></regulens-base-contributions>`
            }
            <regulens-sequence-attention
              ?hidden=${isBelow || isCovered}
              .sequences=${sequences}
              .run=${run}
              @regulens-reveal=${(event: HTMLElementEventMap["regulens-reveal"]) => isCovered && this.#uncover(event)}
            ></regulens-sequence-attention
          ></regulens-sequence-tracks>
        </div>
        ${
          variants
            ? html`<regulens-listed-variants
                slot=${VARIANTS.id}
                .sequences=${sequences}
                .run=${run}
                .saved=${only !== undefined}
              ></regulens-listed-variants>`
            : nothing
        }
        <div slot="why" class="stack">
          ${only ? nothing : html`<regulens-named-motifs .sequences=${sequences} .run=${run}></regulens-named-motifs>`}
          <regulens-attention-maps .sequences=${sequences} .run=${run}></regulens-attention-maps>
        </div>
        ${
          only
            ? nothing
            : html`<regulens-track-test slot="test" .sequences=${sequences} .run=${run}></regulens-track-test>`
        }
        <regulens-sequence-variants
          slot="what-if"
          .sequences=${sequences}
          .run=${run}
          .changesRecords=${several !== undefined}
          @large=${({ detail }: CustomEvent<boolean>) => (this.isLarge = detail)}
        ></regulens-sequence-variants>
        ${
          only
            ? nothing
            : html`<regulens-compare-tracks
                slot="compare"
                .comparing=${this.comparing}
                .sequences=${sequences}
                .run=${run}
              ></regulens-compare-tracks>`
        }
        <div slot="notes">${this.notes}</div>
      </regulens-item>
      <div slot="strip">${this.#summary(sequences, run)}</div>
    </regulens-workbench>`;
  }

  /** Variants come first, unless a single-file page was saved to show the tracks. */
  #tabs(hasVariants: boolean): Tab[] {
    const { only } = this;
    const others = only ? TABS : ALL_TABS;
    if (!hasVariants) return [...others];
    return only === "tracks" ? [...others, VARIANTS] : [VARIANTS, ...others];
  }

  /** Attention alone, over its whole window, since there are no tracks with an axis. */
  #attention(sequences: SequenceSession, run: TrackRun) {
    return html`<div class="stack">
      <regulens-sequence-attention .sequences=${sequences} .run=${run} .whole=${true}></regulens-sequence-attention>
      <regulens-attention-maps .sequences=${sequences} .run=${run} .whole=${true}></regulens-attention-maps>
    </div>`;
  }

  /** Shows the attention from a selected bin; without attention, contributions stay. */
  #look({ model }: TrackRun): void {
    if ((model.shape?.layers ?? 0) > 0) this.under = "Attention";
  }

  /** Replaces contributions by attention, when a link reveals it. */
  #uncover(event: HTMLElementEventMap["regulens-reveal"]): void {
    event.preventDefault();
    if (!event.detail.isOnlyAsked) this.under = "Attention";
  }

  #choose(sequences: SequenceSession, index: number): void {
    void sequences.chooseRecord(index);
    this.#showItem();
  }

  #showItem = (): void => {
    void this.renderRoot.querySelector<Workbench>("regulens-workbench")?.showItem();
  };

  /** Steps from one record to the next, in the order of the list. */
  #steps(sequences: SequenceSession, { records }: ReadSequences) {
    const { listed, open } = sequences;
    const { before, after } = besides(listed, sequences.state.index);
    const button = (to: number | undefined, content: TemplateResult) =>
      html`<button
        class="small"
        ?disabled=${to === undefined}
        title=${to === undefined ? nothing : records[to]!.name}
        @click=${() => to !== undefined && void sequences.chooseRecord(to)}
      >
        ${content}
      </button>`;
    const at = open === undefined ? -1 : listed.indexOf(open);
    const place = at < 0 ? nothing : `, ${formatCount(at + 1)} of ${formatCount(listed.length)}`;
    return html`<div class="row" role="group" aria-label="Records">
      ${button(before, html`${left} Previous record`)} ${button(after, html`Next record ${right}`)}
      <span class="small muted number">${open === undefined ? nothing : records[open]!.name}${place}</span>
    </div>`;
  }

  #summary(sequences: SequenceSession, run: TrackRun) {
    const { card } = run.model;
    const seeds = this.only ? undefined : seedsBeside(this.session.state, run);
    const windows = run.windows.length;
    return html`<dl>
      <div>
        <dt>${run.region ? "Sequence" : "Record"}</dt>
        <dd>
          ${run.record.name} <small>${run.file}</small>
          ${
            run.assembly
              ? html`<small>${assemblyInWords(run.assembly.name)}, told by ${run.assembly.by}</small>`
              : nothing
          }
        </dd>
      </div>
      <div>
        <dt>Bases</dt>
        <dd class="number">
          ${
            run.region
              ? `${formatCount(run.region.start + 1)}-${formatCount(run.region.end)}`
              : formatCount(run.record.length)
          }
          <small>${windows === 1 ? "one window" : `${formatCount(windows)} windows`}</small>
        </dd>
      </div>
      <div>
        <dt>Bins</dt>
        <dd class="number">${formatCount(run.bins)} <small>of ${run.bin} bp</small></dd>
      </div>
      <div>
        <dt>Tracks</dt>
        <dd class="number">${formatCount(run.peaks.length)}</dd>
      </div>
      <div class="model">
        <dt>Model</dt>
        <dd>
          ${card.name || run.model.file}
          <small
            >${weightsInWords(card.dtype)} weights,
            ${run.model.verified ? "verified" : html`unverified, SHA-256 ${run.model.sha256.slice(0, 12)}…`}</small
          >
          ${
            seeds === undefined
              ? nothing
              : html`<small>${oneOf(seeds)} ${allSeedsButton(seeds, () => sequences.useAllSeeds(this.session))}</small>`
          }
        </dd>
      </div>
      ${deviceFact(run)}
    </dl>`;
  }
}
