/** What the page does: every action of the user, in terms of calls to the worker and changes of the state. */

import type { CatalogueExample, CatalogueModel, DeviceChoice, DeviceReport } from "../../../pkg/src/index";
import type { ModelRequest, OpenedModel, Preparation, TableRequest } from "./opened";
import type { Address, View } from "./address";
import { type Activity, Working } from "./working";
import { fileOf } from "../model/catalogue-view";
import { briefCell, type Cell, cellInName, cellName } from "../tasks/shared/cells";
import { isOfChange, isOfTracks, taskOf } from "../../../pkg/src/card";
import { taskOfExample } from "../tasks/index";
import { compareRuns } from "../compare/comparison";
import { Explanations } from "../explain/explanations";
import { type FileKind, kindOf, looksLikeExport, looksLikeModel } from "./file-kind";
import { NOTHING_ACCEPTED, preparationOf } from "./preparation";
import type { PrepareSession } from "../prepare/session";
import type { SequenceSession } from "../tasks/tracks/session";
import { looksLikeWorkspace } from "../workspace/kind";
import type { Accepted } from "./preparation";
import {
  type CurrentRun,
  type CurrentTable,
  INITIAL,
  isKept,
  type KeptRun,
  MOST_KEPT,
  type Place,
  runName,
  type State,
  whyNot,
} from "./state";
import { rememberWeights, type Weights } from "../model/weights";
import type { PageWorker } from "../worker/calls";
import type { PlainError } from "../rpc/errors";

/** Things that take time, by the part of the state that shows them. */
type Doing = "opening" | "readying" | "reading" | "readingB" | "running" | "comparing";

/** Where what goes wrong with them is shown. */
const PLACES: Readonly<Record<Doing, Place>> = {
  opening: "model",
  readying: "run",
  reading: "data",
  readingB: "dataB",
  running: "run",
  comparing: "compare",
};

/** What the address of the page asks for. */
export type Wishes = Address;

/** Where an open model is from. */
export interface ModelOrigin {
  readonly request: ModelRequest;
  /** Its name in the catalogue, and which of its files it is; absent for the user's own file. */
  readonly id?: string | undefined;
  readonly weights?: Weights | undefined;
}

/** What stays of a state that is cleared: nothing, by name, so that setting it forgets all else. */
const BARE: Partial<State> = {
  ...INITIAL,
  ...{
    table: undefined,
    tableB: undefined,
    understanding: undefined,
    understandingB: undefined,
    run: undefined,
    change: undefined,
    selected: undefined,
    gene: undefined,
  },
  ...{
    measured: undefined,
    perturbation: undefined,
    removed: undefined,
    comparison: undefined,
    comparedGene: undefined,
  },
};

/** What in the state is about the table of A, or about that of B. */
const NAMES = {
  a: { table: "table", understanding: "understanding", accepted: "accepted", reading: "reading", data: "data" },
  b: { table: "tableB", understanding: "understandingB", accepted: "acceptedB", reading: "readingB", data: "dataB" },
} as const;

/** What the page does. */
export class Session extends Working<Doing, Place, State> {
  /** What explains the finished run. */
  readonly explanations: Explanations;

  #sequences: Promise<SequenceSession> | undefined;
  #preparing: Promise<PrepareSession> | undefined;
  #sequencesNow: SequenceSession | undefined;
  /** By SHA-256, since kept runs outlive the model that is open. */
  readonly #models = new Map<string, ModelOrigin>();
  readonly #tables = new WeakMap<CurrentTable, TableRequest>();
  readonly #counts: Partial<Record<Cell, TableRequest>> = {};

  constructor(
    readonly worker: PageWorker,
    private readonly catalogueUrl: string,
  ) {
    super(INITIAL);
    this.explanations = new Explanations(worker);
  }

