/** What the page knows and does of models of tracks along a sequence. Loaded where such a model is opened. */

import type { BinValue, Mutagenesis, NamedRegion, Variant, VariantRow } from "../../../../pkg/src/index";
import type { Caller } from "../../rpc/rpc";
import type { SequencesRequest, TrackCalls } from "./calls";
import type {
  AttentionMapValues,
  AttentionOf,
  AttentionRows,
  ReadMeasured,
  ReadSequences,
  TrackFormat,
  TrackRun,
  VariantChange,
} from "./result";
import { type PlainError, WorkerError } from "../../rpc/errors";
import type { TableRequest } from "../../session/opened";
import { type Activity, Working } from "../../session/working";
import type { Identified } from "../../session/files";
import { type Filed, inWords, unread, unused, used } from "../../session/intake";
import type { CurrentModel } from "../../session/state";
import { isPlace, type Locus, locusOf, recordNamed } from "./locus";
import { firstTracks, trackInName, trackOf } from "./names";
import {
  basesOf,
  covers,
  indexFiled,
  type IndexFiles,
  indexesFor,
  type Place,
  placeInWords,
  placeOfText,
  placeOfVariant,
  placesOf,
} from "./places";
import { FIRST_RECORDS, listRecords, type RecordListing } from "./record-order";
import { type GeneCalls, KnownGenes } from "./genes/known";
import { ScoredVariants } from "./scored-variants";
import { formatCount } from "../../plots/core/format";
import { counted } from "../../ui/words";

export { parseVariant } from "./variant-text";

/** What can go on, and where what goes wrong is shown. */
export type Part =
  | "data"
  | "run"
  | "locus"
  | "regions"
  | "measured"
  | "attention"
  | "variants"
  | "variant"
  | "variantRows"
  | "mutagenesis"
  | "save";

/** A measured track under one that is predicted. */
export interface Overlay extends ReadMeasured {
  /** The predicted one. */
  readonly track: number;
  readonly value: BinValue;
  /** Where it is from. */
  readonly source: TableRequest;
}

/** The map of one head that is looked at. */
export interface ShownMap extends AttentionMapValues {
  readonly of: AttentionOf;
  readonly layer: number;
  readonly head: number;
}

/** Rows of attention in the window of a variant, before and after. */
export interface VariantRows {
  readonly windowBin: number;
  readonly reference: readonly Float32Array[];
  readonly alternative: readonly Float32Array[];
}

/** A stretch whose bases are replaced. */
export interface StretchOfBases {
  readonly start: number;
  readonly end: number;
}

/** The indexes of a file of sequences. */
type IndexRequests = Omit<SequencesRequest, "source">;

/** What is known of sequences before they are read. */
interface ReadingOptions {
  /** The example of the site that they are. */
  readonly example?: string | undefined;
  readonly simulated?: boolean | undefined;
  readonly indexes?: IndexRequests | undefined;
}

/** What is known at one moment. */
export interface SequenceState {
  readonly model?: CurrentModel | undefined;
  readonly sequences?: ReadSequences | undefined;
  /** Where they are from. */
  readonly source?: TableRequest | undefined;
  /** Whether they come with the site as an example, and from a simulator. */
  readonly example?: string | undefined;
  readonly simulated?: boolean | undefined;
  /** The indexes that were given with them. */
  readonly indexes?: IndexRequests | undefined;
  /** The record that is chosen. */
  readonly index: number;
  /** Of a genome that is read by slices, the place that is chosen. */
  readonly place?: Place | undefined;
  /** The places that were gone to there, in order. */
  readonly visited: readonly Place[];
  /** Regions that a file lists. */
  readonly regions?:
    { readonly file: string; readonly rows: readonly NamedRegion[]; readonly source: TableRequest } | undefined;
  /** What the list of records has. */
  readonly listing: RecordListing;
  readonly run?: TrackRun | undefined;
  /** The tracks that are shown, in order, and their values as far as they have come. */
  readonly shown: readonly number[];
  readonly values: ReadonlyMap<number, Float32Array>;
  /** Measured tracks in the order in which they came; several may lie under one that is predicted. */
  readonly overlays: readonly Overlay[];
  readonly ownScale: boolean;
  /** Measured tracks that came before there was a prediction to lie under. */
  readonly waiting: readonly TableRequest[];
  /** The bins in view: the first, and the one after the last. */
  readonly view: readonly [number, number];
  /** How many places were gone to. */
  readonly went?: number | undefined;
  /** The bin whose attention is shown. */
  readonly bin?: number | undefined;
  readonly attention?: AttentionRows | undefined;
  readonly functions?: readonly Float32Array[] | undefined;
  readonly layer: number;
  readonly head: number;
  readonly map?: ShownMap | undefined;
  /** The bases of the chosen bin, and the one of them that is chosen. */
  readonly bases?: { readonly start: number; readonly text: string } | undefined;
  readonly base?: number | undefined;
  readonly variants?:
    { readonly file: string; readonly rows: readonly VariantRow[]; readonly source: TableRequest } | undefined;
  readonly variant?: VariantChange | undefined;
  readonly variantRows?: VariantRows | undefined;
  readonly variantMap?: ShownMap | undefined;
  readonly stretch?: StretchOfBases | undefined;
  readonly mutagenesis?: (Mutagenesis & { readonly sha256: string }) | undefined;
  readonly doing: { readonly [Name in Part]?: Activity };
  readonly problems: { readonly [Name in Part]?: PlainError };
  readonly announcement: string;
}

