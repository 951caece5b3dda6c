/** What the page does: every action of the user, in terms of calls to the worker and changes of the state. */

import type { CatalogueExample, CatalogueModel, DeviceChoice, DeviceReport, Progress } from "../../../pkg/src/index";
import type { Cell } from "../worker/change-protocol";
import type { CallName, Calls, ModelRequest, PlainError, TableRequest } from "../worker/protocol";
import { UNEXPECTED, WorkerError } from "../worker/worker-error";
import { fileOf } from "./catalogue-view";
import { briefCell, cellInName, cellName, isOfChange, isOfTracks } from "./cells";
import { compareRuns } from "./comparison";
import { Explanations } from "./explanations";
import { kindOf, looksLikeModel } from "./file-kind";
import { NOTHING_ACCEPTED, preparationOf } from "./preparation";
import type { SequenceSession } from "./sequences";
import { type Activity, type CurrentRun, INITIAL, isKept, type KeptRun, MOST_KEPT, type Place, runName, type State, type Weights, whyNot } from "./state";
import { rememberWeights } from "./weights";

/** The worker, as the session sees it. */
export interface Caller {
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]["request"],
    options?: { onProgress?: (progress: Progress) => void; signal?: AbortSignal },
  ): Promise<Calls[Name]["reply"]>;
}

/** Things that take time, by the part of the state that shows them. */
type Doing = "opening" | "readying" | "reading" | "readingB" | "running" | "comparing";

/** What the address of the page asks for. */
export interface Wishes {
  readonly model?: string | undefined;
  readonly example?: string | undefined;
  readonly device?: DeviceChoice | undefined;
  readonly weights?: Weights | undefined;
}

/** What in the state is about the table of A, or about that of B. */
const NAMES = {
  a: { table: "table", understanding: "understanding", accepted: "accepted", reading: "reading", data: "data" },
  b: { table: "tableB", understanding: "understandingB", accepted: "acceptedB", reading: "readingB", data: "dataB" },
} as const;

/** What the page does. */
export class Session {
  #state: State = INITIAL;
  #listeners = new Set<(state: State) => void>();
  #doing = new Map<Doing, AbortController>();

  /** What explains the finished run. */
  readonly explanations: Explanations;

  #sequences: Promise<SequenceSession> | undefined;

  constructor(
    readonly worker: Caller,
    private readonly catalogueUrl: string,
  ) {
    this.explanations = new Explanations(worker);
  }

  get state(): State {
    return this.#state;
  }

  /** Calls `listener` after each change; returns what ends that. */
  subscribe(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the catalogue and opens its first model, or what the address wishes. */
  async start(wishes: Wishes = {}): Promise<void> {
    if (wishes.device) this.#set({ choice: wishes.device });
    if (wishes.weights) this.#set({ weights: wishes.weights });
    try {
      this.#set({ catalogue: await this.worker.call("catalogue", { url: this.catalogueUrl }) });
    } catch (thrown) {
      return this.#fail("site", thrown);
    }
    const { models = [], examples = [] } = this.#state.catalogue ?? {};
    const model = models.find(({ id }) => id === wishes.model) ?? models[0];
    if (model) await this.openModel(model);
    const example = examples.find(({ id }) => id === wishes.example);
    if (example) await this.tryExample(example);
  }

  /** Opens a model of the catalogue, with the weights that were chosen where it has them. */
  openModel(model: CatalogueModel): Promise<void> {
    const { request, weights } = this.#fileOf(model);
    return this.#open(request, { id: model.id, weights });
  }

  /** Chooses how weights are stored, and opens that file of the current model. */
  async chooseWeights(weights: Weights): Promise<void> {
    this.#set({ weights });
    rememberWeights(weights);
    const { model, catalogue } = this.#state;
    const entry = catalogue?.models.find(({ id }) => id === model?.id);
    if (entry?.int8 && model?.weights !== weights) await this.openModel(entry);
  }

  /** What is done with sequences: loaded where a model of tracks is opened. */
  get sequences(): Promise<SequenceSession> {
    this.#sequences ??= import("./sequences").then(({ SequenceSession }) => new SequenceSession(this.worker));
    return this.#sequences;
  }

  /** Opens what the user dropped or chose: a model file or what the model reads, told apart by content. */
  async openFile(file: File, cell?: Cell): Promise<void> {
    if (await looksLikeModel(file)) await this.openModelFile(file);
    else await this.#openData(file, file.name, cell);
  }

  /** Opens what the user pasted. */
  openText(text: string): Promise<void> {
    const what = this.#readsSequences() ? "pasted sequence" : "pasted table";
    return this.#openData(new Blob([text]), what);
  }

  /** Has the open model read a file, if it is of a kind that the model reads. */
  async #openData(file: Blob, name: string, cell?: Cell): Promise<void> {
    if (this.#readsSequences()) return (await this.sequences).openFile(file, name);
    const kind = await kindOf(file);
    if (kind === "table") return this.readTable(file, name, cell);
    const what = { sequence: "a sequence (FASTA)", variants: "variants (VCF)", measured: "values along a genome (bedGraph or bigWig)", model: "a model" }[kind];
    const remedy = "Choose a model that predicts tracks from a sequence for it, or give this model a table with a row for each bin of each gene.";
    const error = { name: "InputError", code: "another-family", message: `${name}: found ${what}; expected a table of histone-mark signal, which the chosen model reads.`, remedy };
    this.#set({ problems: { ...this.#state.problems, [cell === "b" ? "dataB" : "data"]: error } });
  }

  #readsSequences(): boolean {
    return this.#state.model !== undefined && isOfTracks(this.#state.model.card);
  }

