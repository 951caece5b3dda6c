/** State and actions of the page for models of tracks. Loaded when such a model is opened. */

import type { Variant, VariantRow } from "../../../../pkg/src/index";
import { WorkerError } from "../../rpc/errors";
import type { Caller } from "../../rpc/rpc";
import type { Correlations } from "../../session/correlations";
import type { FileKind, Identified } from "../../session/files";
import { type Filed, inWords, unread, unused, used } from "../../session/intake";
import type { TableRequest } from "../../session/opened";
import type { CurrentModel } from "../../session/state";
import { Working } from "../../rpc/working";
import { counted } from "../../ui/words";
import { knownAssembly, type SaidAssembly } from "../shared/assemblies";
import type { TrackCalls } from "./calls";
import { type GeneCalls, KnownGenes } from "./genes/known";
import { recordNamed } from "./places/locus";
import { Tests } from "./explained/test-session";
import { Motifs } from "./motifs/session";
import type { Page } from "../../session/page";
import { Places, type ViewAfter } from "./places/session";
import { covers, indexFiled, type IndexFiles, indexesFor, named, placeInWords, placeOfVariant } from "./places/places";
import { FIRST_RECORDS, listRecords, type RecordListing } from "./records/order";
import { firstTracks, type ReadSequences } from "./result";
import { ShownTracks, strongestBin, viewOf, within } from "./run/session";
import { changeInWords, leftInWords, type OneChange } from "./all/one-change";
import type { ScoredVariants } from "./variants/scored";
import {
  CLEARED,
  EMPTY,
  type IndexRequests,
  type KnownSites,
  OF_RUN,
  type Part,
  type SequenceState,
} from "./session-state";

export { within } from "./run/session";
export type { Overlay, Part, SequenceState, ShownMap, StretchOfBases, VariantRows } from "./session-state";
export { parseVariant } from "./variants/text";

/** Number of bins in view around a variant. */
const NEAR_BINS = 160;

/** Kinds of files shown along a sequence. */
const ALONG: ReadonlySet<FileKind> = new Set(["measured", "variants", "annotation", "peaks", "motifs", "sites"]);

/** Facts about sequences before they are read. */
interface ReadingOptions {
  /** The site's example that they belong to. */
  readonly example?: string | undefined;
  readonly simulated?: boolean | undefined;
  readonly indexes?: IndexRequests | undefined;
  /** Source of their planted sites. */
  readonly planted?: TableRequest | undefined;
}

/** Actions of the page on sequences. */
export class SequenceSession extends Working<Part, SequenceState> {
  #listed: { readonly records: object; readonly listing: RecordListing; readonly order: Uint32Array } | undefined;
  readonly tracks = new ShownTracks(this);
  readonly motifs = new Motifs(this);
  readonly tests = new Tests(this);
  readonly places: Places;
  /** The genes along the sequences. */
  readonly genes: KnownGenes;
  /** The last change of all records: the file of its variants, and a note on unchanged records. */
  changedRecords: { readonly file: string; readonly left: string } | undefined;
  /** The scores of all variants of a VCF; missing in an element, which scores none. */
  readonly scored!: ScoredVariants;

  /**
   * @param genes Provides genes, if they can be opened.
   * @param correlations Provides correlations of measured and predicted tracks; without it none are shown.
   * @param scoring Makes the scorer of variants, which an element omits.
   */
  constructor(
    readonly worker: Caller<TrackCalls>,
    genes?: Caller<GeneCalls>,
    readonly correlations?: Correlations,
    scoring?: (session: SequenceSession) => ScoredVariants,
  ) {
    super(EMPTY);
    this.genes = new KnownGenes(genes, this);
    this.places = new Places(this, this.tracks, this.genes);
    if (scoring) this.scored = scoring(this);
  }

  /** Adopts the open model. Predictions of the previous one stay until this one has run. */
  follow(model: CurrentModel): void {
    if (this.state.model?.sha256 === model.sha256) return;
    this.cancel("run");
    this.set({ model, functions: undefined, ...(this.state.run ? {} : { layer: 0, head: 0 }) });
  }