const NOTHING: SequenceState = {
  index: 0,
  visited: [],
  listing: FIRST_RECORDS,
  shown: [],
  values: new Map(),
  overlays: [],
  ownScale: false,
  waiting: [],
  view: [0, 1],
  layer: 0,
  head: 0,
  doing: {},
  problems: {},
  announcement: "",
};

/** How many times higher one of two tracks is when the other looks flat beside it. */
const FLAT = 10;

/** What is shown on either side of a gene, as a share of its length. */
const MARGIN = 0.2;

/** Fewest bins in view. */
const CLOSEST = 8;

/** What follows a record: another run forgets it. */
const OF_RUN = {
  bin: undefined,
  bases: undefined,
  base: undefined,
  attention: undefined,
  map: undefined,
  variant: undefined,
  variantRows: undefined,
  variantMap: undefined,
  stretch: undefined,
  mutagenesis: undefined,
  overlays: [],
} as const;

/** Nothing, by name, so that setting it forgets all else. */
const FORGOTTEN: Partial<SequenceState> = {
  ...OF_RUN,
  ...NOTHING,
  sequences: undefined,
  source: undefined,
  example: undefined,
  simulated: undefined,
  run: undefined,
  indexes: undefined,
  place: undefined,
  regions: undefined,
  variants: undefined,
};

/** What the page does with sequences. */
export class SequenceSession extends Working<Part, Part, SequenceState> {
  #placed: { readonly rows: object; readonly sequences: ReadSequences; readonly places: readonly Place[] } | undefined;
  #listed: { readonly records: object; readonly listing: RecordListing; readonly order: Uint32Array } | undefined;
  /** The genes along the sequences. */
  readonly genes: KnownGenes;
  /** The scores of all variants of a VCF. */
  readonly scored: ScoredVariants;

  /** @param genes Knows genes, where they can be given. */
  constructor(
    private readonly worker: Caller<TrackCalls>,
    genes?: Caller<GeneCalls>,
  ) {
    super(NOTHING);
    this.genes = new KnownGenes(genes, this);
    this.scored = new ScoredVariants(worker, this, this.genes);
  }

  /** Takes the model that is open now. What another one predicted stays until this one has run. */
  follow(model: CurrentModel): void {
    if (this.state.model?.sha256 === model.sha256) return;
    this.cancel("run");
    this.set({ model, functions: undefined, ...(this.state.run ? {} : { layer: 0, head: 0 }) });
  }

  /** Takes files that were dropped or chosen, for what they are: a sequence before what is laid along it. */
  async openFiles(files: readonly Identified[]): Promise<readonly Filed[]> {
    const [sequence, ...more] = files.filter(({ kind }) => kind === "sequence");
    const indexes = files.filter(({ kind }) => kind === "index");
    const others = files.filter(({ kind }) => kind !== "sequence" && kind !== "index");
    const fitting = others.filter(({ kind }) => kind === "measured" || kind === "variants" || kind === "annotation");
    const strange = others.filter((each) => !fitting.includes(each));
    const filed: Filed[] = [];
    if (sequence) {
      const given = indexesFor(sequence.name, indexes);
      const isRead = await this.readSequences(requestOf(sequence), { indexes: requestsOf(given) });
      filed.push(isRead ? used(sequence, "the sequence") : unused(sequence, "it could not be read as a sequence"));
      filed.push(...indexes.map((each) => indexFiled(each, given, sequence.name, isRead)));
    } else if (indexes.length > 0) filed.push(...(await this.#openIndexes(indexes)));
    for (const each of fitting) filed.push(await this.#openAlong(each));
    // Beside something of use they are told of with it.
    if (strange.length > 0 && filed.length === 0) this.fail("data", notASequence(strange));
    return [
      ...filed,
      ...more.map((each) => unused(each, "one file of sequences is read at a time")),
      ...strange.map((each) => unused(each, `found ${inWords(each.kind)}; the open model reads sequences`)),
    ];
  }

  /** Reads the sequences that are open again, with their indexes. */
  async #openIndexes(files: readonly Identified[]): Promise<readonly Filed[]> {
    const { source, indexes } = this.state;
    const name = source?.file ?? "";
    const given = indexesFor(name, files);
    const isOf = source !== undefined && (given.fai ?? given.gzi) !== undefined;
    const isRead = isOf && (await this.readSequences(source, { indexes: { ...indexes, ...requestsOf(given) } }));
    return files.map((each) => indexFiled(each, given, name, isRead));
  }

  /** Takes what lies along a sequence. */
  async #openAlong(each: Identified): Promise<Filed> {
    const source = requestOf(each);
    if (each.kind === "annotation") return this.#openGenes(each);
    const part = each.kind === "variants" ? "variants" : "measured";
    await (part === "variants" ? this.readVariants(source) : this.readMeasured(source));
    if (this.state.problems[part]) return unread(each);
    return used(each, part === "variants" ? "variants to try" : "a measured track, under the prediction");
  }

  /** Takes genes to draw under the tracks; those of BED are places to step through as well. */
  async #openGenes(each: Identified): Promise<Filed> {
    const isRead = await this.genes.read(requestOf(each));
    const isListed = /\.bed(\.b?gz)?$/i.test(each.name) && (await this.readRegions(requestOf(each)));
    if (!isRead && !isListed) return unread(each);
    return used(each, isListed ? "regions to step through" : "genes, under the tracks");
  }

