/** The variants of a VCF file: scored, ranked, filtered, and opened one after another. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { downloadName, saveFile } from "../../../export";
import { formatCount, formatSigned, formatValue } from "../../../plots/sequences";
import { modelName } from "../../../session/state";
import { Subscription } from "../../../ui/subscription";
import { type Column, type Grid, shade } from "../../../ui/grid";
import "../../../ui/grid";
import { play, save } from "../../../ui/icons";
import { inlineStyle } from "../../../ui/inline-style";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { searchBox } from "../../../ui/search-box";
import { controls, searchStyles } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { consequenceOf, nearInWords, PROMOTER } from "../genes/near-text";
import { membersOf } from "../../shared/members";
import { apartIn, apartInWords, disputeInWords, disputesInWords, isDisputed } from "./apart";
import { nullText, unusualText } from "./drawing";
import { effectInWords } from "./text";
import { beyondInWords, beyondOf, scoredInWords } from "./scored";
import { REASON, unscoredInWords } from "./scored-words";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import {
  FIRST_VARIANTS,
  type GenePart,
  type KindFilter,
  type NearRows,
  nextVariantSort,
  placeText,
  type VariantKey,
  type VariantListing,
} from "./listing";
import type { NoScore, TrackColumn, VariantScores } from "./scores";

const KINDS: readonly (readonly [KindFilter, string])[] = [
  ["all", "All kinds"],
  ["base", "Single bases"],
  ["insertion", "Insertions"],
  ["deletion", "Deletions"],
  ["other", "Other changes"],
  ["unscored", "Without a score"],
];

const PARTS: readonly (readonly [GenePart | "all", string])[] = [
  ["all", "In and between genes"],
  ["exon", "In an exon"],
  ["intron", "In an intron"],
  ["between", "Between genes"],
];

/** Sort orders on offer; a click on a column's heading reverses them. */
const ORDERS: readonly (readonly [VariantKey | "", string])[] = [
  ["", "As in the file"],
  ["percentile", "Highest percentile first"],
  ["sad", "Largest SAD first"],
  ["log2", "Largest log2 first"],
  ["total", "Largest total first"],
  ["activity", "Most active region first"],
  ["position", "By position"],
  ["id", "By id"],
  ["gene", "By gene"],
  ["tss", "Nearest to a TSS first"],
];