  /** Opens dropped or chosen files by kind: a sequence before files along it. */
  async openFiles(files: readonly Identified[]): Promise<readonly Filed[]> {
    const [sequence, ...more] = files.filter(({ kind }) => kind === "sequence");
    const indexes = files.filter(({ kind }) => kind === "index");
    const others = files.filter(({ kind }) => kind !== "sequence" && kind !== "index");
    const fitting = others.filter(({ kind }) => ALONG.has(kind));
    const strange = others.filter((each) => !fitting.includes(each));
    const filed: Filed[] = [];
    if (sequence) {
      const given = indexesFor(sequence.name, indexes);
      const isRead = await this.readSequences(requestOf(sequence), { indexes: requestsOf(given) });
      filed.push(isRead ? used(sequence, "the sequence") : unused(sequence, "it could not be read as a sequence"));
      filed.push(...indexes.map((each) => indexFiled(each, given, sequence.name, isRead)));
    } else if (indexes.length > 0) filed.push(...(await this.#openIndexes(indexes)));
    for (const each of fitting) filed.push(await this.#openAlong(each));
    // If another file was used, they are reported together with it.
    if (strange.length > 0 && filed.length === 0) this.fail("data", notASequence(strange));
    return [
      ...filed,
      ...more.map((each) => unused(each, "one file of sequences is read at a time")),
      ...strange.map((each) => unused(each, `found ${inWords(each.kind)}; the open model reads sequences`)),
    ];
  }

  /** Reopens the current sequences with their indexes. */
  async #openIndexes(files: readonly Identified[]): Promise<readonly Filed[]> {
    const { source, indexes, example, simulated } = this.state;
    const name = source?.file ?? "";
    const given = indexesFor(name, files);
    const isOf = source !== undefined && (given.fai ?? given.gzi) !== undefined;
    const isRead =
      isOf && (await this.readSequences(source, { example, simulated, indexes: { ...indexes, ...requestsOf(given) } }));
    return files.map((each) => indexFiled(each, given, name, isRead));
  }

  /** Opens a file along a sequence. */
  async #openAlong(each: Identified): Promise<Filed> {
    const source = requestOf(each);
    if (each.kind === "annotation") return this.#openGenes(each);
    if (each.kind === "peaks")
      return (await this.places.readRegions(source)) ? used(each, "regions to step through") : unread(each);
    if (each.kind === "motifs")
      return (await this.motifs.read(source)) ? used(each, "motifs, to name stretches by") : unread(each);
    if (each.kind === "sites")
      return (await this.tests.readPlanted(source)) ? used(each, "what was planted, beside the tests") : unread(each);
    const part = each.kind === "variants" ? "variants" : "measured";
    await (part === "variants" ? this.readVariants(source) : this.tracks.readMeasured(source));
    if (this.state.problems[part]) return unread(each);
    return used(each, part === "variants" ? "variants to try" : "a measured track, under the prediction");
  }

  /** Opens genes to draw under the tracks; a BED file also provides regions to step through. */
  async #openGenes(each: Identified): Promise<Filed> {
    const isRead = await this.genes.read(requestOf(each));
    const isListed = /\.bed(\.b?gz)?$/i.test(each.name) && (await this.places.readRegions(requestOf(each)));
    if (!isRead && !isListed) return unread(each);
    return used(each, isListed ? "regions to step through" : "genes, under the tracks");
  }

  /** Captures the current sequences, and returns a function that restores them. */
  remember(): () => Promise<void> {
    const { sequences, source, indexes, example, simulated, variants, motifs, planted } = this.state;
    return async () => {
      if (this.state.sequences !== sequences && source)
        await this.readSequences(source, { example, simulated, indexes });
      else if (this.state.sequences !== sequences) this.forget();
      this.set({ variants, planted });
      if (!motifs) this.motifs.close();
      else if (this.state.motifs !== motifs) await this.motifs.read(motifs.source);
    };
  }

  /** Discards sequences, results and further files; the model stays. */
  forget(): void {
    this.cancelAll();
    this.genes.close();
    this.motifs.close();
    const { model, functions } = this.state;
    this.set({ ...CLEARED, model, functions });
  }