  /** Notes which sequences there are, to bring them back. */
  remember(): () => Promise<void> {
    const { sequences, source, indexes, example, variants } = this.state;
    return async () => {
      if (this.state.sequences !== sequences && source) await this.readSequences(source, { example, indexes });
      else if (this.state.sequences !== sequences) this.forget();
      this.set({ variants });
    };
  }

  /** Forgets sequences, results and what was laid beside them; the model stays. */
  forget(): void {
    this.cancelAll();
    this.genes.close();
    const { model, functions } = this.state;
    this.set({ ...FORGOTTEN, model, functions });
  }

  /** Reads sequences in place of those before. */
  async readSequences(
    source: TableRequest,
    { example, simulated = false, indexes }: ReadingOptions = {},
  ): Promise<boolean> {
    const sequences = await this.do("data", source.file, (options) =>
      this.worker.call("readSequences", { source, ...indexes }, options),
    );
    if (!sequences) return false;
    this.set({
      sequences,
      source,
      indexes,
      example,
      simulated,
      index: 0,
      place: undefined,
      visited: [],
      listing: FIRST_RECORDS,
      announcement: `${sequences.file} was read: ${counted(sequences.records.length, "record")}.`,
    });
    return true;
  }

  /** Chooses a record; where one was run before, runs this one, and comes as close to it. */
  async chooseRecord(index: number): Promise<void> {
    this.set({ index });
    const { run, view, went, sequences } = this.state;
    if (!run || sequences?.isSliced) return;
    // What is computed of yet another one is not asked for any more.
    if (this.isCurrent) return this.cancel("run");
    const width = view[1] - view[0];
    await this.#run(went, width < run.bins ? { width: width * run.bin } : {});
  }

  /** Lists other records, or in another order. */
  list(listing: RecordListing): void {
    this.set({ listing });
  }