/** The table of variants. Opens the selected one in the session, and sends `opened` when it is ready. */
@customElement("regulens-variant-table")
export class VariantTable extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly scoring = new Subscription(this, () => this.sequences.scored);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences.genes);
  #columns: readonly Column<VariantKey>[] = [];
  #notes: readonly string[] = [];
  #made: readonly unknown[] = [];

  static override styles = [
    controls,
    searchStyles,
    sequenceStyles,
    css`
      .region {
        display: grid;
        gap: var(--space-2);
      }

      .region > * {
        min-width: 0;
      }

      /* Its head and thirteen rows. */
      regulens-grid {
        --table-height: min(31.75rem, calc(2.25rem * var(--rows) + 4px));
      }

      /* Leaves room for the effect of the row that is open. */
      .open regulens-grid {
        --table-height: min(14rem, calc(2.25rem * var(--rows) + 4px));
      }

      .filter {
        font-size: var(--text-sm);
      }

      .filter input[type="number"] {
        width: 3.75rem;
        padding-inline: var(--space-2);
      }

      /* The effect of the row that is open says it of its own kind of variant. */
      @media screen {
        .open .reference {
          display: none;
        }
      }

      /* Its test beside it, in one line on a laptop. */
      .headline {
        font-size: var(--text-md);
        line-height: var(--leading-tight);
      }

      label.row {
        gap: var(--space-2);
      }

      /* Beside both choices in the width of the tab. */
      .search {
        flex-basis: 8rem;
      }

      .earlier {
        color: var(--color-warning);
      }
    `,
  ];

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<Grid>("regulens-grid")?.focus(options);
  }

  override willUpdate(): void {
    const { variants, sequences: read } = this.sequences.state;
    const { scores, track } = this.sequences.scored.state;
    const made = [variants, read, scores, track, this.#near()];
    if (made.every((each, i) => each === this.#made[i]) || !variants) return;
    this.#made = made;
    this.#columns = this.#makeColumns();
    const of = scores?.isOfMembers ? membersOf(scores.by.card) : undefined;
    const disputes = scores && of !== undefined ? disputesInWords(scores, track, of) : undefined;
    this.#notes = [
      ...(disputes === undefined ? [] : [`* ${disputes}`]),
      ...(scores && read ? unscoredInWords(scores, read.file) : []),
    ];
  }

  override render() {
    const { variants, sequences: read } = this.sequences.state;
    if (!variants || !read) return nothing;
    const { scored } = this.sequences;
    const { scores, problems, doing, announcement } = scored.state;
    return html`<div
      class="region ${this.#shown() === undefined ? "" : "open"}"
      role="region"
      aria-label="Variants of ${variants.file}"
    >
      <div class="visually-hidden" role="status" aria-live="polite">${announcement}</div>
      ${
        this.#isBusy
          ? html`<regulens-progress
              .activity=${doing.score}
              cancellable
              @cancel=${() => scored.cancel("score")}
            ></regulens-progress>`
          : this.#actions(variants.rows.length, scores)
      }
      ${errorNotice("These variants were not scored", problems.score, () => scored.dismiss("score"))}
      ${progressOf(doing.save, () => scored.cancel("save"))}
      ${errorNotice("The scores could not be saved", problems.save, () => scored.dismiss("save"))}
      ${scores ? this.#headline(scores) : nothing} ${scores ? this.#earlier(scores) : nothing}
      ${
        variants.of === undefined
          ? nothing
          : html`<p class="small earlier">
              Part of a file: ${formatCount(variants.rows.length)} of its ${counted(variants.of, "variant")} are here.
              Numbers of variants and lists are of this part.
            </p>`
      }
      ${this.#filter(scores)} ${this.#grid()} ${this.#notes.map((line) => html`<p class="small muted">${line}</p>`)}
      ${scores ? this.#reference(scores) : nothing}
    </div>`;
  }

  /** The genes near each row, if there is an annotation. */
  #near(): NearRows | undefined {
    const { genes, state } = this.sequences;
    return state.variants && genes.nearBy(state.variants.rows);
  }

  /** Available actions, and their progress. */
  #actions(count: number, scores: VariantScores | undefined) {
    const { scored, state } = this.sequences;
    const isHere = scores !== undefined && scored.isCurrent;
    const button = (text: string): TemplateResult =>
      html`<button class="primary" ?disabled=${state.doing.data !== undefined} @click=${() => void scored.score()}>
        ${play} ${text}
      </button>`;
    const all = counted(count, "variant");
    return html`<div class="row">
      ${
        !isHere
          ? button(count === 1 ? `Score ${all}` : `Score all ${all}`)
          : scores.isDone
            ? nothing
            : button(`Continue, ${formatCount(scores.order.length - scores.done)} left`)
      }
      ${scores ? html`<span class="small">${scoredInWords(scores)}</span>${this.#whose(scores)}` : nothing}
      ${this.#orders(scores)}
      ${
        scores && scores.done > 0
          ? html`<span class="row push">${this.#saving("tsv")}${this.#saving("vcf")}</span>`
          : nothing
      }
    </div>`;
  }

  #saving(format: "tsv" | "vcf") {
    const name = format.toUpperCase();
    return html`<button class="quiet small" aria-label="Save scores as ${name}" @click=${() => void this.#save(format)}>
      ${save} ${name}
    </button>`;
  }

  /** The number of unusual variants, compared with chance. */
  #headline(scores: VariantScores) {
    const beyond = beyondOf(scores, this.sequences.scored.state.track);
    if (!beyond) return nothing;
    const [result, test] = beyondInWords(beyond);
    return html`<p class="headline">${result}. <span class="small muted">${test}</span></p>`;
  }

  /** The track and the model of the scores. */
  #whose(scores: VariantScores) {
    const { scored } = this.sequences;
    const { track } = scored.state;
    const { by, names } = scores;
    return html`<label class="row small"
      >Scores of
      <select @change=${(event: Event) => scored.chooseTrack((event.target as HTMLSelectElement).selectedIndex)}>
        ${names.map((name, i) => html`<option .selected=${live(i === track)}>${name}</option>`)}
      </select>
      <span class="muted">by ${by.card.name || by.file}</span></label
    >`;
  }

  /** Notes that the scores are by another model than the open one. */
  #earlier({ by }: VariantScores) {
    const { scored, state } = this.sequences;
    if (scored.isCurrent) return nothing;
    const open = state.model ? modelName(state.model) : "the open model";
    return html`<p class="small earlier">These scores are from ${by.card.name || by.file}, not from ${open}.</p>`;
  }

  /** Reference set of the percentiles; for the open row its effect shows it. */
  #reference({ by, isRated }: VariantScores) {
    const drawn = isRated ? by.card.variant_null : undefined;
    return drawn ? html`<p class="small muted reference">${nullText(drawn)}</p>` : nothing;
  }

  #filter(scores: VariantScores | undefined) {
    const { scored, state } = this.sequences;
    const { listing } = scored.state;
    const all = state.variants?.rows.length ?? 0;
    const listed = scored.listed.length;
    const near = this.#near();
    return html`<div class="filter">
      ${searchBox("a variant", listing.search, (search) => this.#list({ search }))}
      <label>
        <span class="visually-hidden">Kinds listed</span>
        <select @change=${(event: Event) => this.#list({ kind: valueOf(event) as KindFilter })}>
          ${KINDS.map(
            ([kind, name]) => html`<option value=${kind} .selected=${live(kind === listing.kind)}>${name}</option>`,
          )}
        </select>
      </label>
      ${this.#isBusy ? this.#orders(scores) : nothing}
      ${scores ? this.#least("Minimum SAD", listing.leastScore, (leastScore) => this.#list({ leastScore })) : nothing}
      ${
        scores?.isRated
          ? this.#least("Minimum percentile", listing.leastPercentile, (leastPercentile) =>
              this.#list({ leastPercentile }),
            )
          : nothing
      }
      ${near ? this.#byGenes(listing) : nothing}
      <p class="push muted number" role="status">
        ${listed === all ? counted(all, "variant") : `${formatCount(listed)} of ${counted(all, "variant")}`}
      </p>
    </div>`;
  }

  /** True while variants are scored: the progress replaces the first row of controls. */
  get #isBusy(): boolean {
    return this.sequences.scored.state.doing.score !== undefined;
  }

  /** In the first row of controls, which has room: the filters below it fit in one row at 1366 pixels. */
  #orders(scores: VariantScores | undefined) {
    const { sort } = this.sequences.scored.state.listing;
    const near = this.#near();
    const orders = ORDERS.filter(([key]) => {
      if (key === "gene" || key === "tss") return near !== undefined;
      return key === "" || key === "position" || key === "id" || (scores && (isRated(key) ? scores.isRated : true));
    });
    return html`<label>
      <span class="visually-hidden">Order</span>
      <select class="small" @change=${(event: Event) => this.#order(valueOf(event) as VariantKey | "")}>
        ${orders.map(
          ([key, name]) => html`<option value=${key} .selected=${live(key === (sort?.key ?? ""))}>${name}</option>`,
        )}
      </select>
    </label>`;
  }

  /** Filters by nearby genes. */
  #byGenes({ part, mostToTss }: VariantListing) {
    return html`<label>
        <span class="visually-hidden">Position relative to genes</span>
        <select class="small" @change=${(event: Event) => this.#list({ part: valueOf(event) as GenePart | "all" })}>
          ${PARTS.map(([each, name]) => html`<option value=${each} .selected=${live(each === part)}>${name}</option>`)}
        </select>
      </label>
      ${this.#least("Most bases to a TSS", mostToTss, (most) => this.#list({ mostToTss: most }))}`;
  }

  #least(name: string, value: number | undefined, changed: (least: number | undefined) => void) {
    return html`<label class="row"
      >${name}
      <input
        class="small"
        type="number"
        min="0"
        step="any"
        .value=${live(value === undefined ? "" : String(value))}
        @change=${(event: Event) => {
          const least = (event.target as HTMLInputElement).valueAsNumber;
          changed(Number.isNaN(least) ? undefined : least);
        }}
      />
    </label>`;
  }

  #grid() {
    const { scored, state } = this.sequences;
    const { listing } = scored.state;
    const { variants } = state;
    return html`<regulens-grid
      label="Variants of ${variants!.file}"
      .columns=${this.#columns}
      .order=${scored.listed}
      .of=${variants}
      .selected=${this.#shown()}
      .sort=${listing.sort}
      style=${inlineStyle({ "--rows": String(Math.max(4, variants!.rows.length) + 1) })}
      @sort=${(event: CustomEvent<VariantKey>) => this.#list({ sort: nextVariantSort(listing.sort, event.detail) })}
      @select=${(event: CustomEvent<number>) => void this.#open(event.detail)}
    >
      No variant is listed. <button class="quiet" @click=${() => scored.list(FIRST_VARIANTS)}>List all</button>
    </regulens-grid>`;
  }

  /** The row whose effect is shown. */
  #shown(): number | undefined {
    const { variant } = this.sequences.state;
    return variant && this.sequences.scored.rowOf(variant);
  }

  async #open(row: number): Promise<void> {
    const { variants } = this.sequences.state;
    const variant = variants?.rows[row];
    if (!variant) return;
    const source = `${variants.file}, line ${variant.line}`;
    await this.sequences.tryVariant({ ...variant, source }, variant.chromosome);
    if (this.#shown() !== row) return;
    this.sequences.lookAround(variant.position);
    this.dispatchEvent(new CustomEvent("opened"));
  }

  #makeColumns(): Column<VariantKey>[] {
    const { scored, state } = this.sequences;
    const { scores, track } = scored.state;
    const { rows } = state.variants!;
    const of = scores?.isOfMembers ? membersOf(scores.by.card) : undefined;
    const number = (column: TrackColumn, row: number, text: (value: number) => string): TemplateResult | string => {
      const value = scores?.value(row, track, column) ?? NaN;
      return Number.isNaN(value) ? html`<span class="absent">–</span>` : text(value);
    };
    const isAbsent = (row: number): NoScore | undefined =>
      scores ? scores.whyNot(row) : scored.records[row]! < 0 ? "no-such-record" : undefined;
    const one = ([key, name, width, title, text]: NumberColumn): Column<VariantKey> => ({
      ...{ key, name, width, title },
      cell: (row) => number(key, row, text),
    });
    const rated: Column<VariantKey>[] = scores?.isRated
      ? [
          {
            ...{ key: "percentile", name: "Percentile", width: "6rem" },
            title: "Percentile of the score among random variants",
            cell: (row) => percentileCell(scores, row, track),
          },
        ]
      : [];
    const near = this.#near();
    const file = this.sequences.genes.state.genes?.file ?? "";
    const genes: Column<VariantKey>[] = near
      ? [
          {
            ...{ key: "gene", name: "Gene", width: "6.5rem", isText: true },
            title: "Gene: the overlapping one, or else the one with the nearest TSS",
            cell: (row) => genesCell(near, row, file, 0),
          },
          {
            ...{ key: "tss", name: "Where", width: "9.5rem", isText: true },
            title: `Where: by position alone. Promoter: at most ${formatCount(PROMOTER)} bp upstream of a TSS`,
            cell: (row) => genesCell(near, row, file, 1),
          },
        ]
      : [];
    return [
      {
        ...{ key: "position", name: "Variant", title: "Variant", width: "minmax(9.5rem, 1fr)" },
        cell: (row) => placeText(rows[row]!),
      },
      ...genes,
      ...rated,
      {
        ...{ key: "relative", name: "Effect", width: "8.5rem", isText: true },
        title: "Effect: change of the prediction around the variant, beside the prediction with the reference",
        cell: (row) => {
          const reason = isAbsent(row);
          if (reason !== undefined) return html`<span class="reason">${REASON[reason]}</span>`;
          const reference = scores?.value(row, track, "reference_sum") ?? NaN;
          const effect = number("sad", row, (change) => effectInWords(change, reference));
          const apart = scores && apartIn(scores, row, track);
          return of !== undefined && apart && isDisputed(apart)
            ? html`<span title="${effect}; ${disputeInWords(of)}"
                >${effect}<span class="muted">${DISPUTED}</span></span
              >`
            : effect;
        },
      },
      of === undefined ? one(SAD) : { ...one(SAD), ...spreadColumn(scores, track, of) },
      one(["log2", "log2", "4.6rem", "Largest change of log2(prediction + 1) in a bin", formatSigned]),
      one(["total", "Total", "4.6rem", "Change of the prediction, summed over all bins", formatSigned]),
      ...(scores?.isRated ? [one(ACTIVITY)] : []),
      { key: "id", name: "Id", title: "Id", width: "minmax(5rem, max-content)", cell: (row) => rows[row]!.id },
    ];
  }

  #list(change: Partial<VariantListing>): void {
    const { scored } = this.sequences;
    scored.list({ ...scored.state.listing, ...change });
  }

  #order(key: VariantKey | ""): void {
    this.#list({ sort: key === "" ? undefined : nextVariantSort(undefined, key) });
  }

  async #save(format: "tsv" | "vcf"): Promise<void> {
    const { scored, state } = this.sequences;
    const file = state.variants?.file ?? "";
    const blob = await scored.file(format);
    if (blob) saveFile(downloadName(file, "scores", format), blob);
  }
}

/** A column of numbers. */
type NumberColumn = readonly [
  key: VariantKey & TrackColumn,
  name: string,
  width: string,
  title: string,
  text: (value: number) => string,
];

const SAD: NumberColumn = [
  ...(["sad", "SAD", "5.4rem"] as const),
  "SAD: change of the prediction, summed over the bins around it",
  formatSigned,
];

/** Marks an effect whose direction the members disagree on; a line under the table explains it. */
const DISPUTED = " *";

const ACTIVITY: NumberColumn = [
  ...(["activity", "Activity", "4.6rem"] as const),
  "Activity of the region: per cent of random regions where less is predicted",
  (value) => value.toFixed(0),
];

/** Returns true if the key needs a model with null distributions. */
function isRated(key: VariantKey): boolean {
  return key === "percentile" || key === "activity";
}

function percentileCell(scores: VariantScores, row: number, track: number): TemplateResult {
  const [percentile, low, high, activity] = (
    ["percentile", "percentile_low", "percentile_high", "activity"] as const
  ).map((column) => scores.value(row, track, column)) as [number, number, number, number];
  if (Number.isNaN(percentile)) return html`<span class="absent">–</span>`;
  const text = unusualText({ percentile, low, high, activity });
  const bar = shade(percentile / 100, "var(--color-accent)");
  return html`<span title=${text}>${bar}${high >= 100 ? `> ${low.toFixed(1)}` : percentile.toFixed(1)}</span>`;
}

/** The column of changes of an ensemble: each with its standard deviation, and its range on hover. */
function spreadColumn(
  scores: VariantScores | undefined,
  track: number,
  of: string,
): Pick<Column<VariantKey>, "width" | "title" | "cell"> {
  return {
    width: "8.5rem",
    title: `${SAD[3]}; mean ± standard deviation of ${of}`,
    cell: (row) => {
      const apart = scores && apartIn(scores, row, track);
      if (!apart) return html`<span class="absent">–</span>`;
      const sad = formatSigned(scores.value(row, track, "sad"));
      return html`<span title="${sad} ${apartInWords(apart, of)}">${sad} ± ${formatValue(apart.sd)}</span>`;
    },
  };
}

/** The nearby gene, or the row's position in it. */
function genesCell(near: NearRows, row: number, file: string, part: 0 | 1): TemplateResult {
  const genes = near[row];
  if (!genes) return html`<span class="absent" title="${file} has no gene on this chromosome">–</span>`;
  return html`<span class="cut" title=${nearInWords(genes)}>${consequenceOf(genes)[part]}</span>`;
}

function valueOf(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}
