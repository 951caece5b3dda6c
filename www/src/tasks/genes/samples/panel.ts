/**
 * Several samples side by side: genes by samples as a list, as a map, or the open sample's own table in the slot
 * `list`, one at a time; and the difference of any two.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { formatSigned } from "../../../explain/everywhere/everywhere";
import type { Provenance } from "../../../export";
import { downloadName, saveFile } from "../../../export";
import { sampleMapRows } from "../../../plots/genes/sample-map";
import { listed as namesInWords } from "../../../session/preparation";
import { modelName } from "../../../session/state";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { type Column, shade } from "../../../ui/grid";
import "../../../ui/grid";
import { save } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { turned } from "../../../ui/sorting";
import { help, helpStyles } from "../../../ui/help";
import { controls, searchStyles, rowStyles } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { recommended } from "../../known";
import { choiceStyles } from "../../shared/choice-styles";
import { geneCell, geneTitle } from "../../shared/genes/cell";
import { type GeneNames, geneNames, type Symbols } from "../../shared/genes/names";
import type { NamedFilter } from "../table";
import "../table";
import type { Current } from "../outcome";
import { fileOf } from "../result";
import type { AnyWork } from "../session";
import { type Arranged, mapDrawing, provenanceOf } from "./drawing";
import { fitsPair } from "./fitting";
import {
  differenceIn,
  FIRST_SAMPLES,
  listSamples,
  MOST_CLUSTERED,
  orderSamples,
  type SampleFilter,
  type SampleKey,
  type SampleListing,
  type SampleMatrix,
  sampleOfKey,
  valueIn,
} from "./matrix";
import "./pairing";
import type { Exchange } from "./pairs";
import type { Sampled } from "./sampled";
import type { Sample, SamplesState } from "./session";
import { resultInWords, samplesTsv } from "./tsv";

/** The parts, of which one is shown. */
type Part = "list" | "map" | "open";

/** The samples. Sends `opened` when a gene is requested in one of them. */
@customElement("regulens-samples")
export class SamplesPanel extends LitElement {
  @property({ attribute: false }) work!: AnyWork;
  @property({ attribute: false }) state!: SamplesState;
  @property({ attribute: false }) run!: Current;
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** The selected gene. */
  @property({ attribute: false }) gene: string | undefined;
  /** True while a model runs, when no other table can be opened. */
  @property({ type: Boolean }) busy = false;
  /** True in a single-file page, whose samples cannot change. */
  @property({ type: Boolean }) saved = false;
  /** The gene that was opened from here: the list keeps it in view, instead of starting at the top. */
  @internal() private asked: string | undefined;
  @internal() private chosen: Part = "list";
  @internal() private arranged: (Arranged & { readonly names: GeneNames; readonly drawing: Drawing }) | undefined;