  /** Opens what was dropped at once. A model of a change takes two tables; of any other files the first counts. */
  async openFiles(files: readonly File[]): Promise<void> {
    const [first, second] = files;
    const { model } = this.#state;
    if (!first) return;
    if (this.#readsSequences()) {
      // A sequence before what is laid along it.
      const kinds = await Promise.all(files.map(kindOf));
      const order = files.map((file, i) => ({ file, isSequence: kinds[i] === "sequence" })).sort((a, b) => Number(b.isSequence) - Number(a.isSequence));
      for (const { file } of order) await this.openFile(file);
      return;
    }
    if (!second || !model || !isOfChange(model.card) || (await looksLikeModel(first)) || (await looksLikeModel(second))) return this.openFile(first);
    const { card } = model;
    const isSwapped = cellInName(card, first.name) === "b" || cellInName(card, second.name) === "a";
    const [a, b] = isSwapped ? [second, first] : [first, second];
    await Promise.all([this.readTable(a, a.name, "a"), this.readTable(b, b.name, "b")]);
  }

  /** Opens the user's own model file. */
  openModelFile(file: File): Promise<void> {
    return this.#open({ blob: file, file: file.name }, {});
  }

  /** Reads the user's own table: of A or B for a model of a change, where nothing is said of the one that is missing. */
  async readTable(blob: Blob, file: string, cell?: Cell): Promise<void> {
    const free = this.#freeCell(file);
    if (cell ?? free) return void (await this.#read({ blob, file }, undefined, cell ?? free));
    const error = { name: "InputError", code: "which-table", message: `${file}: both tables are there already.`, remedy: "Choose or drop it at A or at B, in whose place it shall be." };
    this.#set({ problems: { ...this.#state.problems, data: error } });
  }

  /** Whose table a file is where nobody says so; undefined where both are there. */
  #freeCell(file: string): Cell | undefined {
    const { model, table, tableB, reading } = this.#state;
    if (!model || !isOfChange(model.card)) return "a";
    const isFree = { a: !table && !reading, b: !tableB };
    const named = cellInName(model.card, file);
    return named && isFree[named] ? named : isFree.a ? "a" : isFree.b ? "b" : undefined;
  }

  /** Makes A's table B's, and B's A's. */
  async swapTables(): Promise<void> {
    const { table, tableB } = this.#state;
    await this.worker.call("swapTables", {});
    this.#set({ table: tableB, tableB: table, announcement: "The tables were swapped." });
    await this.#understandAll();
  }