  /** Reads sequences, in place of earlier ones. */
  async readSequences(
    source: TableRequest,
    { example, simulated, indexes, planted }: ReadingOptions = {},
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
      // An example states this; for the reader's own file it is unknown.
      simulated: simulated ?? (example === undefined ? undefined : false),
      assembly: undefined,
      planted: planted ? { source: planted } : this.#ownSites,
      index: 0,
      place: undefined,
      visited: [],
      listing: FIRST_RECORDS,
      announcement: `${sequences.file} was read: ${counted(sequences.records.length, "record")}.`,
    });
    return true;
  }

  /**
   * Planted sites opened by the reader, which may belong to the next sequences; those of an example do not.
   */
  get #ownSites(): KnownSites | undefined {
    const { planted } = this.state;
    return planted && "blob" in planted.source ? planted : undefined;
  }

  /** Sets the assembly of the sequences, as stated by the user, also for existing results. */
  sayAssembly(assembly: SaidAssembly): void {
    const { run, sequences } = this.state;
    const isOfRun = run && sequences?.records[run.index] === run.record;
    this.set({
      assembly,
      ...(isOfRun ? { run: { ...run, assembly: knownAssembly(sequences.records, assembly) } } : {}),
    });
    // Intervals have no guarantee for another assembly, and return for the model's own.
    if (isOfRun) void this.tracks.cover(this.state.coverage);
  }

  /** Selects a record; if another was run before, runs this one, and keeps the zoom. */
  async chooseRecord(index: number): Promise<void> {
    this.set({ index });
    const { run, view, went, sequences } = this.state;
    if (!run || sequences?.isSliced) return;
    // A run of yet another record is no longer needed.
    if (this.isCurrent) return this.cancel("run");
    const width = view[1] - view[0];
    await this.runChosen(went, width < run.bins ? { width: width * run.bin } : {});
  }

  /** Indices of the listed records, in order. */
  get listed(): Uint32Array {
    const { sequences, listing } = this.state;
    const records = sequences?.records ?? [];
    if (this.#listed?.records !== records || this.#listed.listing !== listing)
      this.#listed = { records, listing, order: listRecords(records, listing) };
    return this.#listed.order;
  }

  /** The record of the displayed tracks; undefined if they belong to other sequences. */
  get open(): number | undefined {
    const { run, sequences } = this.state;
    return run && sequences?.records[run.index] === run.record ? run.index : undefined;
  }

  /** Reason why nothing can run, in a sentence. */
  get whyNot(): string | undefined {
    const { sequences, doing } = this.state;
    if (doing.data) return "The sequence is being read.";
    if (sequences?.isSliced && !this.state.place)
      return `Write a place to run, such as ${sequences.records[0]?.name}:1,000,000-1,050,000.`;
    return sequences ? undefined : "Add a sequence: a FASTA file, or bases as text.";
  }

  /** True if the finished run matches the current selection. */
  get isCurrent(): boolean {
    const { run, model, sequences, index, place } = this.state;
    if (run?.model.sha256 !== model?.sha256 || run?.record !== sequences?.records[index]) return false;
    if (run === undefined) return false;
    return !sequences?.isSliced || (place !== undefined && covers(run, place));
  }

  /** Reruns the selection with the mean of all seeds of its model; the same bases stay in view. */
  async useAllSeeds(page: Pick<Page, "chooseWeights">): Promise<void> {
    const { run, went } = this.state;
    const [from, to] = this.state.view;
    if (!run) return;
    const bases = [run.origin + from * run.bin + 1, run.origin + to * run.bin] as const;
    await page.chooseWeights("ensemble", false);
    if (this.whyNot === undefined && !this.isCurrent && this.state.run === run) await this.runChosen(went, { bases });
  }

  /** Runs the model on the selected record, or selects another one first. */
  run(index = this.state.index): Promise<void> {
    this.set({ index });
    return this.runChosen(this.state.went);
  }

  /** Runs the selection and shows `bases`, or `width` bases around the maximum of the first track, or all. */
  async runChosen(went: number | undefined, { bases, width }: ViewAfter = {}): Promise<void> {
    const { index, sequences, model, shown, run: before } = this.state;
    const record = sequences?.records[index];
    const asked = sequences?.isSliced ? this.state.place : undefined;
    if (!record || !model?.shape || (sequences.isSliced && !asked)) return;
    const region = asked && { start: asked.start, end: asked.end };
    const run = await this.do("run", asked ? placeInWords(sequences, asked) : record.name, (options) =>
      this.worker.call("predictTracks", { index, region, shown: before?.id }, options),
    );
    if (!run) return;
    if (asked) this.places.visit(asked);
    const isSame = before?.model.sha256 === run.model.sha256;
    const count = model.shape.tracks;
    const place = bases && viewOf(run, bases);
    const chosen =
      isSame || (shown.length > 0 && shown.every((track) => track < count)) ? shown : firstTracks(model.card, count);
    // The worker's copy of the record is equal; ours is used, since records are compared by identity.
    const { simulated, assembly } = this.state;
    const now = { ...run, record, simulated, assembly: knownAssembly(sequences.records, assembly) };
    this.set({
      ...OF_RUN,
      run: now,
      index,
      shown: chosen,
      values: new Map(),
      spreads: new Map(),
      intervals: new Map(),
      noIntervals: undefined,
      view: place ?? within(0, width === undefined ? run.bins : width / run.bin, run.bins),
      went,
      ...(isSame ? {} : { layer: 0, head: 0 }),
      announcement: `Done. ${counted(run.bins, "bin")} of ${record.name} are predicted.`,
    });
    await Promise.all([this.tracks.fetchValues(chosen), this.tracks.fetchFunctions()]);
    const { waiting } = this.state;
    this.set({ waiting: [] });
    for (const source of waiting) await this.tracks.readMeasured(source);
    const best = strongestBin(this.state, place ?? [0, run.bins]);
    // Another run may be displayed by now.
    if (best === undefined || this.state.run !== now) return;
    this.tracks.reveal(best);
    if ((model.shape.layers ?? 0) > 0) await this.tracks.lookAt(best);
  }

  /** Reads the variants of a VCF; for a saved part of them, `of` is the total number. */
  async readVariants(source: TableRequest, of?: number): Promise<void> {
    const rows = await this.do("variants", source.file, (options) =>
      this.worker.call("readVariants", { source }, options),
    );
    if (!rows) return;
    this.set({
      variants: { file: source.file, rows, source, of: of !== undefined && of > rows.length ? of : undefined },
      announcement: `${source.file} was read: ${counted(rows.length, "variant")}.`,
    });
    // A reader who opens variants needs a region or a record that contains some.
    const { sequences, place, index } = this.state;
    const on = ({ chromosome }: VariantRow): number => (sequences ? recordNamed(sequences, chromosome) : -1);
    const first = rows.find((row) => on(row) >= 0);
    if (!first || this.open !== undefined) return;
    if (!sequences?.isSliced) this.set({ index: rows.some((row) => on(row) === index) ? index : on(first) });
    else if (!place) this.places.choose(placeOfVariant(on(first), first));
  }

  /** Applies one change to all listed records, as variants of a new file, and scores them. */
  async changeRecords(change: OneChange): Promise<void> {
    // In the order of the file.
    const only = [...this.listed].sort((a, b) => a - b);
    const made = await this.do("variants", "all records", (options) =>
      this.worker.call("changeRecords", { change, only }, options),
    );
    if (!made) return;
    const left = leftInWords(made);
    if (made.changed === 0) return this.refuse("variants", "No record was changed.", left);
    const file = `${changeInWords(change)}.vcf`;
    this.changedRecords = { file, left };
    await this.readVariants({ blob: new Blob([made.vcf], { type: "text/plain" }), file });
    if (this.state.variants?.file === file) await this.scored.score();
  }

  /**
   * Predicts the effect of a variant of a record. `name` is the variant's chromosome; by default the selected record.
   */
  async tryVariant(variant: Variant, name?: string): Promise<void> {
    this.dismiss("variant");
    const { sequences, index: chosen, model } = this.state;
    this.set({ tried: { variant, index: name === undefined || !sequences ? chosen : recordNamed(sequences, name) } });
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
      // After a cancel another record is open.
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
      // An error is not shown together with an earlier variant; a cancel leaves that in place.
      if (this.state.problems.variant) this.#closeVariant();
      return;
    }
    this.set({
      variant: change,
      variantMotifs: undefined,
      variantRows: undefined,
      variantMap: undefined,
      announcement: "The variant’s effect is there.",
    });
    // The views of the record follow.
    void this.tracks.chooseBase(variant.position);
    void this.motifs.nameVariant();
    if (!change.attends) return;
    const windowBin = Math.max(
      0,
      Math.min(model.shape.bins - 1, Math.floor((variant.position - change.start) / model.shape.binSize)),
    );
    await this.lookAtVariant(windowBin);
    await this.tracks.fetchVariantMap("change");
  }

  /** True if the last variant tried is in the file of variants, whose table shows it. */
  get isTriedListed(): boolean {
    const { tried } = this.state;
    return tried !== undefined && this.scored.rowOf(tried) !== undefined;
  }

  /** Shows the bins around a base, unless they are in a close view already. */
  lookAround(base: number): void {
    const { run, view } = this.state;
    if (!run) return;
    const bin = Math.floor((base - run.origin) / run.bin);
    const [from, to] = view;
    if (from <= bin && bin < to && to - from <= NEAR_BINS) return;
    this.tracks.look(within(bin - NEAR_BINS / 2, bin + NEAR_BINS / 2, run.bins));
  }

  /** Shows the attention from a bin of the variant's window, before and after. */
  async lookAtVariant(windowBin: number): Promise<void> {
    const { variant } = this.state;
    if (!variant) return;
    const rows = await this.do("variantRows", "attention", (options) =>
      this.worker.call("variantRows", { variant: variant.id, windowBin }, options),
    );
    if (rows && this.state.variant === variant) this.set({ variantRows: { windowBin, ...rows } });
  }

  /** Closes the variant, and removes its error. */
  closeVariant(): void {
    this.#closeVariant();
    this.dismiss("variant");
  }

  #closeVariant(): void {
    this.set({ variant: undefined, variantMotifs: undefined, variantRows: undefined, variantMap: undefined });
  }

  /** Shows why a variant cannot be tried, and closes an earlier one. */
  #refuseVariant(why: WorkerError): void {
    this.#closeVariant();
    this.fail("variant", why);
  }

  /** Substitutes every base of the selected stretch; `around` bins on either side are summed too. */
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
    // An error is not shown together with an earlier stretch; a cancel leaves that in place.
    else if (this.state.problems.mutagenesis) this.set({ mutagenesis: undefined });
  }

  protected override placeOf(part: Part): Part {
    return part === "variantRows" ? "variant" : part;
  }

  /** If the run of another record is cancelled, the open one stays. */
  protected override cancelled(part: Part): Partial<SequenceState> {
    const open = part === "run" ? this.open : undefined;
    const { run, place: asked } = this.state;
    const region = open === undefined ? undefined : run?.region;
    const place = region ? { name: "", index: run!.index, ...region } : asked;
    return { index: open ?? this.state.index, place, announcement: "Cancelled." };
  }

  /** Shows what is wrong with the input, and removes earlier results. */
  refuse(part: "variant" | "variants" | "mutagenesis", message: string, remedy: string): void {
    const why = new WorkerError({ name: "InputError", code: "bad-input", message, remedy });
    if (part === "variant") return this.#refuseVariant(why);
    this.set({ mutagenesis: undefined });
    this.fail(part, why);
  }
}

