/** `<regulens-view>`: loads what its attributes name once it is near, shows it, and tells of it. */

import { html, LitElement, nothing } from "lit";
import { property, state as internal } from "lit/decorators.js";
import type { Progress } from "../../../pkg/src/index";
import type {
  RegulensProblem,
  RegulensReady,
  RegulensSelection,
  RegulensViewEvents,
  RegulensViewResult,
  RegulensView as Shown,
} from "../../../pkg/src/element";
import { type InlineStyle, inlineStyle } from "../ui/inline-style";
import { errorNotice } from "../ui/notice";
import { progressOf } from "../ui/progress";
import { THEME_REQUEST, type ThemeRequest } from "../ui/theme/theme";
import type { Activity } from "../rpc/async-state";
import { toPlain } from "../rpc/errors";
import { modelName } from "../session/state";
import { loaded, type Scene, type Stage } from "../tasks/shared/view/job";
import "./picker";
import { ASKED, requestOf } from "../tasks/shared/view/request";
import { makeScene } from "./scenes";
import { Leases, SharedCache } from "../tasks/shared/view/shared-cache";
import { frameStyles } from "./styles";
import { tokens, ViewTheme } from "./theme";

/** Cache that all elements of the page share. */
const cache = new SharedCache();

/** Distance from the viewport within which an element loads. */
const NEAR = "50% 0px";

/** Problem where the policy of the page refuses a map, which is drawn as an image. */
const BLOCKED: RegulensProblem = {
  name: "PolicyError",
  code: "blocked-image",
  message: "This page's content security policy blocks the map, which is a data: image.",
  remedy: "Allow img-src 'self' blob: data: in the policy; blob: is for saving PNG.",
};

/** Returns true if a map is drawn somewhere below, within the roots of other components too. */
function hasImage(root: ShadowRoot): boolean {
  if (root.querySelector('image[href^="data:"]')) return true;
  return [...root.querySelectorAll("*")].some(({ shadowRoot }) => shadowRoot !== null && hasImage(shadowRoot));
}