  /** Reads an example and runs it. */
  async tryExample(example: CatalogueExample): Promise<void> {
    if (isOfTracks({ family: example.family ?? "" })) return this.#trySequence(example);
    const request = ({ file }: { file: string }): TableRequest => ({ url: new URL(file, this.catalogueUrl).href, file: file.slice(file.lastIndexOf("/") + 1) });
    const read = await Promise.all([this.#read(request(example), example, "a"), ...(example.b ? [this.#read(request(example.b), example, "b")] : [])]);
    if (read.every(Boolean) && whyNot(this.#state) === undefined) await this.run();
  }

  /** The same of a sequence, with what was measured along it. */
  async #trySequence({ id, file, b }: CatalogueExample): Promise<void> {
    const request = (path: string): TableRequest => ({ url: new URL(path, this.catalogueUrl).href, file: path.slice(path.lastIndexOf("/") + 1) });
    const sequences = await this.sequences;
    if (!(await sequences.readSequences(request(file), id)) || !this.#readsSequences()) return;
    await sequences.run();
    if (b && sequences.isCurrent) await sequences.readMeasured(request(b.file));
  }

  /** Asks for a device. */
  async chooseDevice(choice: DeviceChoice): Promise<void> {
    this.#set({ choice });
    await this.#readyDevice();
  }

  /** Takes, or no longer takes, the bins that cover the model's window. */
  acceptBins(selectBins: boolean, cell: Cell = "a"): void {
    const name = NAMES[cell].accepted;
    this.#set({ [name]: { ...this.#state[name], selectBins } });
  }

  /** Rescales, or no longer rescales, by the deviation at `index`. */
  acceptRescale(index: number, accept: boolean, cell: Cell = "a"): void {
    const name = NAMES[cell].accepted;
    const rescale = new Set(this.#state[name].rescale);
    if (accept) rescale.add(index);
    else rescale.delete(index);
    this.#set({ [name]: { ...this.#state[name], rescale } });
  }

  /** Runs the model on the table, or on both. */
  async run(): Promise<void> {
    const { model, table, understanding, accepted } = this.#state;
    if (!table || !understanding || whyNot(this.#state) !== undefined) return;
    if (model && isOfChange(model.card)) return this.#runChange();
    const preparation = preparationOf(understanding, accepted);
    const run = await this.#do("running", "run", table.file, (options) => this.worker.call("predict", { preparation }, options));
    if (!run) return;
    // The worker's copy of the gene names is equal to ours; ours is kept, so that tables can be told apart by identity.
    const { topGene, on } = summarise(run.probability);
    this.#set({
      run: { ...run, table },
      change: undefined,
      device: run.device,
      gene: undefined,
      selected: undefined,
      announcement: `Done. ${on} of ${run.probability.length} genes are predicted on.${run.device.kind === "cpu" && run.genesOnGpu > 0 ? ` ${run.device.reason}` : ""}`,
    });
    await this.selectGene(topGene);
  }

  async #runChange(): Promise<void> {
    const { model, table, tableB, understanding, understandingB, accepted, acceptedB } = this.#state;
    if (!model || !table || !tableB || !understanding || !understandingB) return;
    const preparations = [preparationOf(understanding, accepted), preparationOf(understandingB, acceptedB)] as const;
    const change = await this.#do("running", "run", `${table.file} and ${tableB.file}`, (options) => this.worker.call("predictChange", { preparations }, options));
    if (!change) return;
    const higher = change.foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    this.#set({
      change: { ...change, tables: [table, tableB] },
      run: undefined,
      gene: undefined,
      selected: undefined,
      device: change.device,
      announcement: `Done. ${higher} of ${change.genes.length} genes are predicted higher in ${briefCell(model.card, "b")}, the others in ${briefCell(model.card, "a")}.`,
    });
  }

  /** Looks at a gene of the finished run. */
  async selectGene(index: number): Promise<void> {
    if (!this.#state.run || index === this.#state.selected) return;
    this.#set({ selected: index });
    try {
      const gene = await this.worker.call("gene", { index });
      // Another gene may have been chosen meanwhile.
      if (this.#state.selected === index) this.#set({ gene });
    } catch (thrown) {
      this.#fail("run", thrown);
    }
  }

  /** Keeps the finished run, to compare it with others. */
  async keepRun(): Promise<boolean> {
    const { run } = this.#state;
    if (!run || isKept(this.#state)) return run !== undefined;
    try {
      const { id, memory } = await this.worker.call("keep", {});
      await this.#addKept({ id, run, deviations: [] }, memory);
      return true;
    } catch (thrown) {
      this.#fail("compare", thrown);
      return false;
    }
  }

  /** Keeps the finished run, runs another model of the catalogue on its table, and keeps that too. */
  async compareWith(entry: CatalogueModel): Promise<void> {
    const { run, device, kept } = this.#state;
    if (!run || kept.length + (isKept(this.#state) ? 1 : 2) > MOST_KEPT || !(await this.keepRun())) return;
    const { request: model } = this.#fileOf(entry);
    const compared = await this.#do("comparing", "compare", model.file, (options) => this.worker.call("compareWith", { model, device: device?.kind ?? "cpu" }, options));
    if (!compared) return;
    // The worker's copy of the table is equal to ours; ours is kept, so that tables can be told apart by identity.
    await this.#addKept({ id: compared.id, run: { ...compared.run, table: run.table }, deviations: compared.deviations }, compared.memory);
  }

  /** Takes a kept run away; it can be put back until another is removed. */
  async removeKept(id: number): Promise<void> {
    await this.forgetRemoved();
    const at = this.#state.kept.findIndex((each) => each.id === id);
    const removed = this.#state.kept[at];
    if (!removed) return;
    await this.#setKept(this.#state.kept.filter((each) => each !== removed), { removed: { kept: removed, at }, announcement: `Run ${removed.letter} was removed.` });
  }

  /** Puts the run back that was removed last. */
  async undoRemove(): Promise<void> {
    const { removed, kept } = this.#state;
    if (!removed) return;
    const { kept: back, at } = removed;
    await this.#setKept([...kept.slice(0, at), back, ...kept.slice(at)], { removed: undefined, announcement: `Run ${back.letter} is back.` });
  }

  /** Gives back the memory of the run that was removed last. */
  async forgetRemoved(): Promise<void> {
    const { removed } = this.#state;
    if (!removed) return;
    this.#set({ removed: undefined });
    const { memory } = await this.worker.call("release", { id: removed.kept.id });
    this.#set({ keptMemory: memory });
  }

  /** Looks at a shared gene in all kept runs. */
  async compareGene(index: number): Promise<void> {
    const { kept, comparison } = this.#state;
    if (!comparison || !(index in comparison.genes)) return;
    const comparedGene = { index };
    this.#set({ comparedGene });
    try {
      const details = await Promise.all(kept.map(({ id }, run) => this.worker.call("gene", { index: comparison.positions[run][index], kept: id })));
      // Another gene may have been chosen meanwhile, or a run removed.
      if (this.#state.comparedGene === comparedGene && this.#state.kept === kept) this.#set({ comparedGene: { index, details } });
    } catch (thrown) {
      this.#fail("compare", thrown);
    }
  }

  /** The predictions of the finished run as a file; undefined where that failed, which is then shown. */
  async predictionsFile(): Promise<Blob | undefined> {
    try {
      return await this.worker.call("predictionsFile", {});
    } catch (thrown) {
      this.#fail("run", thrown);
      return undefined;
    }
  }

  /** Cancels what is going on. */
  cancel(doing: Doing): void {
    this.#doing.get(doing)?.abort();
  }

  /** Takes a problem away. */
  dismiss(place: Place): void {
    this.#set({ problems: { ...this.#state.problems, [place]: undefined } });
  }

  async #addKept(added: Omit<KeptRun, "letter">, keptMemory: number): Promise<void> {
    const { kept, removed } = this.#state;
    const taken = [...kept, ...(removed ? [removed.kept] : [])].map(({ letter }) => letter);
    const letter = [..."ABCDEFGHI"].find((each) => !taken.includes(each)) ?? "?";
    await this.#setKept([...kept, { ...added, letter }], { keptMemory, announcement: `Run ${letter} is kept: ${runName(added.run)}.` });
  }

  /** Changes which runs are kept, compares them, and looks at the gene that was looked at, or at the one that differs most. */
  async #setKept(kept: readonly KeptRun[], change: Partial<State>): Promise<void> {
    const before = this.#state.comparison?.genes[this.#state.comparedGene?.index ?? -1];
    const comparison = kept.length > 1 ? compareRuns(kept.map(({ run }): CurrentRun => run)) : undefined;
    this.#set({ ...change, kept, comparison, comparedGene: undefined, problems: { ...this.#state.problems, compare: undefined } });
    if (!comparison) return;
    const same = before === undefined ? -1 : comparison.genes.indexOf(before);
    await this.compareGene(same >= 0 ? same : comparison.difference.indexOf(largest(comparison.difference)));
  }

  /** The file of a model of the catalogue that is taken. */
  #fileOf(model: CatalogueModel): { request: ModelRequest; weights: Weights } {
    const { file, sha256, weights } = fileOf(model, this.#state.weights);
    return { request: { url: new URL(file, this.catalogueUrl).href, file, sha256 }, weights };
  }

  async #open(model: ModelRequest, from: { id?: string; weights?: Weights }): Promise<void> {
    const opened = await this.#do("opening", "model", model.file, (options) => this.worker.call("openModel", { model }, options));
    if (!opened) return;
    const current = { ...opened, ...from };
    if (opened.shape) (await this.sequences).follow(current);
    this.#set({ model: current, device: undefined, announcement: `Model ${opened.card.name} is open.` });
    const device = this.#readyDevice();
    // The fastest is looked for in the background.
    await Promise.all([this.#state.choice === "auto" ? undefined : device, this.#understandAll()]);
  }

  async #read(table: TableRequest, example: CatalogueExample | undefined, cell: Cell = "a"): Promise<boolean> {
    const names = NAMES[cell];
    const read = await this.#do(names.reading, names.data, table.file, (options) => this.worker.call("readTable", cell === "a" ? { table } : { table, cell }, options));
    if (!read) return false;
    const { model } = this.#state;
    this.#set({
      [names.table]: { ...read, example: example?.id, simulated: example?.simulated ?? false },
      announcement: `Table ${read.file} was read${model && isOfChange(model.card) ? ` as ${cellName(model.card, cell)}` : ""}: ${read.genes.length} genes.`,
    });
    await this.#understand(cell);
    return true;
  }

  async #readyDevice(): Promise<void> {
    if (!this.#state.model) return;
    const { choice } = this.#state;
    const device = await this.#do("readying", "run", choice === "cpu" ? "the CPU" : "WebGPU", (options) => this.worker.call("useDevice", { choice }, options));
    if (device) this.#set({ device });
  }

  /** Has the model look at the table; what was accepted for another pair of them does not hold any more. */
  async #understand(cell: Cell = "a"): Promise<void> {
    const names = NAMES[cell];
    const { model, [names.table]: table } = this.#state;
    this.#set({ [names.understanding]: undefined, [names.accepted]: NOTHING_ACCEPTED });
    if (!model || !table || isOfTracks(model.card) || (cell === "b" && !isOfChange(model.card))) return;
    try {
      const understanding = await this.worker.call("understand", cell === "a" ? {} : { cell });
      if (this.#state.model === model && this.#state[names.table] === table) this.#set({ [names.understanding]: understanding });
    } catch (thrown) {
      this.#fail(names.data, thrown);
    }
  }

  async #understandAll(): Promise<void> {
    await Promise.all([this.#understand("a"), this.#understand("b")]);
  }

  /** Hears of the device from the worker. */
  readonly hearDevice = (device: DeviceReport): void => this.#set({ device });

  /** Does something that takes time: shows it, lets it be cancelled, and shows what went wrong. A later one of a kind ends the earlier. */
  async #do<T>(doing: Doing, place: Place, name: string, work: (options: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<T>): Promise<T | undefined> {
    this.#doing.get(doing)?.abort();
    const controller = new AbortController();
    this.#doing.set(doing, controller);
    const isLatest = (): boolean => this.#doing.get(doing) === controller;
    const activity: Activity = { name, began: performance.now() };
    this.#set({ [doing]: activity, problems: { ...this.#state.problems, [place]: undefined } });
    try {
      const result = await work({
        signal: controller.signal,
        onProgress: (progress) => isLatest() && this.#set({ [doing]: { ...activity, progress } }),
      });
      return isLatest() ? result : undefined;
    } catch (thrown) {
      if (isLatest()) this.#fail(place, thrown);
      return undefined;
    } finally {
      if (isLatest()) {
        this.#doing.delete(doing);
        this.#set({ [doing]: undefined });
      }
    }
  }

  #fail(place: Place, thrown: unknown): void {
    if (thrown instanceof WorkerError && thrown.cancelled) return this.#set({ announcement: "Cancelled." });
    const error: PlainError = thrown instanceof WorkerError ? thrown.plain : { name: "Error", code: UNEXPECTED, message: String(thrown) };
    this.#set({ problems: { ...this.#state.problems, [place]: error } });
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
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
