/** The task-independent part of the page: the catalogue, a model, a device; the model's task does the rest. */

import type { CatalogueExample, CatalogueModel, DeviceChoice, DeviceReport } from "../../../pkg/src/index";
import { type Task, taskOf } from "../../../pkg/src/card";
import { fileOf, filesOf, fileWith, rememberWeights, type Weights } from "./weights";
import type { PageWorker } from "../worker/calls";
import { factsOfTask, FIRST, modelOfExample, recommended, taskOfExample, TASKS } from "../tasks/index";
import type { Cell } from "../tasks/shared/cells";
import type { TaskSession } from "../tasks/shared/task";
import type { Address, View } from "./address";
import { Correlations } from "./correlations";
import { type FileKind, type Identified, identify, pastedFile } from "./files";
import { type Filed, type Intake, sorted, taskOfFiles, unused, used, waiting } from "./intake";
import type { ModelRequest, OpenedModel } from "./opened";
import type { ModelOrigin, Page } from "./page";
import { INITIAL, type Part, type Place, type State } from "./state";
import { AsyncState } from "../rpc/async-state";

/** The known facts about the user's own model file. */
interface OwnModel {
  readonly name?: string | undefined;
  readonly sha256?: string | undefined;
  readonly task?: Task | undefined;
  readonly verified?: boolean | undefined;
  readonly symmetric?: boolean | undefined;
}

/** State and actions of the page. */
export class Session extends AsyncState<Part, State, Place> implements Page {
  /** The task of the open model; before any is open, the first. */
  active: TaskSession | undefined;
  readonly correlations: Correlations;

  readonly #tasks = new Map<Task, Promise<TaskSession>>();
  readonly #begun: TaskSession[] = [];
  /** By SHA-256, since stored runs outlive the open model. */
  readonly #models = new Map<string, ModelOrigin>();

  constructor(
    readonly worker: PageWorker,
    private readonly catalogueUrl: string,
  ) {
    super(INITIAL);
    this.correlations = new Correlations(worker);
  }

  /** Reads the catalogue and opens its first model, or the contents of an address. */
  async start(address: Address = {}): Promise<void> {
    if (address.device) this.set({ choice: address.device });
    if (address.weights) this.set({ weights: address.weights });
    // Receives data that the user opens before any model. If its script is missing, the page reports it.
    this.first().catch(() => {});
    try {
      this.set({ catalogue: await this.worker.call("catalogue", { url: this.catalogueUrl }) });
    } catch (thrown) {
      return this.fail("site", thrown);
    }
    const { models = [], examples = [] } = this.state.catalogue ?? {};
    const example = examples.find(({ id }) => id === address.example);
    const model =
      models.find(({ id }) => id === address.model) ?? (example && modelOfExample(models, example)) ?? models[0];
    this.set({ missing: missingIds(address, model, example) });
    // A model or table opened before the catalogue or the example has arrived takes precedence.
    const isChosen = this.state.doing.model !== undefined || this.state.model !== undefined;
    const asked = address.form === undefined ? undefined : address.form === "symmetric";
    if (model && !isChosen) await this.openModel(model, asked);
    if (!example || isChosen || this.#begun.some((task) => task.isTaken)) return;
    await this.tryExample(example, address);
    await this.#show(address);
  }

  /** The task shown until a model is open. */
  async first(): Promise<TaskSession> {
    const first = await this.task(FIRST);
    if (!this.active) this.#activate(first, {});
    return first;
  }

  /** Activates a task and notifies listeners. */
  #activate(task: TaskSession, change: Partial<State>): void {
    this.active = task;
    this.set(change);
  }