  /** Positions of the records that are listed, in order. */
  get listed(): Uint32Array {
    const { sequences, listing } = this.state;
    const records = sequences?.records ?? [];
    if (this.#listed?.records !== records || this.#listed.listing !== listing)
      this.#listed = { records, listing, order: listRecords(records, listing) };
    return this.#listed.order;
  }

  /** The record whose tracks are shown; none where they are of other sequences. */
  get open(): number | undefined {
    const { run, sequences } = this.state;
    return run && sequences?.records[run.index] === run.record ? run.index : undefined;
  }

  /** Why nothing can be run, in a sentence. */
  get whyNot(): string | undefined {
    const { sequences, doing } = this.state;
    if (doing.data) return "The sequence is being read.";
    if (sequences?.isSliced && !this.state.place)
      return `Write a place to run, such as ${sequences.records[0]?.name}:1,000,000-1,050,000.`;
    return sequences ? undefined : "Add a sequence: a FASTA file, or bases as text.";
  }

  /** Whether the finished run is of what is chosen now. */
  get isCurrent(): boolean {
    const { run, model, sequences, index, place } = this.state;
    if (run?.model.sha256 !== model?.sha256 || run?.record !== sequences?.records[index]) return false;
    if (run === undefined) return false;
    return !sequences?.isSliced || (place !== undefined && covers(run, place));
  }

  /** Runs the model on the chosen record, or chooses another one first. */
  run(index = this.state.index): Promise<void> {
    this.set({ index });
    return this.#run(this.state.went);
  }

  /** Runs it; in view are `bases`, or `width` of them where the first track is highest, or all. */
  async #run(
    went: number | undefined,
    { bases, width }: { readonly bases?: Locus["bases"]; readonly width?: number } = {},
  ): Promise<void> {
    const { index, sequences, model, shown, run: before } = this.state;
    const record = sequences?.records[index];
    const asked = sequences?.isSliced ? this.state.place : undefined;
    if (!record || !model?.shape || (sequences.isSliced && !asked)) return;
    const region = asked && { start: asked.start, end: asked.end };
    const run = await this.do("run", asked ? placeInWords(sequences, asked) : record.name, (options) =>
      this.worker.call("predictTracks", { index, region, shown: before?.id }, options),
    );
    if (!run) return;
    if (asked) this.#visit(asked);
    const isSame = before?.model.sha256 === run.model.sha256;
    const count = model.shape.tracks;
    const place = bases && placeOf(run, bases);
    const chosen =
      isSame || (shown.length > 0 && shown.every((track) => track < count)) ? shown : firstTracks(model.card, count);
    // The worker's copy of the record is equal to ours; ours is kept, so that records can be told apart by identity.
    const now = { ...run, record, simulated: this.state.simulated };
    this.set({
      ...OF_RUN,
      run: now,
      index,
      shown: chosen,
      values: new Map(),
      view: place ?? within(0, width === undefined ? run.bins : width / run.bin, run.bins),
      went,
      ...(isSame ? {} : { layer: 0, head: 0 }),
      announcement: `Done. ${counted(run.bins, "bin")} of ${record.name} are predicted.`,
    });
    await Promise.all([this.#fetchValues(chosen), this.#fetchFunctions()]);
    const { waiting } = this.state;
    this.set({ waiting: [] });
    for (const source of waiting) await this.readMeasured(source);
    const best = strongestBin(this.state, place ?? [0, run.bins]);
    // Another one may be open meanwhile.
    if (best === undefined || this.state.run !== now) return;
    this.reveal(best);
    if ((model.shape.layers ?? 0) > 0) await this.lookAt(best);
  }

  /** The places that the list has: those of a file of regions, or those that were gone to. */
  get places(): readonly Place[] {
    const { sequences, regions, visited } = this.state;
    if (!sequences) return [];
    if (!regions) return visited;
    if (this.#placed?.rows !== regions.rows || this.#placed.sequences !== sequences)
      this.#placed = { rows: regions.rows, sequences, places: placesOf(regions.rows, sequences) };
    return this.#placed.places;
  }

  #visit(place: Place): void {
    const { visited } = this.state;
    const isThere = visited.some(
      ({ index, start, end }) => index === place.index && start === place.start && end === place.end,
    );
    if (!isThere) this.set({ visited: [...visited, place] });
  }

  /** Reads the regions that a BED file lists. */
  async readRegions(source: TableRequest): Promise<boolean> {
    const rows = await this.do("regions", source.file, (options) =>
      this.worker.call("readRegions", { source }, options),
    );
    if (!rows) return false;
    this.set({
      regions: { file: source.file, rows, source },
      announcement: `${source.file} was read: ${counted(rows.length, "region")}.`,
    });
    return true;
  }

  /** Takes the regions of a file away. */
  closeRegions(): void {
    this.set({ regions: undefined });
    this.dismiss("regions");
  }

  /** Chooses the place that is to be run. */
  choosePlace(place: Place): void {
    const { sequences } = this.state;
    if (sequences) this.set({ place: named(sequences, place) });
  }

  /**
   * Shows a place, with a share of its length on either side; runs its record, or of a genome that is read by slices the
   * place, where it is not predicted yet.
   */
  async openPlace(place: Place, margin = 0): Promise<void> {
    const { run, sequences, model } = this.state;
    const bases = basesOf(place, margin, sequences?.records[place.index]?.length);
    const went = (this.state.went ?? 0) + 1;
    const isRun = run !== undefined && this.open === place.index && run.model.sha256 === model?.sha256;
    this.dismiss("locus");
    this.set({ index: place.index, place });
    try {
      if (isRun && (!sequences?.isSliced || covers(run, place))) {
        this.#visit(place);
        await this.#goTo(place.name, bases, went);
      } else await this.#run(went, { bases });
    } catch (thrown) {
      this.fail("locus", thrown);
    }
  }

  /** Chooses which tracks are shown. */
  async show(shown: readonly number[]): Promise<void> {
    this.set({ shown: [...shown].sort((a, b) => a - b) });
    await this.#fetchValues(shown);
  }

  /** Moves the view; it stays within the record and does not come closer than a few bins. */
  look([from, to]: readonly [number, number]): void {
    this.set({ view: within(from, to, this.state.run?.bins ?? 1) });
  }

  /**
   * Shows the place that was typed, running its record where that is another one, and where the heads looked from it.
   * `isFixed` keeps to the record that is open.
   */
  async goTo(text: string, isFixed = false): Promise<void> {
    const { run, sequences, model } = this.state;
    if (sequences && this.genes.state.genes && !isPlace(text, sequences) && !isFixed)
      try {
        return await this.openPlace(await this.genes.locate(text, sequences), MARGIN);
      } catch (thrown) {
        return this.fail("locus", thrown);
      }
    if (sequences?.isSliced && (this.open !== undefined || !run) && !isFixed)
      try {
        return await this.openPlace(placeOfText(text, sequences, run?.index ?? 0, model?.shape?.length ?? 0));
      } catch (thrown) {
        return this.fail("locus", thrown);
      }
    if (!run || !sequences) return;
    this.dismiss("locus");
    // Other sequences may have been read since, which have not run.
    try {
      const { index, bases } =
        this.open !== undefined
          ? locusOf(text, sequences, run.index)
          : { ...locusOf(text, { file: run.file, records: [run.record], isSliced: false }, 0), index: run.index };
      // Another record and the place in it are one step of the way back.
      const went = (this.state.went ?? 0) + 1;
      if (index !== run.index) {
        if (isFixed) throw notOpen(text, run.record.name);
        this.set({ index });
        await this.#run(went, { bases });
      } else if (index !== this.state.index) await this.chooseRecord(index);
      if (this.state.run?.index === index) await this.#goTo(text, bases, went);
    } catch (thrown) {
      this.fail("locus", thrown);
    }
  }

  async #goTo(text: string, bases: Locus["bases"], went: number): Promise<void> {
    const { run } = this.state;
    if (!run) return;
    if (!bases) return this.look([0, run.bins]);
    const [from, to] = binsOf(run, bases);
    if (to <= 0 || from >= run.bins) throw notPredicted(text, run);
    this.set({ went });
    if (bases[0] === bases[1]) return this.chooseBase(bases[0] - 1);
    this.look([from, to]);
    // What is told of one bin is told of one that is in view.
    const { bin: chosen, view } = this.state;
    const best = strongestBin(this.state, view);
    if ((chosen === undefined || chosen < view[0] || chosen >= view[1]) && best !== undefined) await this.lookAt(best);
  }

  /** Zooms by `factor` around the bin `centre`; below 1 comes closer. */
  zoom(factor: number, centre?: number): void {
    const [from, to] = this.state.view;
    const middle = centre ?? (from + to) / 2;
    this.look([middle - (middle - from) * factor, middle + (to - middle) * factor]);
  }

  /** Moves the view by a share of its width; beyond what is predicted of a genome, the place there is run. */
  pan(share: number): void {
    const { view, run, sequences } = this.state;
    const [from, to] = view;
    const step = Math.round((to - from) * share) || Math.sign(share);
    if (!run || !sequences || this.#mayLook(step)) return this.look([from + step, to + step]);
    if (!this.canPan(step)) return;
    const { length } = run.record;
    const start = Math.max(0, Math.min(length - 1, run.origin + (from + step) * run.bin));
    const place = { index: run.index, start, end: Math.min(length, start + (to - from) * run.bin) };
    const name = placeInWords(sequences, place);
    void this.openPlace({ ...place, name });
  }

  /** Whether there is more to see on that side. */
  canPan(side: number): boolean {
    const { run } = this.state;
    if (!run) return false;
    if (this.#mayLook(side)) return true;
    if (!run.region || this.open === undefined) return false;
    return side < 0 ? run.origin > 0 : run.origin + run.bin * run.bins < run.record.length;
  }

  #mayLook(side: number): boolean {
    const { view, run } = this.state;
    return side < 0 ? view[0] > 0 : view[1] < (run?.bins ?? 0);
  }

  /** Sees to it that a bin is in view. */
  reveal(bin: number): void {
    const [from, to] = this.state.view;
    if (bin >= from && bin < to) return;
    const half = Math.floor((to - from) / 2);
    this.look([bin - half, bin - half + to - from]);
  }

  /** Shows where the heads looked from a bin. */
  async lookAt(bin: number): Promise<void> {
    const { run, model } = this.state;
    if (!run || !(bin >= 0 && bin < run.bins)) return;
    this.reveal(bin);
    this.set({ bin });
    void this.#fetchBases(run, bin);
    if (!model?.shape || model.shape.layers === 0 || run.model.sha256 !== model.sha256) return;
    const attention = await this.do("attention", `${run.record.name}, bin ${bin + 1}`, (options) =>
      this.worker.call("attentionRows", { run: run.id, bin }, options),
    );
    // Another bin may have been chosen meanwhile, or another record run.
    if (!attention || this.state.run !== run || this.state.bin !== bin) return;
    const isOther = this.state.map?.start !== attention.start;
    this.set({ attention, ...(isOther ? { map: undefined } : {}) });
    if (isOther) await this.#fetchMap();
  }

  /** Chooses a base of the record, and its bin. */
  async chooseBase(base: number): Promise<void> {
    const { run } = this.state;
    if (!run || !(base >= 0 && base < run.record.length)) return;
    this.set({ base });
    const bin = Math.max(0, Math.min(run.bins - 1, Math.floor((base - run.origin) / run.bin)));
    if (bin === this.state.bin) this.reveal(bin);
    else await this.lookAt(bin);
  }

  /** Chooses whose attention the maps show. */
  async chooseHead(layer: number, head: number): Promise<void> {
    this.set({ layer, head });
    await Promise.all([this.#fetchMap(), this.#fetchVariantMap(this.state.variantMap?.of)]);
  }

  /**
   * Lays a measured track under the predicted one that its name speaks of, under the first that has none, or under the
   * one that is said.
   */
  async readMeasured(source: TableRequest, track?: number, wanted?: BinValue): Promise<void> {
    const { run, shown, waiting } = this.state;
    if (!run)
      return this.set({ waiting: [...waiting, source], announcement: `${source.file} will lie under the prediction.` });
    const { card } = run.model;
    const under =
      track ??
      trackInName(card, source.file) ??
      shown.find((each) => !this.state.overlays.some((overlay) => overlay.track === each)) ??
      shown[0];
    if (under === undefined)
      return this.fail(
        "measured",
        new WorkerError({
          name: "InputError",
          code: "missing",
          message: `${source.file}: found measured values, but no track is shown.`,
          remedy: "Choose the track to lay them under.",
        }),
      );
    const value = wanted ?? (/\bmean\b/i.test(trackOf(card, under).unit ?? "") ? "mean" : "sum");
    const read = await this.do("measured", source.file, (options) =>
      this.worker.call("readMeasured", { run: run.id, source, value }, options),
    );
    if (!read || this.state.run !== run) return;
    // Where the units are others, one of the two would be flat.
    const most = read.values.reduce((most, each) => Math.max(most, each), 0);
    const ratio = most / (run.peaks[under] ?? 0);
    const ownScale = this.state.ownScale || (wanted === undefined && most > 0 && !(ratio > 1 / FLAT && ratio < FLAT));
    const overlay = { ...read, track: under, value, source };
    const isAgain = (each: Overlay): boolean => each.track === under && each.file === read.file;
    const { overlays } = this.state;
    this.set({
      // The same file again takes its own place; any other lies beside those that are there.
      overlays: overlays.some(isAgain)
        ? overlays.map((each) => (isAgain(each) ? overlay : each))
        : [...overlays, overlay],
      ownScale,
      announcement: `${read.file} lies under the prediction.`,
    });
    if (!this.state.shown.includes(under)) await this.show([...this.state.shown, under]);
  }

  /** Takes a measured track away. */
  removeMeasured(overlay: Overlay): void {
    this.set({ overlays: this.state.overlays.filter((each) => each !== overlay) });
  }

  /** Lays a measured track under another predicted one. */
  moveMeasured(overlay: Overlay, to: number): void {
    this.set({ overlays: this.state.overlays.map((each) => (each === overlay ? { ...each, track: to } : each)) });
    if (!this.state.shown.includes(to)) void this.show([...this.state.shown, to]);
  }

  /** Chooses how the measured bases of a bin become its value. */
  async chooseValue(overlay: Overlay, value: BinValue): Promise<void> {
    if (overlay.value !== value) await this.readMeasured(overlay.source, overlay.track, value);
  }

  /** Gives measured tracks a scale of their own, or that of the predicted ones. */
  scaleMeasured(ownScale: boolean): void {
    this.set({ ownScale });
  }

  /** Reads the rows of a VCF file. */
  async readVariants(source: TableRequest): Promise<void> {
    const rows = await this.do("variants", source.file, (options) =>
      this.worker.call("readVariants", { source }, options),
    );
    if (!rows) return;
    this.set({
      variants: { file: source.file, rows, source },
      announcement: `${source.file} was read: ${counted(rows.length, "variant")}.`,
    });
    // Of a genome a reader who brings variants wants the first of them.
    const { sequences, place } = this.state;
    const on = ({ chromosome }: VariantRow): number => (sequences ? recordNamed(sequences, chromosome) : -1);
    const first = sequences?.isSliced && !place ? rows.find((row) => on(row) >= 0) : undefined;
    if (first) this.choosePlace(placeOfVariant(on(first), first));
  }

  /**
   * Predicts what a variant of a record changes. `name` is a chromosome as the variant names it; without it the chosen
   * record is meant.
   */
  async tryVariant(variant: Variant, name?: string): Promise<void> {
    this.dismiss("variant");
    const { sequences, index: chosen, model } = this.state;
    if (!sequences || !model?.shape)
      return this.#refuseVariant(
        new WorkerError({
          name: "InputError",
          code: "missing",
          message: "A variant needs the sequence that it changes.",
          remedy: "Give it the FASTA file of its chromosome first.",
        }),
      );
    const index = name === undefined ? chosen : recordNamed(sequences, name);
    const record = sequences.records[index];
    if (!record) return this.#refuseVariant(noSuchRecord(name ?? "", sequences));
    const { run: shown } = this.state;
    const place = sequences.isSliced ? named(sequences, placeOfVariant(index, variant)) : undefined;
    if (index !== chosen || !this.isCurrent || (place && !(shown && covers(shown, place)))) {
      this.set({ index, place });
      await this.run();
      // Where that was cancelled another one is open.
      if (!this.isCurrent || this.state.index !== index) return;
    }
    const run = this.state.run?.id;
    if (run === undefined) return;
    const change = await this.do(
      "variant",
      `${record.name}:${variant.position + 1} ${variant.reference}>${variant.alternative}`,
      (options) => this.worker.call("variantEffect", { run, variant }, options),
    );
    if (!change) {
      // Under an error stands nothing of another variant; one that is cancelled leaves what was there.
      if (this.state.problems.variant) this.#closeVariant();
      return;
    }
    this.set({
      variant: change,
      variantRows: undefined,
      variantMap: undefined,
      announcement: "The variant’s effect is there.",
    });
    // What is shown of the record follows.
    void this.chooseBase(variant.position);
    if (!change.attends) return;
    const windowBin = Math.max(
      0,
      Math.min(model.shape.bins - 1, Math.floor((variant.position - change.start) / model.shape.bin)),
    );
    await this.lookAtVariant(windowBin);
    await this.#fetchVariantMap("change");
  }

  /** Shows where a bin of the variant's window looked before and after. */
  async lookAtVariant(windowBin: number): Promise<void> {
    const { variant } = this.state;
    if (!variant) return;
    const rows = await this.do("variantRows", "attention", (options) =>
      this.worker.call("variantRows", { variant: variant.id, windowBin }, options),
    );
    if (rows && this.state.variant === variant) this.set({ variantRows: { windowBin, ...rows } });
  }

  /** Chooses what the map of a variant's window shows. */
  async chooseVariantMap(of: AttentionOf): Promise<void> {
    await this.#fetchVariantMap(of);
  }

  /** Takes the variant away, and what was wrong with one. */
  closeVariant(): void {
    this.#closeVariant();
    this.dismiss("variant");
  }

  #closeVariant(): void {
    this.set({ variant: undefined, variantRows: undefined, variantMap: undefined });
  }

  /** Says why a variant cannot be tried; what was shown of another one goes. */
  #refuseVariant(why: WorkerError): void {
    this.#closeVariant();
    this.fail("variant", why);
  }

  /** Chooses the stretch whose bases are replaced. */
  chooseStretch(stretch: StretchOfBases): void {
    this.set({ stretch });
  }

  /** Replaces every base of the chosen stretch; `around` bins on either side of its own are summed. */
  async mutate(around: number | undefined): Promise<void> {
    const { stretch, run, model } = this.state;
    if (!stretch || !run || !model) return;
    const found = await this.do("mutagenesis", run.record.name, (options) =>
      this.worker.call("mutagenesis", { run: run.id, ...stretch, around }, options),
    );
    if (found && this.state.run === run)
      this.set({
        mutagenesis: { ...found, sha256: model.sha256 },
        announcement: `All bases of ${stretch.end - stretch.start} positions were replaced.`,
      });
    // Under an error stands nothing of another stretch; one that is cancelled leaves what was there.
    else if (this.state.problems.mutagenesis) this.set({ mutagenesis: undefined });
  }

  /** Tracks as a file; undefined where that failed, which is then shown. */
  async file(format: TrackFormat, tracks: readonly number[]): Promise<Blob | undefined> {
    const run = this.state.run?.id;
    if (run === undefined) return undefined;
    return this.do("save", "the file", (options) => this.worker.call("tracksFile", { run, format, tracks }, options));
  }

  /** Says what is wrong with what was typed; what was shown of something else goes. */
  refuse(part: "variant" | "mutagenesis", message: string, remedy: string): void {
    const why = new WorkerError({ name: "InputError", code: "bad-input", message, remedy });
    if (part === "variant") return this.#refuseVariant(why);
    this.set({ mutagenesis: undefined });
    this.fail(part, why);
  }

  async #fetchValues(tracks: readonly number[]): Promise<void> {
    const { run, values } = this.state;
    const wanted = tracks.filter((track) => !values.has(track));
    if (!run || wanted.length === 0) return;
    try {
      const came = await this.worker.call("trackValues", { run: run.id, tracks: wanted });
      if (this.state.run === run)
        this.set({ values: new Map([...this.state.values, ...wanted.map((track, i) => [track, came[i]] as const)]) });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  async #fetchBases(run: TrackRun, bin: number): Promise<void> {
    const [start, end] = [
      Math.max(0, run.origin + bin * run.bin),
      Math.min(run.record.length, run.origin + (bin + 1) * run.bin),
    ];
    try {
      const text = end > start ? await this.worker.call("bases", { run: run.id, start, end }) : "";
      const { base } = this.state;
      if (this.state.run === run && this.state.bin === bin)
        this.set({
          bases: { start, text },
          base: base !== undefined && base >= start && base < end ? base : undefined,
        });
    } catch (thrown) {
      this.fail("variant", thrown);
    }
  }

  async #fetchFunctions(): Promise<void> {
    if (this.state.functions) return;
    try {
      this.set({ functions: await this.worker.call("positionFunctions", {}) });
    } catch (thrown) {
      this.fail("attention", thrown);
    }
  }