  static override styles = [
    controls,
    searchStyles,
    rowStyles,
    choiceStyles,
    helpStyles,
    css`
      section {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
        /* Below all that stands above it, in view beside a gene. */
        --table-height: clamp(14rem, calc(100vh - var(--bar-height, 0px) - 24rem), 40rem);
      }

      .row {
        gap: var(--space-1) var(--space-2);
      }

      .row h3 {
        margin-inline-end: auto;
      }

      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
      }

      select {
        max-width: 9rem;
      }

      .map {
        max-height: var(--table-height);
        overflow: auto;
      }

      /* The part that is not shown, as wide as that which is, for paper. */
      .away {
        position: absolute;
        inset-inline: 0;
        height: 0;
        overflow: hidden;
        visibility: hidden;
      }

      /* Nothing can be pressed on paper, nor scrolled; the map and the list are both there. */
      @media print {
        section {
          --table-height: 24rem;
        }

        .map {
          max-height: none;
        }

        .away {
          position: static;
          height: auto;
          overflow: visible;
          visibility: visible;
        }

        .row > :not(h3),
        .row:not(:has(h3)),
        regulens-gene-filter,
        regulens-pairing,
        fieldset {
          display: none;
        }
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { matrix, listing } = this.state;
    const before = changed.get("state") as SamplesState | undefined;
    const isSame = before?.matrix === matrix && before?.listing === listing && !changed.has("symbols");
    if (!matrix) this.arranged = undefined;
    else if (!isSame || !this.arranged) {
      const names = geneNames(matrix.genes, this.symbols);
      const listed = listSamples(matrix, listing, names, this.#of.call);
      const arranged = { matrix, listed, order: orderSamples(matrix, listing, listed) };
      this.arranged = { ...arranged, names, drawing: mapDrawing(arranged, names, this.#of) };
    }
  }

  /** The list takes the focus when the reader returns to it. */
  override focus(options?: FocusOptions): void {
    const list = this.renderRoot.querySelector<HTMLElement>("regulens-grid") ?? this.querySelector<HTMLElement>("*");
    list?.focus(options);
  }

  /** The outcome's description of samples. */
  get #of(): Sampled {
    return this.work.samples!.of;
  }

  override render() {
    const { state, work } = this;
    const { samples, names } = state;
    const predicted = samples.filter((each) => each.predicted).length;
    const failed = samples.flatMap((sample, i) => {
      const { problem } = sample;
      return problem ? [{ sample, problem, name: names[i]! }] : [];
    });
    const unlike = samples.flatMap(({ offScale }, i) => (offScale.length > 0 ? [{ name: names[i]!, offScale }] : []));
    return html`<section aria-labelledby="title">
      <div class="row">
        <h3 id="title" tabindex="-1">${counted(samples.length, "sample")}</h3>
        ${predicted < samples.length ? html`<p class="small muted" role="status">${predicted} predicted</p>` : nothing}
        ${
          this.arranged
            ? html`<button class="small" title="Genes by samples, as listed" @click=${this.#save}>
                ${save} Genes by samples (TSV)
              </button>`
            : nothing
        }
        ${
          this.saved
            ? nothing
            : html`<button class="quiet small" @click=${() => work.forgetSamples()}>Close the samples</button>`
        }
      </div>
      ${failed.map(({ sample, problem, name }) =>
        errorNotice(`${name} is left out`, problem, () => work.removeSample(sample)),
      )}
      ${
        unlike.length > 0
          ? html`<details class="small">
              <summary>${counted(unlike.length, "sample has", "samples have")} values unlike those of training</summary>
              <ul>
                ${unlike.map(({ name, offScale }) => html`<li><strong>${name}</strong>: ${offScale.join("; ")}.</li>`)}
              </ul>
            </details>`
          : nothing
      }
      ${this.#tables()} ${this.arranged ? this.#one(this.arranged) : html`<slot name="list"></slot>`}
    </section>`;
  }

  /** The tables assigned to A and B of each sample. */
  #tables() {
    const { work, state, busy } = this;
    if (work.cells.length === 1 || this.saved) return nothing;
    return html`<regulens-pairing
      .state=${state}
      .card=${this.run.model.card}
      ?busy=${busy}
      @exchange=${({ detail }: CustomEvent<Exchange>) => void work.samples?.exchange(detail)}
    ></regulens-pairing>`;
  }

  /** The result in a line, and below it the selected part. */
  #one(arranged: NonNullable<typeof this.arranged>) {
    const { matrix } = arranged;
    const { pair } = this.state.listing;
    const [from, to] = pair.map((sample) => matrix.samples[sample]!);
    return html`<p class="small" data-result>${resultInWords(matrix, pair, this.#of, arranged.names)}</p>
      <div class="row small">
        ${this.#choice("Difference of", pair[1], (sample) => ({ pair: [pair[0], sample] }))}
        ${this.#choice("less", pair[0], (sample) => ({ pair: [sample, pair[1]] }))}
        ${help("the difference", this.#of.difference(from!, to!, this.run.model.card.calibration != null))}
        ${this.#change()}
      </div>
      <fieldset class="compact">
        <legend class="visually-hidden">Part of the samples that is shown</legend>
        ${(
          [
            ["list", "All samples"],
            ["map", "Map"],
            ["open", `${matrix.samples[this.#looked]!} alone`],
          ] as const
        ).map(
          ([part, name]) =>
            html`<label
              ><input
                type="radio"
                name="part"
                .checked=${part === this.chosen}
                @change=${() => (this.chosen = part)}
              />${name}</label
            >`,
        )}
      </fieldset>
      ${this.#compared(arranged)} ${this.chosen === "open" ? html`<slot name="list"></slot>` : nothing}`;
  }

  /** The map and the list of all samples, one of which is shown. */
  #compared({ matrix, listed, names, drawing }: NonNullable<typeof this.arranged>) {
    const { listing } = this.state;
    const [from, to] = listing.pair.map((sample) => matrix.samples[sample]!);
    const selected = this.asked === undefined || this.asked !== this.gene ? -1 : matrix.genes.indexOf(this.asked);
    const away = (part: Part): string => (part === this.chosen ? "" : "away");
    return html`<regulens-gene-filter
        ?hidden=${this.chosen === "open"}
        .listing=${listing}
        .filters=${filters(this.#of, from!, to!, matrix.samples.length)}
        .listed=${listed.length}
        .genes=${matrix.genes.length}
        @listing=${(event: CustomEvent<Partial<SampleListing>>) => this.#list(event.detail)}
        >${this.#opens(matrix)}
        <label class="small" title="Average linkage on ${this.#of.value}, of at most ${MOST_CLUSTERED} genes">
          <input
            type="checkbox"
            .checked=${listing.sort.key === "cluster"}
            ?disabled=${listed.length > MOST_CLUSTERED}
            @change=${this.#cluster}
          />
          Cluster genes and samples
        </label></regulens-gene-filter
      >
      <div class="map ${away("map")}">
        <regulens-figure
          label="${this.#of.value} by gene and sample"
          table=${fileOf(this.run)}
          .drawing=${drawing}
          .provenance=${this.#provenance}
          @choose=${({ detail }: CustomEvent<number>) => this.#openCell(detail)}
        ></regulens-figure>
      </div>
      <div class=${away("list")}>
        <regulens-grid
          label="Predictions by sample"
          .columns=${this.#columns(matrix, names)}
          .order=${listed}
          .of=${matrix}
          .selected=${selected < 0 ? undefined : selected}
          .sort=${listing.sort}
          @sort=${({ detail }: CustomEvent<SampleKey>) => this.#sort(detail)}
          @select=${({ detail }: CustomEvent<number>) => this.#open(detail)}
        >
          No gene is listed.
          <button class="quiet" @click=${() => this.#list({ filter: "all", search: "" })}>List all</button>
        </regulens-grid>
      </div>`;
  }

  #choice(name: string, chosen: number, change: (sample: number) => Partial<SampleListing>) {
    const samples = this.arranged!.matrix.samples;
    return html`<label
      >${name}
      <select @change=${(event: Event) => this.#list(change(Number((event.target as HTMLSelectElement).value)))}>
        ${samples.map((sample, i) => html`<option value=${i} ?selected=${i === chosen}>${sample}</option>`)}
      </select></label
    >`;
  }

  /** The sample in which genes are opened, with a choice of another one. */
  #opens(matrix: SampleMatrix) {
    const absent = matrix.samples.filter((_, i) => !this.#canOpen(i));
    return html`<label class="small"
        >Gene in
        <select
          ?disabled=${this.busy}
          @change=${(event: Event) => this.#openIn(Number((event.target as HTMLSelectElement).value), this.gene)}
        >
          ${matrix.samples.map(
            (name, i) =>
              html`<option value=${i} .selected=${live(i === this.#looked)} ?disabled=${!this.#canOpen(i)}>
                ${name}
              </option>`,
          )}
        </select></label
      >
      ${
        absent.length > 0
          ? html`<span class="small muted"
              >No signal of ${namesInWords(absent)} is here: their genes do not open.</span
            >`
          : nothing
      }`;
  }

  /** True if a displayed sample has signal, so that its genes can be opened. */
  #canOpen(sample: number): boolean {
    const { samples, shown } = this.state;
    return !samples[shown[sample] ?? -1]?.isAbsent;
  }

  /** Offers a model of a change for the pair, if it reads both tables. */
  #change() {
    const { catalogue } = this.work.page.state;
    const model = recommended(catalogue?.models ?? [], "change");
    const pair = this.state.listing.pair.map((at) => this.state.samples[this.state.shown[at]!]!);
    const files = pair.flatMap(({ sources }) => sources.flatMap((source) => ("blob" in source ? [source] : [])));
    if (!model || !fitsPair(model, pair) || files.length !== 2 || files[0] === files[1]) return nothing;
    return html`<button
      class="small"
      ?disabled=${this.busy}
      @click=${() => void this.work.page.openFiles(files.map(({ blob, file }) => (blob instanceof File ? blob : new File([blob], file))))}
    >
      Open both in ${model.name}
    </button>`;
  }

  #columns(matrix: SampleMatrix, names: GeneNames): Column<SampleKey>[] {
    const { pair } = this.state.listing;
    const [from, to] = pair.map((sample) => matrix.samples[sample]!);
    const none = html`<span class="absent">–</span>`;
    const { value, score, format, share, scale: scaleOf } = this.#of;
    const scale = scaleOf(matrix.values);
    const middle = (scale.low + scale.high) / 2;
    return [
      {
        ...{ key: "gene", name: "Gene", title: "Gene", width: "minmax(8.2rem, 1fr)" },
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      {
        ...{ key: "difference", name: "Δ", width: "4.2rem" },
        title: `Δ: ${score} in ${to} less that in ${from}, sorted by size`,
        cell: (gene) => {
          const difference = differenceIn(matrix, gene, pair);
          return Number.isNaN(difference) ? none : formatSigned(difference, 2);
        },
      },
      ...this.arranged!.order.map((sample): Column<SampleKey> => ({
        ...{ key: `sample:${sample}`, name: matrix.samples[sample]!, width: widthOf(matrix.samples[sample]!) },
        title: `${value} in ${matrix.samples[sample]!}`,
        cell: (gene) => {
          const found = valueIn(matrix, gene, sample);
          if (Number.isNaN(found)) return none;
          const colour = found >= middle ? "var(--color-on)" : "var(--color-off)";
          return html`${shade(share(found, scale), colour)}${format(found)}`;
        },
      })),
      {
        ...{ key: "range", name: "Range", width: "4.2rem" },
        title: `Range: the highest ${value} of all samples less the lowest`,
        cell: (gene) => matrix.range[gene]!.toFixed(3),
      },
    ];
  }

  /** Index of the open sample among the displayed ones; the first if the open table is none of them. */
  get #looked(): number {
    const open = this.work.samples?.ofRun(this.run);
    return Math.max(
      0,
      this.state.shown.findIndex((i) => this.state.samples[i] === open),
    );
  }

  #sort(key: SampleKey): void {
    const sort = turned(this.state.listing.sort, key, key !== "gene");
    this.#list({ sort: sort ?? FIRST_SAMPLES.sort });
  }

  #cluster = (event: Event): void => {
    const isClustered = (event.target as HTMLInputElement).checked;
    this.#list({ isClustered, sort: isClustered ? { key: "cluster", descending: false } : FIRST_SAMPLES.sort });
  };

  #list(change: Partial<SampleListing>): void {
    this.work.samples?.list(change);
  }

  #openCell(place: number): void {
    const { listed, order } = this.arranged!;
    const [row, column] = [Math.floor((place - 1) / order.length), (place - 1) % order.length];
    const gene = listed[row];
    // A band covers several genes.
    if (gene !== undefined && sampleMapRows(listed.length) === listed.length)
      this.#openIn(order[column]!, this.arranged!.matrix.genes[gene]);
  }

  /** Opens a gene in the open sample or, if that lacks it, in the first sample that has it. */
  #open(gene: number): void {
    const { matrix } = this.arranged!;
    const isThere = (sample: number): boolean => this.#canOpen(sample) && !Number.isNaN(valueIn(matrix, gene, sample));
    const sample = isThere(this.#looked) ? this.#looked : matrix.samples.findIndex((_, i) => isThere(i));
    this.#openIn(sample, matrix.genes[gene]);
  }

  #openIn(sample: number, gene: string | undefined): void {
    const of = this.state.samples[this.state.shown[sample] ?? -1];
    if (!of || of.isAbsent || this.busy) return;
    this.asked = gene;
    // If it cannot be opened, the choice reverts.
    void this.work.openSample(of, gene).then(() => this.requestUpdate());
    this.dispatchEvent(new CustomEvent("opened"));
  }

  get #files(): readonly string[] {
    return this.state.shown.map((i) => filesOf(this.state.samples[i]!));
  }