function requestOf({ file, name }: Identified): TableRequest {
  return { blob: file, file: name };
}

function requestsOf({ fai, gzi }: IndexFiles): IndexRequests {
  return { ...(fai ? { fai: requestOf(fai) } : {}), ...(gzi ? { gzi: requestOf(gzi) } : {}) };
}

function noSuchRecord(name: string, { file, records }: ReadSequences): WorkerError {
  const some = records.slice(0, 4).map((record) => record.name);
  return new WorkerError({
    name: "InputError",
    code: "no-such-record",
    message:
      `found a variant on ${name}; ${file} has ` +
      `${some.join(", ")}${records.length > some.length ? `, … (${records.length} records)` : ""}.`,
    remedy: "Give it the FASTA file that has this chromosome under this name.",
  });
}

function notASequence(files: readonly Identified[]): WorkerError {
  return new WorkerError({
    name: "InputError",
    code: "another-family",
    message:
      `${files.map(({ name, kind }) => `${name}: found ${inWords(kind)}`).join("; ")}; expected a sequence ` +
      "(FASTA), a measured track (bedGraph or bigWig), variants (VCF) or motifs (MEME or JASPAR). The chosen model " +
      "reads sequences.",
    remedy: "Choose a model of histone marks for a table; a FASTA file begins with > and a name.",
  });
}