  async #fetchMap(): Promise<void> {
    const { attention, run, layer, head } = this.state;
    if (!attention || !run) return;
    const map = await this.#mapOf("bin", run.id, "attention");
    if (map && this.state.run === run && this.state.layer === layer && this.state.head === head) this.set({ map });
  }

  async #fetchVariantMap(of: AttentionOf | undefined): Promise<void> {
    const { variant } = this.state;
    if (!variant?.attends || of === undefined) return;
    const variantMap = await this.#mapOf(of, variant.id, "variant");
    if (variantMap && this.state.variant === variant) this.set({ variantMap });
  }

  /** Of the run, or the variant, of `id`. */
  async #mapOf(of: AttentionOf, id: number, part: Part): Promise<ShownMap | undefined> {
    const { run, variant, layer, head } = this.state;
    try {
      return { ...(await this.worker.call("attentionMap", { of, id, layer, head })), of, layer, head };
    } catch (thrown) {
      if (this.state.run === run && this.state.variant === variant) this.fail(part, thrown);
      return undefined;
    }
  }

  protected override placeOf(part: Part): Part {
    return part === "variantRows" ? "variant" : part;
  }

  protected override doing(part: Part, activity: Activity | undefined): Partial<SequenceState> {
    return { doing: { ...this.state.doing, [part]: activity } };
  }

  protected override problem(part: Part, problem: PlainError | undefined): Partial<SequenceState> {
    return { problems: { ...this.state.problems, [part]: problem } };
  }

  /** Where the run of another record is cancelled, the one that is open stays. */
  protected override cancelled(part: Part): Partial<SequenceState> {
    const open = part === "run" ? this.open : undefined;
    const { run, place: asked } = this.state;
    const region = open === undefined ? undefined : run?.region;
    const place = region ? { name: "", index: run!.index, ...region } : asked;
    return { index: open ?? this.state.index, place, announcement: "Cancelled." };
  }
}