  get #provenance(): Provenance {
    const { samples } = this.state;
    const facts = [`genes ${rule(this.#of, this.state)}`];
    return provenanceOf(
      this.run,
      this.#files,
      facts,
      samples.some(({ offScale }) => offScale.length > 0),
    );
  }

  #save = (): void => {
    const { arranged, run } = this;
    if (!arranged) return;
    const about = {
      ...{ model: `${modelName(run.model)}, SHA-256 ${run.model.sha256}`, files: this.#files },
      ...{ program: run.program, date: run.date, of: this.#of },
    };
    const table = samplesTsv(arranged.matrix, { ...arranged, pair: this.state.listing.pair }, about, arranged.names);
    saveFile(downloadName(this.state.samples[this.state.shown[0]!]!.sources[0]!.file, "samples", "tsv"), table);
  };
}

/** Width of a column, so that the names of two do not run into each other. */
function widthOf(name: string): string {
  return `${Math.min(10, Math.max(4.6, 0.45 * name.length + 1.5)).toFixed(1)}rem`;
}

/** Files in words: "liver_A.csv and liver_B.csv". */
function filesOf({ sources }: Sample): string {
  return sources.map(({ file }) => file).join(" and ");
}

function filters({ high, low }: Sampled, from: string, to: string, samples: number): NamedFilter<SampleFilter>[] {
  const all = samples === 2 ? "both" : "all";
  const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
  const pair: NamedFilter<SampleFilter>[] = [
    { filter: "up", name: `Higher in ${to}` },
    { filter: "down", name: `Higher in ${from}` },
  ];
  if (high === undefined || low === undefined) return [{ filter: "all", name: "All" }, ...pair];
  return [
    { filter: "all", name: "All" },
    { filter: "differ", name: `${capital(high)} in one, ${low} in another` },
    ...pair,
    { filter: "high", name: `${capital(high)} in ${all}` },
    { filter: "low", name: `${capital(low)} in ${all}` },
  ];
}

/** Sort rule of a map's genes, for its legend. */
function rule({ value, score }: Sampled, { listing, matrix }: SamplesState): string {
  const { key, descending } = listing.sort;
  const [from, to] = listing.pair.map((sample) => matrix?.samples[sample] ?? "");
  if (key === "cluster") return "clustered by average linkage";
  const by =
    key === "gene"
      ? "name"
      : key === "range"
        ? `the range of ${value}`
        : key === "difference"
          ? `the size of the difference of ${score}, ${to} less ${from}`
          : `${value} in ${matrix?.samples[sampleOfKey(key)!] ?? ""}`;
  return `sorted by ${by}${descending && key !== "gene" ? ", largest first" : ""}`;
}
