/** The page: one session, one worker, and how its parts stand. */

import { html, LitElement, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { DeviceChoice } from "../../pkg/src/index";
import type { Compare } from "./components/compare";
import "./components/data-step";
import "./components/header";
import "./components/model-step";
import { errorNotice } from "./components/notice";
import type { Results } from "./components/results";
import "./components/results";
import "./components/run-bar";
import { themeSetting } from "./components/theme-context";
import { isOfChange, isOfTracks } from "./state/cells";
import { FileDrop } from "./state/file-drop";
import { Session } from "./state/session";
import type { SequenceSession } from "./state/sequences";
import type { State, Weights } from "./state/state";
import { rememberedWeights } from "./state/weights";
import { WorkerClient, type WorkerPort } from "./worker/client";

/** What the page's address asks for: `?model=ID&example=ID&device=auto|webgpu|cpu&weights=float16|int8`. */
function wishes() {
  const query = new URLSearchParams(location.search);
  const device = query.get("device");
  const weights = query.get("weights");
  return {
    model: query.get("model") ?? undefined,
    example: query.get("example") ?? undefined,
    device: device === "auto" || device === "webgpu" || device === "cpu" ? (device as DeviceChoice) : undefined,
    weights: weights === "int8" || weights === "float16" ? (weights as Weights) : rememberedWeights(),
  };
}

const changeViews = () => import("./components/change");
const sequenceViews = () => import("./components/sequences");

/** The page. It renders into the document itself, so that the page's own styles and links reach its parts. */
@customElement("regulens-app")
export class App extends LitElement {
  readonly #session: Session;
  @internal() private state: State;
  @internal() private dropping = false;
  @internal() private cannotShow = false;
  @internal() private sequences: SequenceSession | undefined;
  #shownChange: State["change"];

  constructor() {
    super();
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const client = new WorkerClient(worker as WorkerPort, (device) => this.#session.hearDevice(device));
    this.#session = new Session(client, new URL("models/catalogue.json", document.baseURI).href);
    this.state = this.#session.state;
  }

  protected override createRenderRoot(): HTMLElement {
    // What the document says before the page has started.
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#session.subscribe((state) => this.#hear(state));
    new FileDrop({
      over: (over) => (this.dropping = over),
      files: (files) => !this.state.running && void this.#session.openFiles(files),
      text: (text) => !this.state.running && void this.#session.openText(text),
    }).listen();
    void this.#session.start(wishes());
  }

  override render() {
    const { state } = this;
    const session = this.#session;
    const { sequences } = this;
    const ofTracks = state.model !== undefined && isOfTracks(state.model.card);
    return html`
      <regulens-header .session=${session} .state=${state} .theme=${themeSetting}></regulens-header>
      <main id="main" class="width" tabindex="-1">
        ${errorNotice("The list of models could not be loaded", state.problems.site, () => session.dismiss("site"))}
        ${this.cannotShow
          ? html`<regulens-notice tone="danger" heading="The views of this model could not be loaded"><p>Reload the page; if it happens again, check that the whole site is served.</p></regulens-notice>`
          : nothing}
        <div class="steps">
          <regulens-model-step .session=${session} .state=${state}></regulens-model-step>
          <regulens-data-step .session=${session} .state=${state} .sequences=${sequences}></regulens-data-step>
          ${ofTracks
            ? html`<regulens-sequence-run .session=${session} .state=${state} .sequences=${sequences}></regulens-sequence-run>`
            : html`<regulens-run-bar .session=${session} .state=${state}></regulens-run-bar>`}
        </div>
        ${ofTracks
          ? html`<regulens-sequences .session=${session} .state=${state} .sequences=${sequences}></regulens-sequences>`
          : state.change
          ? html`<regulens-change .session=${session} .state=${state}></regulens-change>`
          : html`<regulens-results .session=${session} .state=${state}></regulens-results>`}
        <regulens-compare ?hidden=${state.kept.length === 0 && !state.removed} .session=${session} .state=${state}></regulens-compare>
      </main>
      <footer>
        <div class="width">
          <p>
            <a href="https://arxiv.org/abs/1708.00339" rel="noreferrer">AttentiveChrome</a> (Singh, Lanchantin, Sekhon and Qi, NIPS 2017) and
            <a href="https://doi.org/10.1093/bioinformatics/bty612" rel="noreferrer">DeepDiff</a> (Sekhon, Singh and Qi, Bioinformatics 2018) in Rust, on WebGPU and
            WebAssembly; <a href="https://doi.org/10.1101/gr.227819.117" rel="noreferrer">Basenji</a> (Kelley and others, Genome Research 2018) with the attention of
            Angus and Eyuboglu (2018). Predictions are for research; they are not a diagnosis.
          </p>
        </div>
      </footer>
      <div class="visually-hidden" role="status" aria-live="polite">${state.announcement}</div>
      ${this.dropping ? html`<div class="dropping">${ofTracks ? "Drop a sequence, a measured track or variants" : state.model && isOfChange(state.model.card) ? "Drop both tables, or one on its place" : "Drop a table"}, or a weight file</div>` : nothing}
    `;
  }

  /** Models of tracks have their own views too. */
  async #showSequences(): Promise<void> {
    const [sequences] = await Promise.all([this.#session.sequences, sequenceViews()]);
    this.sequences = sequences;
  }

  #hear(state: State): void {
    // Models of a change bring their own views, which most visitors never need.
    if (state.model && isOfChange(state.model.card)) changeViews().catch(() => (this.cannotShow = true));
    if (state.model && isOfTracks(state.model.card) && state.model !== this.state.model) this.#showSequences().catch(() => (this.cannotShow = true));
    const isNewRun = state.run !== undefined && state.run !== this.state.run;
    const isNewComparison = state.comparison !== undefined && state.kept.length > this.state.kept.length && state.removed === this.state.removed;
    this.state = state;
    if (isNewComparison) void this.updateComplete.then(() => this.querySelector<Compare>("regulens-compare")?.show?.());
    if (state.change && state.change !== this.#shownChange) void this.updateComplete.then(() => this.querySelector<Results>("regulens-change")?.show?.());
    this.#shownChange = state.change;
    if (isNewRun) void this.updateComplete.then(() => this.querySelector<Results>("regulens-results")?.show());
  }
}
