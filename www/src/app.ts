/** The page: one session, one worker, and how its parts stand. */

// First: workers are started by what follows.
import "./worker/trusted-scripts";
import { html, LitElement, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { Offline } from "./offline/offline";
import type { DataStep } from "./tasks/shared/data-step";
import "./tasks/shared/data-step";
import "./app/header";
import { creditsInWords, type ModelStep } from "./model/step";
import "./model/step";
import { errorNotice } from "./ui/notice";
import { reveal } from "./ui/reveal";
import { themeSetting } from "./ui/theme/theme";
import { FileDrop } from "./session/file-drop";
import { Session } from "./session/session";
import type { TaskSession } from "./tasks/shared/task";
import { ELEMENTS } from "./tasks/elements";
import { FIRST } from "./tasks/index";
import type { State } from "./session/state";
import { type Address, readAddress, type View } from "./session/address";
import { rememberedWeights } from "./session/weights";
import { type Bar, type Setup, setUpInFull } from "./workbench/bar";
import { foldAfter, isOpen, mustBeRead, type SetupFold } from "./workbench/setup-fold";
import type { Workspace } from "./session/workspace-types";
import type { Workspaces } from "./workspace/workspaces";
import { WorkerClient } from "./rpc/client";
import type { PlainError } from "./rpc/errors";
import type { PageCalls } from "./worker/calls";
import type { DeviceReport } from "../../pkg/src/index";

/** Requests of the page's address. Where it names no model, the weights fall back to the last choice. */
function wishes() {
  const address = readAddress(location.search);
  return { ...address, weights: address.weights ?? (address.model === undefined ? rememberedWeights() : undefined) };
}

/** Returns true if something of this tab was kept. */
function isKept(): boolean {
  try {
    return sessionStorage.getItem("regulens-tab") !== null;
  } catch {
    return false;
  }
}

/** Returns true if the page was reloaded, or come back to. */
function isLoadedAgain(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
}

/** Address that opens the model that was open, as far as an address can say it. */
function addressOf({ models, model, device, weights }: Workspace): Address {
  return { model: models[model ?? -1]?.id, device, weights };
}

/** Waits until the browser has time; Safari does not say when it has. */
const idle = () =>
  new Promise((resolve) =>
    "requestIdleCallback" in globalThis ? requestIdleCallback(resolve, { timeout: 5000 }) : setTimeout(resolve, 500),
  );

const savingPages = () => import("./standalone/save-menu");

/** Messages that come out of view: without them they are in their places. */
const messages = () => import("./ui/messages").catch(() => {});

/** Menu, dialog and notes of workspaces: a script of its own, fetched while the first model is. */
const workspaceParts = () => import("./workspace/panel");

/** The guides, each a page beside this one. */
const GUIDES = [
  ["bigwigs", "Your own bigWigs to a figure"],
  ["variants", "Score the variants of a VCF"],
  ["explanations", "See what a prediction rests on"],
  ["supplement", "Put a figure in your supplement"],
  ["train", "Train on your cell type and use it in the page"],
  ["javascript", "Use it from JavaScript"],
  ["grid", "Run the 56-cell-type grid on a cluster"],
] as const;

const DROPPING = "Drop tables, bigWig files and genes, a sequence, variants, a weight file or a workspace";

/** The page. It renders into the document itself, so that the page's own styles and links reach its parts. */
@customElement("regulens-app")
export class App extends LitElement {
  readonly #session: Session;
  @internal() private state: State;
  @internal() private dropping = false;
  @internal() private cannotShow = false;
  @internal() private offline: Offline | undefined;
  @internal() private workspaces: Workspaces | undefined;
  @internal() private setup: SetupFold = {};
  readonly #client: WorkerClient<PageCalls, DeviceReport>;
  /** The opening of the last workspace; settled where none is being opened. */
  #opening: Promise<void> = Promise.resolve();
  /** Until a workspace that was dropped asks for its files: what is dropped next may be one of those. */
  #asking: Promise<void> = Promise.resolve();
  /** The tasks that were heard of. */
  readonly #subscribed = new Set<TaskSession>();

  constructor() {
    super();
    this.#client = new WorkerClient(() => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }), {
      what: "The page's worker",
      onNotice: (device) => this.#session.hearDevice(device),
      onStopped: (problem) => void this.#revive(problem),
    });
    this.#session = new Session(this.#client, new URL("models/catalogue.json", document.baseURI).href);
    this.state = this.#session.state;
  }

  protected override createRenderRoot(): HTMLElement {
    // Removes the text that the document shows before the page has started.
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#session.subscribe((state) => this.#hear(state));
    new FileDrop({
      over: (over) => (this.dropping = over),
      files: (files) => void this.#openFiles(files),
      text: (text) => !this.state.isRunning && void this.#session.openText(text),
    }).listen();
    addEventListener("keydown", this.#saveOnKey);
    this.#session.first().catch(() => (this.cannotShow = true));
    void this.#start().finally(() => this.#keepForOffline());
  }

  /** Starts with what the address asks for; a page that is loaded again, with what was on it. */
  async #start(): Promise<void> {
    const parts = workspaceParts();
    parts.then(
      ({ Workspaces }) => (this.workspaces = new Workspaces(this.#session)),
      () => (this.cannotShow = true),
    );
    // Only a tab of which something was kept has to wait for it.
    const kept = isKept() ? await parts.then(({ keptOfTab }) => keptOfTab()).catch(() => undefined) : undefined;
    const resumed = isLoadedAgain() ? kept : undefined;
    await this.#session.start(resumed ? addressOf(resumed.workspace) : wishes());
    if (kept) await messages();
    if (resumed) await this.workspaces?.resume(resumed);
    else if (kept) this.workspaces?.offer(kept);
  }

  /** The worker stopped: another is given what is on the page. */
  async #revive(problem: PlainError): Promise<void> {
    // At once, where it can be: a page that is being brought back has to hear of it before that goes on. Without these
    // parts nothing brings it back.
    if (!this.workspaces) await workspaceParts().catch(() => (this.cannotShow = true));
    await this.workspaces?.revive(problem);
  }

  /** Files that were dropped: those that a workspace asks for, a workspace, or data. */
  async #openFiles(files: readonly File[]): Promise<void> {
    await this.#asking;
    const { workspaces } = this;
    if (workspaces?.state.opened) return workspaces.give(files.map((file) => ({ file, name: file.name })));
    const opening = this.#session.openFiles(files);
    if (files.some(({ name }) => name.toLowerCase().endsWith(".json")))
      this.#asking = opening.then(() => this.#opening).catch(() => undefined);
    await opening;
  }

  #saveOnKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (!this.state.isRunning) void this.workspaces?.save();
  };

  protected override willUpdate(): void {
    const { active } = this.#session;
    const work = this.#work;
    const { intake, problems, doing, foreign } = this.state;
    const said = [problems.model, problems.device, doing.model, foreign].some((each) => each !== undefined);
    const says = said || mustBeRead(intake);
    const isCurrent = work !== undefined && work === active && work.isCurrent;
    this.setup = foldAfter(this.setup, {
      hasResults: work !== undefined,
      isBusy: active?.isBusy ?? false,
      says: says || !isCurrent || (active?.isAsking ?? false),
    });
  }

  /** The task that has results to show. */
  get #work(): TaskSession | undefined {
    const { results } = this.#session;
    return results?.hasResults ? results : undefined;
  }

  override render() {
    const { state } = this;
    const session = this.#session;
    const { active, results, tasks } = session;
    const work = this.#work;
    const isSetUp = isOpen(this.setup);
    // Nothing was given yet: beside the place for it stands what comes of it.
    const isStart = active?.task === FIRST && !results?.hasResults && !active.isTaken && !state.problems.device;
    return html`
      <regulens-header
        .session=${session}
        .state=${state}
        .theme=${themeSetting()}
        .workspaces=${this.workspaces}
        ?slim=${work !== undefined}
        >${
          work
            ? html`<regulens-bar
                .work=${work}
                .active=${active}
                .state=${state}
                ?open=${isSetUp}
                @setup=${(event: CustomEvent<Setup>) => void this.#setUp(event.detail)}
              ></regulens-bar>`
            : nothing
        }</regulens-header
      >
      <main id="main" class="width ${work ? "workbench" : ""}" tabindex="-1">
        <regulens-offline-news .offline=${this.offline}></regulens-offline-news>
        ${errorNotice("The model list could not be loaded", state.problems.site, () => session.dismiss("site"), 2)}
        ${
          this.cannotShow
            ? html`<regulens-notice tone="danger" level="2" heading="The views of this model could not be loaded"
                ><p>Reload the page; if it happens again, check that the whole site is served.</p></regulens-notice
              >`
            : nothing
        }
        ${
          state.missing.length > 0
            ? html`<regulens-notice
                tone="warning"
                level="2"
                heading="Parts of this link could not be opened"
                dismissible
                @dismiss=${() => session.dismissUnmet()}
                >${state.missing.map((line) => html`<p>${line}</p>`)}</regulens-notice
              >`
            : nothing
        }
        <regulens-workspace .workspaces=${this.workspaces}></regulens-workspace>
        ${work && !isSetUp ? setUpInFull(active ?? work, state) : nothing}
        <div class="setup" ?hidden=${!isSetUp}>
          <regulens-model-step
            .session=${session}
            .state=${state}
            .task=${active}
            @reading=${(event: CustomEvent<boolean>) => void this.#read(event.detail)}
          ></regulens-model-step>
          <div class="steps ${isStart ? "start" : ""} ${active?.hasData ? "given" : ""}">
            <regulens-data-step
              .session=${session}
              .intake=${state.intake}
              .content=${active?.dataStep()}
            ></regulens-data-step>
            ${
              isStart
                ? html`<regulens-first-gene
                    .session=${session}
                    ?ready=${state.catalogue !== undefined && state.model !== undefined}
                  ></regulens-first-gene>`
                : nothing
            }
            ${active?.runBar() ?? nothing}
          </div>
        </div>
        ${work ? work.results({ notes: this.#notes() }) : (results?.results() ?? nothing)}
        ${!work && (state.notes || tasks.some(({ hasData }) => hasData)) ? this.#notes() : nothing}
        ${tasks.map((task) => (task === work ? nothing : (task.below?.() ?? nothing)))}
      </main>
      <footer>
        <div class="width">
          <regulens-offline .offline=${this.offline}></regulens-offline>
          <p>${creditsInWords(state)}</p>
          <!-- In a tab of their own: what is on this page is on no other. -->
          <nav aria-label="Guides, each in a new tab">
            <ul>
              ${GUIDES.map(
                ([name, title]) => html`<li><a href="guides/${name}.html" target="_blank">${title}</a></li>`,
              )}
              <li><a href="embed.html" target="_blank">Embed a live figure</a></li>
              <li><a href="api/index.html" target="_blank">npm package API</a></li>
              <li><a href="regulens/dist/THIRD-PARTY.txt" target="_blank">Third-party licences</a></li>
            </ul>
          </nav>
        </div>
      </footer>
      <div class="visually-hidden" role="status" aria-live="polite">${state.announcement}</div>
      <regulens-messages></regulens-messages>
      ${this.dropping ? html`<div class="dropping">${DROPPING}</div>` : nothing}
    `;
  }

  #notes() {
    return html`<regulens-notes .session=${this.#session} .state=${this.state}></regulens-notes>`;
  }

  /** Opens the choice of the model and the data at one of them, or folds it away. */
  async #setUp(setup: Setup): Promise<void> {
    const asked = !isOpen(this.setup);
    this.setup = { ...this.setup, asked };
    await this.updateComplete;
    if (!asked) return;
    scrollTo({ top: 0 });
    if (setup === "model") this.querySelector<ModelStep>("regulens-model-step")?.choose();
    else this.querySelector<DataStep>("regulens-data-step")?.focusTitle();
  }

  /** The model's card was opened or closed. What it was opened from may be folded away when it is closed. */
  async #read(isRead: boolean): Promise<void> {
    this.setup = { ...this.setup, isRead };
    await this.updateComplete;
    if (!isOpen(this.setup)) this.querySelector<Bar>("regulens-bar")?.focusOn("model");
  }

  /** The first visit goes to the first model; what makes the second one work without a network comes after it. */
  async #keepForOffline(): Promise<void> {
    await idle();
    await messages();
    // Loads the parts that a first run shows, too: after loading nothing is asked for.
    await savingPages().catch(() => {});
    // Without it the page works as it did.
    const parts = await import("./offline/start").catch(() => undefined);
    this.offline = parts && new parts.Offline(this.#session, () => this.#client.busy("useDevice"));
    void this.offline?.start();
  }

  /** Each task brings its own elements, which most visitors never need. */
  #follow(): void {
    for (const task of this.#session.tasks) {
      if (this.#subscribed.has(task)) continue;
      this.#subscribed.add(task);
      task.subscribe(() => this.#hearTask());
      ELEMENTS[task.task]().catch(() => (this.cannotShow = true));
    }
  }

  #hearTask(): void {
    if (this.#session.tasks.some(({ hasResults }) => hasResults)) savingPages().catch(() => (this.cannotShow = true));
    this.workspaces?.heard();
    this.requestUpdate();
  }

  #hear(state: State): void {
    const { brought, workspaceFile } = state;
    const isBrought = brought !== undefined && brought !== this.state.brought;
    const isWorkspace = workspaceFile !== undefined && workspaceFile !== this.state.workspaceFile;
    this.state = state;
    this.workspaces?.heard();
    this.#follow();
    if (isWorkspace) this.#opening = this.#openWorkspace(workspaceFile);
    if (isBrought) void this.updateComplete.then(() => this.#bring(brought.view));
  }

  async #openWorkspace(file: File): Promise<void> {
    await workspaceParts();
    await this.updateComplete;
    await this.workspaces?.open(file, file.name);
  }

  /** Brings a part of the results into view and the keyboard's focus to it, after what is before it was drawn. */
  #bring(view: View): void {
    const of = this.#session.results?.places[view];
    const shown = of && this.querySelector(of.element);
    requestAnimationFrame(() =>
      requestAnimationFrame(async () => {
        const place = shown?.shadowRoot?.querySelector<HTMLElement>(of?.part ?? "#title") ?? undefined;
        if (place) await reveal(place);
        place?.scrollIntoView({ behavior: "auto", block: "start" });
        if (place && !place.hasAttribute("tabindex")) place.tabIndex = -1;
        place?.focus({ preventScroll: true });
      }),
    );
  }
}