  /** A task of this page; its script loads with the first model of that task. */
  task(task: Task): Promise<TaskSession> {
    const known = this.#tasks.get(task);
    if (known) return known;
    const begun = TASKS[task]().then((view) => {
      const session = view.session(this);
      this.#begun.push(session);
      session.subscribe(() => this.#hear());
      return session;
    });
    this.#tasks.set(task, begun);
    // If its script failed to load, the next request tries again.
    begun.catch(() => this.#tasks.delete(task));
    return begun;
  }

  /** The tasks that have begun. */
  get tasks(): readonly TaskSession[] {
    return this.#begun;
  }

  /** Publishes the state of all tasks' runs, which affects the whole page. */
  #hear(): void {
    const isRunning = this.#begun.some((each) => each.isRunning);
    if (isRunning !== this.state.isRunning) this.set({ isRunning });
  }

  /** The task of the displayed results: that of the open model or, before its run, one with the same data. */
  get results(): TaskSession | undefined {
    const { active } = this;
    if (active?.hasResults) return active;
    return this.#begun.find((each) => each.hasResults && each.reads === active?.reads) ?? active;
  }

  /** Reports that results of a task were replaced, which discards results of other tasks with the same input. */
  replaceResults(by: { readonly reads: FileKind }): void {
    for (const each of this.#begun) if (each !== by && each.reads === by.reads) each.forgetResults();
  }

  /** Shows the parts of the finished run that an address requests. */
  async #show(address: Address): Promise<void> {
    const { showAddress } = await import("./links");
    const { active } = this;
    const missing = active ? await showAddress(address, active, { page: this }) : [];
    if (missing.length > 0) this.set({ missing: [...this.state.missing, ...missing] });
  }

  /** Scrolls a part of the results into view. */
  bring(view: View): void {
    this.set({ brought: { view } });
  }

  /** Removes the report on unavailable parts of an address. */
  dismissUnmet(): void {
    this.set({ missing: [] });
  }

  /** Announces an event to screen readers. */
  announce(announcement: string): void {
    this.set({ announcement });
  }

  /** Stores notes beside the results. */
  note(notes: string): void {
    this.set({ notes });
  }

  /** Opens a model of the catalogue, with the preferred weights if it has them. */
  openModel(model: CatalogueModel, symmetric?: boolean): Promise<void> {
    const { request, weights } = this.fileOf(model);
    // Only models of a change have forms.
    const form = request.task === "change" && symmetric !== undefined ? { symmetric } : {};
    return this.#open({ ...request, ...form }, { id: model.id, weights });
  }

  /** Switches the open model of a change between its symmetric and its published form. */
  async chooseForm(symmetric: boolean): Promise<void> {
    const { model } = this.state;
    const origin = model && this.originOf(model);
    if (!origin || (model.symmetric ?? false) === symmetric) return;
    await this.#open({ ...origin.request, symmetric }, { id: origin.id, weights: origin.weights });
  }

  /** Selects one seed or several, and opens that file of the current model. */
  async chooseWeights(weights: Weights, isRemembered = true): Promise<void> {
    this.set({ weights });
    if (isRemembered) rememberWeights(weights);
    const { model, catalogue } = this.state;
    const entry = catalogue?.models.find(({ id }) => id === model?.id);
    if (entry && fileOf(entry, weights).sha256 !== model?.sha256) await this.openModel(entry);
  }

  /** Opens a file dropped or chosen by the user: a model or data, by content. */
  openFile(file: File, cell?: Cell): Promise<void> {
    return this.openFiles([file], cell);
  }

  /**
   * Opens files that were dropped or chosen together: a workspace, a saved page or a model before data. If the open
   * model reads other data, the recommended model for them is opened. Each file is accounted for.
   */
  async openFiles(files: readonly File[], cell?: Cell): Promise<void> {
    if (this.state.isRunning)
      return this.say(files.map((file) => unused(file, "a run is in progress: add it again afterwards")));
    const kinds = await this.#looking(Promise.all(files.map(identify)));
    const { opens, foreign, data, left } = sorted(
      files.map((file, i): Identified => ({ file, name: file.name, kind: kinds[i] ?? "other" })),
    );
    if (opens && opens.kind !== "model") {
      this.#account([used(opens, "it brings its own model and data"), ...left]);
      const file = files.find((each) => each === opens.file);
      if (!file) return;
      return opens.kind === "workspace" ? this.set({ workspaceFile: file }) : this.openExportFile(file);
    }
    const filed = [...left];
    if (foreign.length > 0) {
      this.#afterForeign = files.filter((file) => data.some((each) => each.file === file));
      this.set({ foreign: files.filter((file) => foreign.some((each) => each.file === file)) });
      const waits = data.map((each) => waiting(each, "it will be read once the model is made from these weights"));
      return this.#account([...foreign.map((each) => waiting(each, "to be made into a model")), ...waits, ...filed]);
    }
    if (opens) {
      await this.openModelFile(opens.file, { name: opens.name });
      const isOpen = !this.state.problems.model;
      filed.unshift(isOpen ? used(opens, "the model") : unused(opens, "it could not be opened as a model"));
      if (!isOpen)
        return this.#account([...filed, ...data.map((each) => unused(each, "its model could not be opened"))]);
    }
    if (data.length === 0) return this.#account(filed);
    const before = await this.#active();
    const wanted = opens || cell ? before.task : taskOfFiles(data, before.task, before.hasData, before.joins?.(data));
    const entry = this.#toOpen(wanted, before, data);
    if (!entry) return this.#account([...filed, ...(await before.open(data, cell))]);
    await this.#openFor(entry, wanted, before, data, filed);
  }

  /** The model of a task to open for the user's own data; undefined if the open one suits them. */
  #toOpen(task: Task, active: TaskSession, data: readonly Identified[]): CatalogueModel | undefined {
    const { catalogue, model } = this.state;
    const isSequence = data.some(({ kind }) => kind === "sequence");
    // A model trained on simulated sequences does not apply to real ones.
    const isRight = task === active.task && !(isSequence && model?.id !== undefined && model.card.simulated);
    return isRight || !model ? undefined : recommended(catalogue?.models ?? [], task);
  }