/** The element; its public side is described in `pkg/src/element.ts`. */
export class RegulensView extends LitElement implements Omit<Shown, "addEventListener"> {
  @property() model: Shown["model"];
  @property({ attribute: false }) models: Shown["models"];
  @property() sha256: Shown["sha256"];
  @property() data: Shown["data"];
  @property({ attribute: "data-b" }) dataB: Shown["dataB"];
  @property() measured: Shown["measured"];
  @property() gene: Shown["gene"];
  @property() region: Shown["region"];
  @property() view: Shown["view"];
  @property() device: Shown["device"] = "auto";
  @property({ reflect: true, useDefault: true }) theme: Shown["theme"] = "auto";
  @property() loading: Shown["loading"] = "lazy";
  @property() task: Shown["task"];
  @property() height: Shown["height"];
  @property({ type: Boolean, attribute: "no-picker" }) noPicker: Shown["noPicker"] = false;
  @property({ type: Boolean, attribute: "no-what-if" }) noWhatIf: Shown["noWhatIf"] = false;
  @property() coverage: Shown["coverage"];
  @property({ attribute: false }) engine: Shown["engine"];
  @internal() private scene: Scene | undefined;
  @internal() private problem: RegulensProblem | undefined;
  @internal() private activity: Activity | undefined;
  /** The view in which the policy of the page refused a picture. */
  @internal() private refusedIn: Scene | undefined;
  @internal() private dismissed: ReadonlySet<string> = new Set();
  #theme = new ViewTheme(() => this.shadowRoot);
  #leases: Leases | undefined;
  /** The request that is loading, to replace what is shown. */
  #loading: Leases | undefined;
  #making: AbortController | undefined;
  #isNear = false;
  #isRequested = false;
  #announced = "";
  #result: RegulensViewResult | undefined;
  #seen = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#come(), {
    rootMargin: NEAR,
  });

  static override styles = [tokens, frameStyles];

  constructor() {
    super();
    this.addEventListener(THEME_REQUEST, (event) => {
      const request = event as ThemeRequest;
      request.stopPropagation();
      request.detail.source = this.#theme;
    });
  }

  get status(): Shown["status"] {
    if (this.#making) return "loading";
    return this.problem ? "error" : this.scene ? "ready" : "waiting";
  }

  get result(): RegulensViewResult | undefined {
    return this.scene?.result;
  }

  retry(): void {
    this.#isNear = true;
    void this.#load();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("securitypolicyviolation", this.#refused);
    this.#theme.connect();
    this.#seen.observe(this);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("securitypolicyviolation", this.#refused);
    this.#theme.disconnect();
    this.#seen.disconnect();
    // An element that is only moved is back at once, and keeps its state.
    setTimeout(() => !this.isConnected && this.#leave());
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("theme"))
      this.#theme.choice = this.theme === "light" || this.theme === "dark" ? this.theme : "auto";
    if (changed.has("loading") && this.loading === "eager") this.#isNear = true;
    const isAsked = ASKED.some((name) => changed.has(name)) || !this.#isRequested;
    // The rest is drawn once more, and must not be loaded again.
    if (!isAsked || !this.#isNear || !this.isConnected) return;
    void this.#load();
  }

  override render() {
    const { scene, problem, activity } = this;
    const isLive = scene !== undefined && !problem;
    return html`<div
      class="frame ${isLive || activity || problem ? "shown" : ""} ${problem ? "" : "kept"}"
      style=${inlineStyle(this.#height)}
      part="frame"
      aria-busy=${activity ? "true" : nothing}
    >
      ${problem ? html`<div class="error" part="error">${this.#failed(problem)}</div>` : nothing}
      ${isLive ? this.#live(scene) : nothing}
      <div class="placeholder" part="placeholder" ?hidden=${isLive}><slot></slot></div>
      <div class="status" part="status">${progressOf(activity, this.#cancel)}</div>
      <div class="visually-hidden" role="status">${isLive && !activity ? `${this.#title(scene)} is shown.` : ""}</div>
    </div>`;
  }

  /** Height that is kept for it, as a length; a number alone is of pixels. */
  get #height(): InlineStyle {
    const { height } = this;
    return height ? { "--regulens-height": `${height}${Number.isNaN(Number(height)) ? "" : "px"}` } : {};
  }

  #live(scene: Scene) {
    const { choice } = scene;
    return html`${
        choice && choice.names.length > 1 && !this.noPicker
          ? html`<div class="header" part="header">
              <regulens-picker
                part="picker"
                .kind=${choice.kind}
                .names=${choice.names}
                .chosen=${choice.chosen}
                .file=${scene.files[0] ?? ""}
                @pick=${(event: CustomEvent<number>) => this.#choose(scene, event.detail)}
              ></regulens-picker>
            </div>`
          : nothing
      }
      ${
        this.refusedIn === scene
          ? html`<regulens-notice part="note" tone="warning" heading="A part of this view is missing"
              ><p>${BLOCKED.message} ${BLOCKED.remedy}</p></regulens-notice
            >`
          : nothing
      }
      ${scene.notes
        .filter(({ text }) => !this.dismissed.has(text))
        .map(
          ({ heading, text }) =>
            html`<regulens-notice
              part="note"
              tone="warning"
              .heading=${heading}
              dismissible
              @dismiss=${() => (this.dismissed = new Set([...this.dismissed, text]))}
              ><p>${text}</p></regulens-notice
            >`,
        )}
      <div
        class="view"
        part="view"
        @failed=${(event: CustomEvent<Error>) => this.#tell("regulens-error", toPlain(event.detail))}
      >
        ${scene.render(this.#stage)}
      </div>
      <p class="caption" part="caption">${this.#caption(scene)}</p>`;
  }

  #failed(problem: RegulensProblem) {
    return html`${errorNotice("This view could not be shown", problem)}
      <p class="tools"><button class="small" @click=${() => this.retry()}>Try again</button></p>`;
  }

  #title({ models, files }: Scene): string {
    return `${models.map(modelName).join(", ")} on ${files.join(" and ")}`;
  }

  #caption(scene: Scene) {
    const hashes = scene.models.map(
      ({ sha256, verified }) => `${sha256.slice(0, 12)}…${verified ? " (verified)" : ""}`,
    );
    return html`${this.#title(scene)} · ${scene.device} ·
      <span title=${scene.models.map(({ sha256 }) => sha256).join(", ")}>SHA-256 ${hashes.join(", ")}</span
      >${scene.models.some(({ card }) => card.simulated) ? " · trained on simulated data" : ""}`;
  }

  #stage: Stage = {
    select: (selection) => this.#select(selection),
    fail: (problem) => this.#tell("regulens-error", problem),
    update: () => this.requestUpdate(),
  };

  #choose({ choice }: Scene, position: number): void {
    const name = choice?.names[position];
    if (name === undefined) return;
    if (choice?.kind === "gene") this.#select({ kind: "gene", gene: name });
    else {
      this.region = name;
      this.#tell("regulens-selection", { kind: "record", record: name });
    }
  }

  #select(selection: RegulensSelection): void {
    if (selection.kind === "gene") this.gene = selection.gene;
    this.#tell("regulens-selection", selection);
  }

  #tell<Name extends keyof RegulensViewEvents>(type: Name, detail: RegulensViewEvents[Name]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Tells of a picture within this view that the policy of the page refuses; the browser leaves its place empty. */
  #refused = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    const isOurs = blockedURI.startsWith("data") && this.scene && this.shadowRoot && hasImage(this.shadowRoot);
    if (effectiveDirective !== "img-src" || !isOurs || this.refusedIn === this.scene) return;
    this.refusedIn = this.scene;
    this.#tell("regulens-error", BLOCKED);
  };

  /** Cancels the current request; the last view stays. */
  #cancel = (): void => {
    this.#making?.abort();
    this.#loading?.release();
    this.#making = this.#loading = this.activity = undefined;
    if (this.scene) return;
    this.problem = {
      name: "AbortError",
      code: "cancelled",
      message: "Loading was cancelled.",
      remedy: "Try again to see the live view.",
    };
    this.#tell("regulens-error", this.problem);
  };

  /** Comes near to the viewport. */
  #come(): void {
    this.#seen.disconnect();
    if (this.#isNear) return;
    this.#isNear = true;
    this.requestUpdate();
  }

  /** Disconnects, and releases what no other element uses. */
  #leave(): void {
    this.#making?.abort();
    this.scene?.end?.();
    this.#loading?.release();
    this.#leases?.release();
    this.#making = this.#loading = this.#leases = this.scene = this.problem = this.activity = undefined;
    this.#isRequested = false;
    this.#announced = "";
  }

  /** Loads the new request in place of the old one. What both need stays loaded. */
  async #load(): Promise<void> {
    this.#isRequested = true;
    this.#making?.abort();
    const making = (this.#making = new AbortController());
    const request = requestOf(this);
    const began = performance.now();
    const name = request.models.length > 0 ? "model" : "";
    this.activity = { name, began };
    const leases = new Leases(cache, (progress: Progress) => {
      if (this.#making === making) this.activity = { name: progress.file ?? name, began, progress };
    });
    this.#loading = leases;
    try {
      const scene = await makeScene({ request, leases, signal: making.signal }, this.engine);
      if (this.#making !== making) {
        scene.end?.();
        return leases.release();
      }
      this.scene?.end?.();
      this.#leases?.release();
      this.#leases = leases;
      this.scene = scene;
      this.problem = undefined;
      this.#theme.look();
      this.#ended(making);
      await this.updateComplete;
      if (this.scene === scene) this.#announce(scene);
    } catch (thrown) {
      leases.release();
      if (this.#making !== making) return;
      this.#ended(making);
      this.problem = toPlain(thrown);
      this.#tell("regulens-error", this.problem);
    }
  }

  #ended(making: AbortController): void {
    if (this.#making !== making) return;
    this.#making = this.#loading = this.activity = undefined;
  }

  #announce(scene: Scene): void {
    const { view, models, files, names, result, notes } = scene;
    const ready: RegulensReady = { view, models: models.map(loaded), files, names };
    const told = JSON.stringify([view, files, models.map(({ sha256 }) => sha256)]);
    if (told !== this.#announced) this.#tell("regulens-ready", ready);
    this.#announced = told;
    for (const { problem } of notes) if (problem && this.#result !== result) this.#tell("regulens-error", problem);
    if (this.#result !== result) this.#tell("regulens-result", result);
    this.#result = result;
  }
}