/** A place that has a name: as it is written, where it has no other. */
function named(sequences: ReadSequences, place: Place): Place {
  return { ...place, name: place.name || placeInWords(sequences, place) };
}

/** A view of whole bins within the record, not closer than a few. */
export function within(from: number, to: number, bins: number): readonly [number, number] {
  const size = Math.min(bins, Math.max(CLOSEST, Math.round(to - from)));
  const first = Math.max(0, Math.min(bins - size, Math.round(from)));
  return [first, first + size];
}

function requestOf({ file, name }: Identified): TableRequest {
  return { blob: file, file: name };
}

function requestsOf({ fai, gzi }: IndexFiles): IndexRequests {
  return { ...(fai ? { fai: requestOf(fai) } : {}), ...(gzi ? { gzi: requestOf(gzi) } : {}) };
}

/** The bins of bases that are counted from 1: the first, and the one after the last. */
function binsOf({ origin, bin }: TrackRun, [first, last]: NonNullable<Locus["bases"]>): readonly [number, number] {
  const of = (base: number): number => Math.floor((base - 1 - origin) / bin);
  return [of(first), of(last) + 1];
}

/** The view of a place; none for a single base, of which all is shown, and for a place that is not predicted. */
function placeOf(run: TrackRun, bases: NonNullable<Locus["bases"]>): readonly [number, number] | undefined {
  const [from, to] = binsOf(run, bases);
  return bases[0] === bases[1] || to <= 0 || from >= run.bins ? undefined : within(from, to, run.bins);
}