  /** Opens a model for data, and the data; both can be undone. */
  async #openFor(
    entry: CatalogueModel,
    task: Task,
    before: TaskSession,
    data: readonly Identified[],
    filed: readonly Filed[],
  ): Promise<void> {
    const { model } = this.state;
    const origin = model && this.originOf(model);
    const bringBack = (await this.task(task)).remember();
    this.#undo = async () => {
      if (origin) await this.openFrom(origin.request);
      await bringBack();
    };
    await this.openModel(entry);
    const { active } = this;
    if (!active || this.state.problems.model)
      return this.#account([...filed, ...data.map((each) => unused(each, `${entry.name} could not be opened`))]);
    const taken = await active.open(data);
    const [read, wanted] = [before.task, task].map((each) => factsOfTask(each).cells.length) as [number, number];
    if (read === 0 || wanted <= read || !active.misfit)
      return this.#account([...filed, ...taken], { model: entry.name, why: whyChosen(task, model, data) });
    // Two tables that only a model of single tables can read are two samples for it.
    const why = active.misfit.replace(/\.$/, "");
    await this.#undo();
    this.#undo = undefined;
    const back = await before.open(data);
    const beside =
      data.filter(({ kind }) => kind === "table").length > 1 ? `; ${entry.name} reads two, but: ${why}` : "";
    this.#account([...filed, ...back.map((each) => (each.used && beside ? { ...each, as: each.as + beside } : each))]);
  }

  #undo: (() => Promise<void>) | undefined;

  #afterForeign: readonly File[] = [];

  /** Opens the model made from weights trained elsewhere, and the data opened with them. */
  async openForeign(model: File): Promise<void> {
    const data = this.#afterForeign;
    this.#afterForeign = [];
    this.set({ intake: undefined });
    await this.openFiles([model, ...data]);
  }

  /** Removes the import of weights from the page. */
  dismissForeign(): void {
    this.#afterForeign = [];
    this.set({ foreign: undefined, intake: undefined });
  }

  /** Shows the account of files; for a single file its destination reports the outcome. */
  #account(files: readonly Filed[], chosen?: Intake["chosen"]): void {
    if (!chosen) this.#undo = undefined;
    const isUntold = files.some((each) => !each.used && !each.isTold) && this.active?.failure === undefined;
    const isUnseen = isUntold || files.some(({ waits }) => waits);
    if (files.length > 1 || chosen || isUnseen) this.say(files, chosen);
    else this.set({ intake: undefined });
  }

  /** Shows the account of files, and the model selected for them. */
  say(files: readonly Filed[], chosen?: Intake["chosen"]): void {
    this.set({ intake: { files, chosen } });
    const left = files.filter((each) => !each.used);
    if (left.length > 0) this.announce(`Not used: ${left.map(({ name, as }) => `${name}, ${as}`).join("; ")}.`);
    else if (chosen) this.announce(`${chosen.model} was opened. ${chosen.why}`);
  }

  /** Undoes the selection of a model for data, and the data. */
  async undoIntake(): Promise<void> {
    const undo = this.#undo;
    this.#undo = undefined;
    this.set({ intake: undefined });
    await undo?.();
  }

  /** Removes the messages about files. */
  dismissIntake(): void {
    this.#undo = undefined;
    this.set({ intake: undefined });
  }

  async #active(): Promise<TaskSession> {
    return this.active ?? this.first();
  }

  /** Waits until files are identified; meanwhile nothing runs on data that they may replace. */
  async #looking<T>(answer: Promise<T>): Promise<T> {
    this.set({ lookedAt: this.state.lookedAt + 1 });
    try {
      return await answer;
    } finally {
      this.set({ lookedAt: this.state.lookedAt - 1 });
    }
  }

  /** Opens the content of a single-file page: its model, its data, and its view. */
  async openExportFile(file: File): Promise<void> {
    const { elementsOf, readExported, showExported } = await import("../standalone/exported");
    const exported = await this.do("model", file.name, async () =>
      readExported(file.name, elementsOf(await file.text())),
    );
    if (exported) await showExported(this, exported);
  }

  /** Opens pasted text. */
  async openText(text: string): Promise<void> {
    const isSequence = (await this.#looking(identify(new Blob([text])))) === "sequence";
    await this.openFiles([pastedFile(text, isSequence ? "pasted sequence" : "pasted table")]);
  }

  /**
   * Opens the user's own model file, as a catalogue model if the catalogue lists it. `sha256` and `task` are those
   * stated by its page, and `verified` is true if the site that wrote the page listed it.
   */
  openModelFile(
    file: Blob,
    { name = (file as File).name, sha256, task, verified = false, symmetric }: OwnModel = {},
  ): Promise<void> {
    const known = this.#listed(sha256);
    // Only the catalogue can verify a file.
    const isVouched = known.id !== undefined || this.state.catalogue === undefined;
    const listed = this.state.catalogue === undefined && sha256 !== undefined && verified ? [sha256] : undefined;
    return this.#open({ blob: file, file: name, task, listed, symmetric, ...(isVouched ? { sha256 } : {}) }, known);
  }

  /** The catalogue's model with a hash, and the kind of weights in that file. */
  #listed(sha256: string | undefined): { id?: string; weights?: Weights } {
    const found = fileWith(this.state.catalogue?.models ?? [], (file) => file.sha256 === sha256);
    return found ? { id: found.model.id, weights: found.file.weights } : {};
  }

  /** SHA-256 of the site's model files: the user's copy of one counts as that file, whatever its name. */
  #hashes(): readonly string[] {
    return (this.state.catalogue?.models ?? []).flatMap((model) => filesOf(model).map(({ sha256 }) => sha256));
  }

  /** Opens a model from its source; one of the catalogue, as such. */
  openFrom(source: ModelRequest): Promise<void> {
    return "blob" in source
      ? this.openModelFile(source.blob, { name: source.file, symmetric: source.symmetric })
      : this.#open(source, this.#listed(source.sha256));
  }

  /** Reopens an earlier model by its hash; if it is unknown, the open one stays. */
  async reopen(sha256: string): Promise<void> {
    const origin = this.#models.get(sha256);
    const listed = fileWith(this.state.catalogue?.models ?? [], (file) => file.sha256 === sha256);
    if (origin) await this.#open(origin.request, { id: origin.id, weights: origin.weights });
    else if (listed) {
      const { request, weights } = this.fileOf(listed.model, listed.file.weights);
      await this.#open(request, { id: listed.model.id, weights });
    }
  }

  /** Sets the device and weights for the next model; open ones are not affected. */
  prefer(choice: DeviceChoice, weights: Weights): void {
    this.set({ choice, weights });
  }

  /** The origin of a model that was opened. */
  originOf({ sha256 }: OpenedModel): ModelOrigin | undefined {
    return this.#models.get(sha256);
  }

  /** Records the origin of a model that a task opened in addition to the open one. */
  noteOrigin({ sha256 }: OpenedModel, origin: ModelOrigin): void {
    this.#models.set(sha256, origin);
  }

  /** The address of a site file, by its path relative to the catalogue. */
  siteFile(path: string): { readonly url: string; readonly file: string } {
    return { url: new URL(path, this.catalogueUrl).href, file: path.slice(path.lastIndexOf("/") + 1) };
  }

  /** The preferred file of a model in the catalogue. */
  fileOf(model: CatalogueModel, wished = this.state.weights): { request: ModelRequest; weights: Weights } {
    const { file, sha256, weights } = fileOf(model, wished);
    const task = taskOf(model.description);
    const request = { url: new URL(file, this.catalogueUrl).href, file, sha256, task, listed: [sha256] };
    return { request, weights };
  }

  /** Discards data, results and their views; the model, the device and the catalogue stay. */
  async clear(): Promise<void> {
    this.cancelAll();
    for (const task of this.#begun) await task.clear();
    const { catalogue, model, device, choice, weights, lookedAt } = this.state;
    this.set({
      ...{ ...INITIAL, brought: undefined, workspaceFile: undefined, intake: undefined, foreign: undefined },
      ...{ catalogue, model, device, choice, weights, lookedAt },
    });
  }

  /** Records that the worker has nothing open any more. */
  forgetModel(): void {
    this.set({ model: undefined, device: undefined });
  }

  /** Called before an example replaces the content of the page. */
  beforeExample: ((name: string) => Promise<void>) | undefined;

  /**
   * Reads an example and runs it, with its recommended model if the open one reads other data; of several records, the
   * one in the address.
   */
  async tryExample(example: CatalogueExample, address: Address = {}): Promise<void> {
    await this.beforeExample?.(example.name);
    const task = taskOfExample(example);
    if (!task) return;
    this.set({ intake: undefined });
    const { model, catalogue } = this.state;
    const isOther = model?.description.task !== task;
    // Only the model of simulated sequences applies to their planted sites.
    const ofSequences = factsOfTask(task).cells.length === 0;
    const isMeasured = ofSequences && model?.id !== undefined && !model.card.simulated && example.simulated;
    const entry = isOther || isMeasured ? modelOfExample(catalogue?.models ?? [], example) : undefined;
    if (entry && entry.id !== model?.id) await this.openModel(entry);
    if (this.state.problems.model) return;
    await (await this.task(task)).tryExample(example, address);
  }

  /** Reads an example, runs it, and shows one of its genes. */
  async openExample(example: CatalogueExample, gene: string): Promise<void> {
    await this.tryExample(example);
    await this.#show({ view: "gene", gene });
  }

  /** Selects a device. */
  async chooseDevice(choice: DeviceChoice): Promise<void> {
    this.set({ choice });
    await this.#readyDevice();
  }

  async #open(model: ModelRequest, from: { id?: string; weights?: Weights }): Promise<void> {
    const opened = await this.do("model", model.file, async (options) => {
      const request = { ...model, listed: model.listed ?? this.#hashes() };
      const opened = await this.worker.call("openModel", { model: request }, options);
      try {
        return { opened, active: await this.task(opened.description.task) };
      } catch (thrown) {
        await this.#reopen();
        throw thrown;
      }
    });
    if (!opened) return;
    const { active } = opened;
    const current = { ...opened.opened, ...from };
    this.#models.set(current.sha256, { request: model, ...from });
    this.#activate(active, { model: current, device: undefined, announcement: `Model ${current.card.name} is open.` });
    const device = this.#readyDevice();
    // `auto` measures devices in the background.
    await Promise.all([this.state.choice === "auto" ? undefined : device, active.follow(current)]);
  }

  /** Reopens the current model in the worker, in place of one that cannot be shown. */
  async #reopen(): Promise<void> {
    const { model } = this.state;
    const origin = model && this.originOf(model);
    if (!origin) return;
    await this.worker.call("openModel", {
      model: { ...origin.request, listed: origin.request.listed ?? this.#hashes() },
    });
    await this.#readyDevice();
  }

  async #readyDevice(): Promise<void> {
    if (!this.state.model) return;
    const { choice } = this.state;
    const device = await this.do("device", choice === "cpu" ? "the CPU" : "WebGPU", (options) =>
      this.worker.call("useDevice", { choice }, options),
    );
    if (device) this.set({ device });
  }

  /** Updates the device, as reported by the worker or by a run. */
  readonly hearDevice = (device: DeviceReport): void => this.set({ device });

  protected override cancelled(): Partial<State> {
    return { announcement: "Cancelled." };
  }
}

/** Reason for the selection of a model, in a sentence or two. */
function whyChosen(task: Task, before: OpenedModel | undefined, data: readonly Identified[]): string {
  const { does, caution } = factsOfTask(task);
  const names = data.map(({ name }) => name).join(", ");
  const isSame = before?.description.task === task;
  const why = isSame
    ? `${names}: ${before.card.name || before.file} was trained on simulated data and does not apply to real data.`
    : `${names}: this model ${does}.`;
  return [why, caution].filter((each) => each !== "").join(" ");
}

/** Ids in an address that the site lacks, one sentence each. */
function missingIds(
  address: Address,
  model: CatalogueModel | undefined,
  example: CatalogueExample | undefined,
): string[] {
  return [
    ...(address.model !== undefined && model?.id !== address.model
      ? [`This site has no model “${address.model}”; ${model ? `${model.name} is open instead` : "it lists none"}.`]
      : []),
    ...(address.example !== undefined && !example ? [`This site has no example “${address.example}”.`] : []),
  ];
}