  /** Reads the catalogue and opens its first model, or what the address wishes. */
  async start(wishes: Wishes = {}): Promise<void> {
    if (wishes.device) this.set({ choice: wishes.device });
    if (wishes.weights) this.set({ weights: wishes.weights });
    try {
      this.set({ catalogue: await this.worker.call("catalogue", { url: this.catalogueUrl }) });
    } catch (thrown) {
      return this.fail("site", thrown);
    }
    const { models = [], examples = [] } = this.state.catalogue ?? {};
    const example = examples.find(({ id }) => id === wishes.example);
    const model =
      models.find(({ id }) => id === wishes.model) ??
      models.find((each) => example && taskOf(each) === taskOfExample(example)) ??
      models[0];
    this.set({ unmet: unmetIds(wishes, model, example) });
    // What the user opens before the catalogue is there, or before the example is, stays.
    const isChosen = this.state.opening !== undefined || this.state.model !== undefined;
    if (model && !isChosen) await this.openModel(model);
    if (!example || isChosen || this.state.reading || this.state.table) return;
    await this.tryExample(example);
    await this.#show(wishes);
  }

  /** Shows what of the finished run an address asks for. */
  async #show(wishes: Wishes): Promise<void> {
    const { run, change, model } = this.state;
    const { showAddress } = await import("./links");
    const unmet = await showAddress(wishes, {
      session: this,
      run,
      change,
      sequences: model && isOfTracks(model.card) ? await this.sequences : undefined,
    });
    if (unmet.length > 0) this.set({ unmet: [...this.state.unmet, ...unmet] });
  }

  /** Has the page bring a part of the results into view. */
  bring(view: View): void {
    this.set({ brought: { view } });
  }

  /** Takes what the address asked for in vain off the page. */
  dismissUnmet(): void {
    this.set({ unmet: [] });
  }

  /** Opens a model of the catalogue, with the weights that were chosen where it has them. */
  openModel(model: CatalogueModel): Promise<void> {
    const { request, weights } = this.#fileOf(model);
    return this.#open(request, { id: model.id, weights });
  }

  /** Chooses how weights are stored, and opens that file of the current model. */
  async chooseWeights(weights: Weights): Promise<void> {
    this.set({ weights });
    rememberWeights(weights);
    const { model, catalogue } = this.state;
    const entry = catalogue?.models.find(({ id }) => id === model?.id);
    if (entry?.int8 && model?.weights !== weights) await this.openModel(entry);
  }

  /** What is done with sequences: loaded where a model of tracks is opened. */
  get sequences(): Promise<SequenceSession> {
    this.#sequences ??= import("../tasks/tracks/session").then(
      ({ SequenceSession }) => (this.#sequencesNow = new SequenceSession(this.worker)),
    );
    return this.#sequences;
  }

  /** The same, if it is loaded. */
  get sequencesNow(): SequenceSession | undefined {
    return this.#sequencesNow;
  }

  /** Opens what the user dropped or chose: a model file or what the model reads, told apart by content. */
  async openFile(file: File, cell?: Cell): Promise<void> {
    if (await this.#looking(looksLikeWorkspace(file))) this.set({ workspaceFile: file });
    else if (await this.#looking(looksLikeModel(file))) await this.openModelFile(file);
    else if (await this.#looking(looksLikeExport(file))) await this.openExportFile(file);
    else await this.#openData(file, file.name, cell);
  }

  /** Waits until files are told apart; nothing is run meanwhile on what they may replace. */
  async #looking<T>(answer: Promise<T>): Promise<T> {
    this.set({ lookedAt: this.state.lookedAt + 1 });
    try {
      return await answer;
    } finally {
      this.set({ lookedAt: this.state.lookedAt - 1 });
    }
  }

  /** Opens what a page of one file holds: its model, its data, and what was looked at. */
  async openExportFile(file: File): Promise<void> {
    const { elementsOf, readExported, showExported } = await import("../standalone/exported");
    const exported = await this.do("reading", file.name, async () =>
      readExported(file.name, elementsOf(await file.text())),
    );
    if (exported) await showExported(this, exported);
  }

  /** Opens what the user pasted. */
  openText(text: string): Promise<void> {
    const what = this.#readsSequences() ? "pasted sequence" : "pasted table";
    return this.#openData(new Blob([text]), what);
  }

  /** Has the open model read a file, if it is of a kind that the model reads. */
  async #openData(file: Blob, name: string, cell?: Cell): Promise<void> {
    const kind = await this.#looking(kindOf(file));
    if (this.#readsSequences()) return (await this.sequences).openFile(file, name, kind);
    if (kind === "table") return this.readTable(file, name, cell);
    if (isPrepared(kind) && file instanceof File) return this.prepare([file], cell);
    const what = {
      sequence: "a sequence (FASTA)",
      variants: "variants (VCF)",
      measured: "values along a genome (bedGraph or bigWig)",
      annotation: "genes (GTF, GFF3 or BED)",
      model: "a model",
    }[kind];
    const remedy =
      "Choose a model that predicts tracks from a sequence for it, or give this model a table with a row for each bin of each gene.";
    const error = {
      name: "InputError",
      code: "another-family",
      message: `${name}: found ${what}; expected a table of histone-mark signal, which the chosen model reads.`,
      remedy,
    };
    this.set({ problems: { ...this.state.problems, [cell === "b" ? "dataB" : "data"]: error } });
  }

  #readsSequences(): boolean {
    return this.state.model !== undefined && isOfTracks(this.state.model.card);
  }

  /** Opens what was dropped at once. A model of a change takes two tables; of any other files the first counts. */
  async openFiles(files: readonly File[]): Promise<void> {
    const [first, second] = files;
    const { model } = this.state;
    if (!first) return;
    const workspace = files[(await this.#looking(Promise.all(files.map(looksLikeWorkspace)))).indexOf(true)];
    if (workspace) return this.openFile(workspace);
    const kinds = await this.#looking(Promise.all(files.map(kindOf)));
    if (this.#readsSequences() && !(await this.#looking(looksLikeExport(first)))) {
      // A sequence before what is laid along it.
      const order = files
        .map((file, i) => ({ file, isSequence: kinds[i] === "sequence" }))
        .sort((a, b) => Number(b.isSequence) - Number(a.isSequence));
      for (const { file } of order) await this.openFile(file);
      return;
    }
    const isOther = async (file: File): Promise<boolean> =>
      (await this.#looking(looksLikeModel(file))) || this.#looking(looksLikeExport(file));
    const prepared = files.filter((_, i) => isPrepared(kinds[i]));
    if (prepared.length > 0) {
      await this.prepare(prepared);
      const others = files.filter((file) => !prepared.includes(file));
      return others.length > 0 ? this.openFiles(others) : undefined;
    }
    if (!second || !model || !isOfChange(model.card) || (await isOther(first)) || (await isOther(second)))
      return this.openFile(first);
    const { card } = model;
    const isSwapped = cellInName(card, first.name) === "b" || cellInName(card, second.name) === "a";
    const [a, b] = isSwapped ? [second, first] : [first, second];
    await Promise.all([this.readTable(a, a.name, "a"), this.readTable(b, b.name, "b")]);
  }

  /** Takes files of signal and genes, of which a table is made; without any, shows where they go. */
  async prepare(files: readonly File[] = [], cell?: Cell): Promise<void> {
    const { model } = this.state;
    if (!model) {
      const message = `${files.map(({ name }) => name).join(", ")}: a table of them has the marks and bins of a model, and none is open.`;
      return this.set({
        problems: {
          ...this.state.problems,
          data: { name: "InputError", code: "missing", message, remedy: "Choose a model, then drop them again." },
        },
      });
    }
    try {
      const preparing = this.state.preparing ?? (await this.#newPreparing());
      this.set({ preparing });
      await preparing.add(files, model.card, cell);
    } catch (thrown) {
      // Its script could not be loaded; the next time it is asked for again.
      this.#preparing = undefined;
      this.fail("data", thrown);
    }
  }

  /** Puts away what tables are made of. */
  closePrepare(): void {
    this.state.preparing?.cancel("making");
    this.set({ preparing: undefined });
  }

  /** What makes tables: loaded where it is needed, and kept, so that its files are there when it is shown again. */
  async #newPreparing(): Promise<PrepareSession> {
    this.#preparing ??= import("../prepare/session").then(
      ({ PrepareSession }) => new PrepareSession((file, cell) => this.readTable(file, file.name, cell)),
    );
    return this.#preparing;
  }

  /**
   * Opens the user's own model file; where the catalogue has it, as that. `sha256` is what its own page says it has.
   */
  openModelFile(
    file: Blob,
    { name = (file as File).name, sha256 }: { readonly name?: string; readonly sha256?: string } = {},
  ): Promise<void> {
    const known = this.#listed(sha256);
    // Only the catalogue can vouch for a file.
    const isVouched = known.id !== undefined || this.state.catalogue === undefined;
    return this.#open({ blob: file, file: name, ...(isVouched ? { sha256 } : {}) }, known);
  }

  /** The model of the catalogue that has a hash, and which of its weights do. */
  #listed(sha256: string | undefined): { id?: string; weights?: Weights } {
    if (sha256 === undefined) return {};
    const entry = this.state.catalogue?.models.find(
      (model) => model.sha256 === sha256 || model.int8?.sha256 === sha256,
    );
    return entry ? { id: entry.id, weights: entry.sha256 === sha256 ? "float16" : "int8" } : {};
  }

  /** Opens a model from where it is; one of the catalogue, as such. */
  openFrom(source: ModelRequest): Promise<void> {
    return "blob" in source
      ? this.openModelFile(source.blob, { name: source.file })
      : this.#open(source, this.#listed(source.sha256));
  }

  /** Takes a device and weights for what is opened next; what is open stays as it is. */
  prefer(choice: DeviceChoice, weights: Weights): void {
    this.set({ choice, weights });
  }

  /** Where a model that was opened is from. */
  originOf({ sha256 }: OpenedModel): ModelOrigin | undefined {
    return this.#models.get(sha256);
  }

  /** Where a table, or the measured counts of a cell type, are from. */
  sourceOf(of: CurrentTable | Cell): TableRequest | undefined {
    return typeof of === "string" ? this.#counts[of] : this.#tables.get(of);
  }

  /** Reads a table from where it is, without guessing whose it is; says whether it could be read. */
  readSource(source: TableRequest, example: Partial<CatalogueExample> | undefined, cell: Cell): Promise<boolean> {
    return this.#read(source, example, cell);
  }

  /** The address of a file of the site, by its path beside the catalogue. */
  siteFile(path: string): { readonly url: string; readonly file: string } {
    return { url: new URL(path, this.catalogueUrl).href, file: path.slice(path.lastIndexOf("/") + 1) };
  }

  /** Forgets tables, results and what is shown of them; the model, the device and the catalogue stay. */
  async clear(): Promise<void> {
    this.cancelAll();
    const { catalogue, model, device, choice, weights } = this.state;
    for (const { id } of this.state.kept) await this.removeKept(id);
    await this.forgetRemoved();
    if (this.#counts.a || this.#counts.b) await this.worker.call("forgetCounts", {});
    delete this.#counts.a;
    delete this.#counts.b;
    this.set({ ...BARE, catalogue, model, device, choice, weights, lookedAt: this.state.lookedAt });
    if (this.#sequences) (await this.#sequences).forget();
  }

  /**
   * Reads the user's own table: of A or B for a model of a change, where nothing is said of the one that is missing.
   */
  async readTable(blob: Blob, file: string, cell?: Cell, simulated = false): Promise<void> {
    const free = this.#freeCell(file);
    if (cell ?? free) return void (await this.#read({ blob, file }, { simulated }, cell ?? free));
    const error = {
      name: "InputError",
      code: "which-table",
      message: `${file}: both tables are there already.`,
      remedy: "Choose or drop it at A or at B, in whose place it shall be.",
    };
    this.set({ problems: { ...this.state.problems, data: error } });
  }

  /** Whose table a file is where nobody says so; undefined where both are there. */
  #freeCell(file: string): Cell | undefined {
    const { model, table, tableB, reading } = this.state;
    if (!model || !isOfChange(model.card)) return "a";
    const isFree = { a: !table && !reading, b: !tableB };
    const named = cellInName(model.card, file);
    return named && isFree[named] ? named : isFree.a ? "a" : isFree.b ? "b" : undefined;
  }

  /** Makes A's table B's, and B's A's. */
  async swapTables(): Promise<void> {
    const { table, tableB } = this.state;
    await this.worker.call("swapTables", {});
    this.set({ table: tableB, tableB: table, announcement: "The tables were swapped." });
    await this.#understandAll();
  }

  /** Reads an example and runs it. */
  async tryExample(example: CatalogueExample): Promise<void> {
    if (taskOfExample(example) === "tracks") return this.#trySequence(example);
    const read = await Promise.all([
      this.#read(this.siteFile(example.file), example, "a"),
      ...(example.b ? [this.#read(this.siteFile(example.b.file), example, "b")] : []),
    ]);
    if (read.every(Boolean) && whyNot(this.state) === undefined) await this.run();
  }

  /** The same of a sequence, with what was measured along it. */
  async #trySequence({ id, file, b }: CatalogueExample): Promise<void> {
    const sequences = await this.sequences;
    if (!(await sequences.readSequences(this.siteFile(file), id)) || !this.#readsSequences()) return;
    await sequences.run();
    if (b && sequences.isCurrent) await sequences.readMeasured(this.siteFile(b.file));
  }

  /** Asks for a device. */
  async chooseDevice(choice: DeviceChoice): Promise<void> {
    this.set({ choice });
    await this.#readyDevice();
  }

  /** Takes, or no longer takes, the bins that cover the model's window. */
  acceptBins(selectBins: boolean, cell: Cell = "a"): void {
    const name = NAMES[cell].accepted;
    this.set({ [name]: { ...this.state[name], selectBins } });
  }

  /** Rescales, or no longer rescales, by the deviation at `index`. */
  acceptRescale(index: number, accept: boolean, cell: Cell = "a"): void {
    const name = NAMES[cell].accepted;
    const rescale = new Set(this.state[name].rescale);
    if (accept) rescale.add(index);
    else rescale.delete(index);
    this.set({ [name]: { ...this.state[name], rescale } });
  }

  /** Takes a choice of what was offered as a whole. */
  accept(accepted: Accepted, cell: Cell = "a"): void {
    this.set({ [NAMES[cell].accepted]: accepted });
  }

  /** Runs the model on the table, or on both. A table is prepared by what was accepted, or as is said. */
  async run(prepared?: Preparation): Promise<void> {
    const { model, table, understanding, accepted } = this.state;
    if (!table || !understanding || (!prepared && whyNot(this.state) !== undefined)) return;
    if (model && isOfChange(model.card)) return this.#runChange();
    const preparation = prepared ?? preparationOf(understanding, accepted);
    const run = await this.do("running", table.file, (options) =>
      this.worker.call("predict", { preparation }, options),
    );
    if (!run) return;
    // The worker's copy of the gene names is equal to ours; ours is kept, so that tables can be told apart by identity.
    const { topGene, on } = summarise(run.probability);
    this.set({
      run: { ...run, table },
      change: undefined,
      device: run.device,
      gene: undefined,
      selected: undefined,
      perturbation: undefined,
      announcement: `Done. ${on} of ${run.probability.length} genes are predicted on.${run.device.kind === "cpu" && run.genesOnGpu > 0 ? ` ${run.device.reason}` : ""}`,
    });
    await this.selectGene(topGene);
  }

  /** Looks at a gene of the finished run by its name, if it has it. */
  async selectNamed(gene: string): Promise<void> {
    const { run, change } = this.state;
    const index = (run?.table.genes ?? change?.genes)?.indexOf(gene) ?? -1;
    if (index < 0) return;
    if (run) return this.selectGene(index);
    this.selectChanged(index);
  }

  async #runChange(): Promise<void> {
    const { model, table, tableB, understanding, understandingB, accepted, acceptedB } = this.state;
    if (!model || !table || !tableB || !understanding || !understandingB) return;
    const preparations = [preparationOf(understanding, accepted), preparationOf(understandingB, acceptedB)] as const;
    const change = await this.do("running", `${table.file} and ${tableB.file}`, (options) =>
      this.worker.call("predictChange", { preparations }, options),
    );
    if (!change) return;
    const higher = change.foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    this.set({
      change: { ...change, tables: [table, tableB] },
      run: undefined,
      gene: undefined,
      selected: largestChange(change.foldChange),
      measured: undefined,
      perturbation: undefined,
      device: change.device,
      announcement: `Done. ${higher} of ${change.genes.length} genes are predicted higher in ${briefCell(model.card, "b")}, the others in ${briefCell(model.card, "a")}.`,
    });
  }

  /** Looks at a gene of the finished run. */
  async selectGene(index: number): Promise<void> {
    if (!this.state.run || index === this.state.selected) return;
    this.set({ selected: index });
    try {
      const gene = await this.worker.call("gene", { index });
      // Another gene may have been chosen meanwhile.
      if (this.state.selected === index) this.set({ gene });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  /** Looks at a gene of the finished run of a model of a change. */
  selectChanged(index: number): void {
    if (this.state.selected !== index) this.set({ selected: index });
  }

  /** Changes what is listed, grouped, perturbed or noted. */
  view(change: Partial<Pick<State, "listing" | "changes" | "threshold" | "perturbation" | "notes">>): void {
    this.set(change);
  }

  /** Reads measured counts of one cell type in place of those before. Throws where they cannot be read. */
  async readCounts(source: TableRequest, cell: Cell): Promise<void> {
    const measured = await this.worker.call("readCounts", { cell, table: source });
    this.#counts[cell] = source;
    this.set({ measured });
  }

  /** Counts that were given for an earlier run hold for this one too. */
  async recallCounts(): Promise<void> {
    const { change } = this.state;
    const measured = await this.worker.call("measured", {});
    if (this.state.change === change) this.set({ measured });
  }

  /** Keeps the finished run, to compare it with others. */
  async keepRun(): Promise<boolean> {
    const { run } = this.state;
    if (!run || isKept(this.state)) return run !== undefined;
    try {
      const { id, memory } = await this.worker.call("keep", {});
      await this.#addKept({ id, run, deviations: [] }, memory);
      return true;
    } catch (thrown) {
      this.fail("compare", thrown);
      return false;
    }
  }

  /** Keeps the finished run, runs another model of the catalogue on its table, and keeps that too. */
  async compareWith(entry: CatalogueModel): Promise<void> {
    const { run, device, kept } = this.state;
    if (!run || kept.length + (isKept(this.state) ? 1 : 2) > MOST_KEPT || !(await this.keepRun())) return;
    const { request: model, weights } = this.#fileOf(entry);
    const compared = await this.do("comparing", model.file, (options) =>
      this.worker.call("compareWith", { model, device: device?.kind ?? "cpu" }, options),
    );
    if (!compared) return;
    this.#models.set(compared.run.model.sha256, { request: model, id: entry.id, weights });
    // The worker's copy of the table is equal to ours; ours is kept, so that tables can be told apart by identity.
    await this.#addKept(
      { id: compared.id, run: { ...compared.run, table: run.table }, deviations: compared.deviations },
      compared.memory,
    );
  }

  /** Takes a kept run away; it can be put back until another is removed. */
  async removeKept(id: number): Promise<void> {
    await this.forgetRemoved();
    const at = this.state.kept.findIndex((each) => each.id === id);
    const removed = this.state.kept[at];
    if (!removed) return;
    await this.#setKept(
      this.state.kept.filter((each) => each !== removed),
      { removed: { kept: removed, at }, announcement: `Run ${removed.letter} was removed.` },
    );
  }

  /** Puts the run back that was removed last. */
  async undoRemove(): Promise<void> {
    const { removed, kept } = this.state;
    if (!removed) return;
    const { kept: back, at } = removed;
    await this.#setKept([...kept.slice(0, at), back, ...kept.slice(at)], {
      removed: undefined,
      announcement: `Run ${back.letter} is back.`,
    });
  }

  /** Gives back the memory of the run that was removed last. */
  async forgetRemoved(): Promise<void> {
    const { removed } = this.state;
    if (!removed) return;
    this.set({ removed: undefined });
    const { memory } = await this.worker.call("release", { id: removed.kept.id });
    this.set({ keptMemory: memory });
  }

  /** Looks at a shared gene in all kept runs. */
  async compareGene(index: number): Promise<void> {
    const { kept, comparison } = this.state;
    if (!comparison || !(index in comparison.genes)) return;
    const comparedGene = { index };
    this.set({ comparedGene });
    try {
      const details = await Promise.all(
        kept.map(({ id }, run) => this.worker.call("gene", { index: comparison.positions[run][index], kept: id })),
      );
      // Another gene may have been chosen meanwhile, or a run removed.
      if (this.state.comparedGene === comparedGene && this.state.kept === kept)
        this.set({ comparedGene: { index, details } });
    } catch (thrown) {
      this.fail("compare", thrown);
    }
  }

  /** The predictions of the finished run as a file; undefined where that failed, which is then shown. */
  async predictionsFile(): Promise<Blob | undefined> {
    try {
      return await this.worker.call("predictionsFile", {});
    } catch (thrown) {
      this.fail("run", thrown);
      return undefined;
    }
  }

  async #addKept(added: Omit<KeptRun, "letter">, keptMemory: number): Promise<void> {
    const { kept, removed } = this.state;
    const taken = [...kept, ...(removed ? [removed.kept] : [])].map(({ letter }) => letter);
    const letter = [..."ABCDEFGHI"].find((each) => !taken.includes(each)) ?? "?";
    await this.#setKept([...kept, { ...added, letter }], {
      keptMemory,
      announcement: `Run ${letter} is kept: ${runName(added.run)}.`,
    });
  }

  /**
   * Changes which runs are kept, compares them, and looks at the gene that was looked at, or at the one that differs
   * most.
   */
  async #setKept(kept: readonly KeptRun[], change: Partial<State>): Promise<void> {
    const before = this.state.comparison?.genes[this.state.comparedGene?.index ?? -1];
    const comparison = kept.length > 1 ? compareRuns(kept.map(({ run }): CurrentRun => run)) : undefined;
    this.set({
      ...change,
      kept,
      comparison,
      comparedGene: undefined,
      problems: { ...this.state.problems, compare: undefined },
    });
    if (!comparison) return;
    const same = before === undefined ? -1 : comparison.genes.indexOf(before);
    await this.compareGene(same >= 0 ? same : comparison.difference.indexOf(largest(comparison.difference)));
  }

  /** The file of a model of the catalogue that is taken. */
  #fileOf(model: CatalogueModel): { request: ModelRequest; weights: Weights } {
    const { file, sha256, weights } = fileOf(model, this.state.weights);
    return { request: { url: new URL(file, this.catalogueUrl).href, file, sha256 }, weights };
  }

  async #open(model: ModelRequest, from: { id?: string; weights?: Weights }): Promise<void> {
    const opened = await this.do("opening", model.file, (options) => this.worker.call("openModel", { model }, options));
    if (!opened) return;
    const current = { ...opened, ...from };
    this.#models.set(opened.sha256, { request: model, ...from });
    if (opened.shape) (await this.sequences).follow(current);
    this.set({ model: current, device: undefined, announcement: `Model ${opened.card.name} is open.` });
    const device = this.#readyDevice();
    // The fastest is looked for in the background.
    await Promise.all([this.state.choice === "auto" ? undefined : device, this.#understandAll()]);
  }

  async #read(table: TableRequest, example: Partial<CatalogueExample> | undefined, cell: Cell = "a"): Promise<boolean> {
    const names = NAMES[cell];
    const read = await this.do(names.reading, table.file, (options) =>
      this.worker.call("readTable", cell === "a" ? { table } : { table, cell }, options),
    );
    if (!read) return false;
    const { model } = this.state;
    const current: CurrentTable = { ...read, example: example?.id, simulated: example?.simulated ?? false };
    this.#tables.set(current, table);
    this.set({
      [names.table]: current,
      announcement: `Table ${read.file} was read${model && isOfChange(model.card) ? ` as ${cellName(model.card, cell)}` : ""}: ${read.genes.length} genes.`,
    });
    await this.#understand(cell);
    return true;
  }

  async #readyDevice(): Promise<void> {
    if (!this.state.model) return;
    const { choice } = this.state;
    const device = await this.do("readying", choice === "cpu" ? "the CPU" : "WebGPU", (options) =>
      this.worker.call("useDevice", { choice }, options),
    );
    if (device) this.set({ device });
  }

  /** Has the model look at the table; what was accepted for another pair of them does not hold any more. */
  async #understand(cell: Cell = "a"): Promise<void> {
    const names = NAMES[cell];
    const { model, [names.table]: table } = this.state;
    this.set({ [names.understanding]: undefined, [names.accepted]: NOTHING_ACCEPTED });
    if (!model || !table || isOfTracks(model.card) || (cell === "b" && !isOfChange(model.card))) return;
    try {
      const understanding = await this.worker.call("understand", cell === "a" ? {} : { cell });
      if (this.state.model === model && this.state[names.table] === table)
        this.set({ [names.understanding]: understanding });
    } catch (thrown) {
      this.fail(names.data, thrown);
    }
  }

  async #understandAll(): Promise<void> {
    await Promise.all([this.#understand("a"), this.#understand("b")]);
  }

  /** Hears of the device from the worker. */
  readonly hearDevice = (device: DeviceReport): void => this.set({ device });

  protected override placeOf(doing: Doing): Place {
    return PLACES[doing];
  }

  protected override doing(doing: Doing, activity: Activity | undefined): Partial<State> {
    return { [doing]: activity };
  }

  protected override problem(place: Place, problem: PlainError | undefined): Partial<State> {
    return { problems: { ...this.state.problems, [place]: problem } };
  }

  protected override cancelled(): Partial<State> {
    return { announcement: "Cancelled." };
  }
}

/** Whether a table is made of files of a kind. */
function isPrepared(kind: FileKind | undefined): boolean {
  return kind === "measured" || kind === "annotation";
}

/** Ids of an address that the site does not have, one sentence each. */
function unmetIds(wishes: Wishes, model: CatalogueModel | undefined, example: CatalogueExample | undefined): string[] {
  return [
    ...(wishes.model !== undefined && model?.id !== wishes.model
      ? [`This site has no model “${wishes.model}”; ${model ? `${model.name} is open instead` : "it lists none"}.`]
      : []),
    ...(wishes.example !== undefined && !example ? [`This site has no example “${wishes.example}”.`] : []),
  ];
}

/** The gene that changes most. */
function largestChange(foldChange: Float32Array): number {
  return foldChange.reduce((best, value, i) => (Math.abs(value) > Math.abs(foldChange[best] ?? 0) ? i : best), 0);
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** The gene with the highest probability, and how many are predicted on. */
function summarise(probability: Float32Array): { topGene: number; on: number } {
  let topGene = 0;
  let on = 0;
  probability.forEach((value, gene) => {
    if (value > probability[topGene]) topGene = gene;
    if (value >= 0.5) on++;
  });
  return { topGene, on };
}