/** The bin in view with the highest value of the first track that is shown. */
function strongestBin({ shown, values }: SequenceState, [from, to]: readonly [number, number]): number | undefined {
  const first = shown[0] === undefined ? undefined : values.get(shown[0])?.subarray(from, to);
  return first && from + first.reduce((best, value, bin) => (value > first[best]! ? bin : best), 0);
}

function notOpen(text: string, record: string): WorkerError {
  return new WorkerError({
    name: "InputError",
    code: "no-such-place",
    message: `${text.trim()}: these are the tracks of ${record}.`,
    remedy: `Write a place of ${record}.`,
  });
}

function notPredicted(text: string, { record, origin, bin, bins }: TrackRun): WorkerError {
  const predicted = `${formatCount(Math.max(1, origin + 1))}-${formatCount(Math.min(record.length, origin + bins * bin))}`;
  return new WorkerError({
    name: "InputError",
    code: "not-predicted",
    message: `${text.trim()}: the model reads these bases, but predicts ${predicted} of ${record.name}.`,
    remedy: `Write a place within ${predicted}.`,
  });
}

function noSuchRecord(name: string, { file, records }: ReadSequences): WorkerError {
  const some = records.slice(0, 4).map((record) => record.name);
  return new WorkerError({
    name: "InputError",
    code: "no-such-record",
    message: `found a variant on ${name}; ${file} has ${some.join(", ")}${records.length > some.length ? `, … (${records.length} records)` : ""}.`,
    remedy: "Give it the FASTA file that has this chromosome under this name.",
  });
}

function notASequence(files: readonly Identified[]): WorkerError {
  return new WorkerError({
    name: "InputError",
    code: "another-family",
    message: `${files.map(({ name, kind }) => `${name}: found ${inWords(kind)}`).join("; ")}; expected a sequence (FASTA), a measured track (bedGraph or bigWig) or variants (VCF). The chosen model reads sequences.`,
    remedy: "Choose a model of histone marks for a table; a FASTA file begins with > and a name.",
  });
}
