/**
 * The page's side of keeping it: the service worker's registration, a new version, the kept models, and the room they
 * take.
 */

import { canKeep, downloadModel, forgetModel, isKept, keptModels } from "../../../pkg/src/io/model-cache";
import { Observable } from "../session/observable";
import type { ModelFile } from "./models";
import { buildOf, choice, rememberChoice, removePages, savesData, whyImpossible } from "./browser";
import type { Answers, Ask, News } from "./site";
import { NOTHING_KEPT, type OfflineState } from "./state";
import { sha256Of } from "./store";

/** Milliseconds after which a service worker counts as not answering. */
const PATIENCE = 20_000;

/** The page's own state, for the service worker. */
export interface PageFacts {
  /** Returns true while the user waits for something that a reload would lose. */
  busy(): boolean;
  /** The addresses of all that it has loaded. */
  loaded(): Promise<readonly string[]>;
}

/** Keeps the page for use without a network. */
export class Offline extends Observable<OfflineState> {
  #registration: ServiceWorkerRegistration | undefined;
  #keeping: AbortController | undefined;
  #reloading = false;

  constructor(private readonly page: PageFacts) {
    super(NOTHING_KEPT);
  }

  /** Keeps the page for offline use, unless the user declined. */
  async start(): Promise<void> {
    await this.refresh();
    const why = whyImpossible();
    if (why) return this.set({ phase: "impossible", why });
    if (choice() === "no") return this.set({ phase: "unasked", why: "What was kept has been removed." });
    const known = await navigator.serviceWorker.getRegistration(document.baseURI).catch(() => undefined);
    if (!known && savesData() && choice() !== "yes")
      return this.set({ phase: "unasked", why: "This browser asks to save data." });
    await this.keepPage();
  }

  /** The user asks to keep the page. */
  async wanted(): Promise<void> {
    rememberChoice("yes");
    await this.keepPage();
  }

  /** Keeps the page's own files. */
  async keepPage(): Promise<void> {
    const { serviceWorker } = navigator;
    serviceWorker.removeEventListener("message", this.#hear);
    serviceWorker.addEventListener("message", this.#hear);
    serviceWorker.startMessages();
    this.set({ phase: "filling", why: undefined, obstacle: undefined });
    try {
      // Also asked for past what the browser has stored of it: a new version is found at the next visit.
      const registration: ServiceWorkerRegistration | undefined = await serviceWorker.register(
        new URL("service-worker.js", document.baseURI),
        { updateViaCache: "none" },
      );
      if (!registration) throw new TypeError("service workers are switched off");
      this.#registration = registration;
      registration.addEventListener(
        "updatefound",
        () => registration.installing && this.#follow(registration.installing),
      );
      for (const worker of [registration.installing, registration.waiting]) if (worker) this.#follow(worker);
      if (registration.active) await this.#adopted(registration.active);
    } catch (cause) {
      this.set({
        phase: "impossible",
        why:
          "This browser did not take the page's service worker: " +
          `${cause instanceof Error ? cause.message : String(cause)}.`,
      });
    }
  }

  /** Looks for a new version now; otherwise the next visit does. */
  async lookForUpdate(): Promise<void> {
    await this.#registration
      ?.update()
      .catch(() =>
        this.set({ problem: "The site could not be asked for a new version: there is no connection to it." }),
      );
  }

  /**
   * Lets the new version take over, and reloads the page. It waits for running work, and no other page gets files of
   * two versions.
   */
  async update(): Promise<void> {
    const waiting = this.#registration?.waiting;
    if (!waiting || this.#reloading) return;
    if (this.page.busy()) {
      this.set({ update: { waitsFor: { work: true } } });
      await this.#workEnded();
      if (this.state.update) this.set({ update: {} });
      return;
    }
    const active = new Promise<void>((resolve) =>
      waiting.addEventListener("statechange", () => waiting.state === "activated" && resolve()),
    );
    const answer = await this.#ask(waiting, { kind: "takeOver" });
    if (answer?.others !== 0) return this.set({ update: { waitsFor: { pages: answer?.others ?? 1 } } });
    this.#reloading = true;
    await active;
    // Work that was begun meanwhile ends first.
    await this.#workEnded();
    location.reload();
  }

  /** The user postpones the new version: it starts at the first visit after the last page was closed. */
  dismissUpdate(): void {
    this.set({ update: undefined });
  }

  /** The user has dismissed the notice that storage is full. */
  dismissNoRoom(): void {
    this.set({ noRoom: undefined });
  }

  /** A model was asked for that is not kept, without a network. */
  missed(file: string): void {
    this.set({ missed: file });
  }

  /** The message on that was read. */
  dismissMissed(): void {
    this.set({ missed: undefined });
  }

  /** A model of the catalogue was opened: it has been kept, unless there was no room. */
  async opened(sha256: string, file: string): Promise<void> {
    if ((await canKeep()) && !(await isKept(sha256))) this.#noRoom(file);
    await this.refresh();
  }

  /** Fetches and keeps every file of `models` and of the page that is not kept yet. */
  async keepEverything(models: readonly ModelFile[]): Promise<void> {
    this.#keeping?.abort();
    const { signal } = (this.#keeping = new AbortController());
    const isLatest = (): boolean => this.#keeping?.signal === signal;
    this.set({ problem: undefined });
    try {
      const parts = this.state.status?.partsMissing ?? [];
      const missing = missingOf(models, this.state);
      const total = [...parts, ...missing].reduce((sum, { bytes }) => sum + bytes, 0);
      let before = 0;
      const tell = (file: string, done: number): void => {
        if (isLatest()) this.set({ keeping: { file, done: before + done, total } });
      };
      for (const { path, bytes } of parts) {
        tell(path, 0);
        const worker = this.#registration?.active;
        const answer = worker && (await this.#ask(worker, { kind: "keep", path }));
        if (answer?.obstacle === "full") throw new NoRoom(path);
        if (!answer || answer.obstacle) throw new Error(`${path} could not be fetched.`);
        signal.throwIfAborted();
        before += bytes;
      }
      for (const { url, sha256, file, bytes } of missing) {
        tell(file, 0);
        const fetched = await downloadModel(url, sha256, {
          keep: true,
          signal,
          stage: "weights",
          file,
          onProgress: ({ done }) => tell(file, Math.min(done, bytes)),
        });
        if ((await sha256Of(fetched as Uint8Array<ArrayBuffer>)) !== sha256) {
          await forgetModel(sha256);
          throw new Error(`${file} is of another version of the site by now. Reload the page.`);
        }
        if (!(await isKept(sha256))) throw new NoRoom(file);
        signal.throwIfAborted();
        before += bytes;
      }
    } catch (cause) {
      if (cause instanceof NoRoom) this.#noRoom(cause.message);
      else if (!signal.aborted) this.set({ problem: cause instanceof Error ? cause.message : String(cause) });
    } finally {
      if (isLatest()) this.set({ keeping: undefined });
      await this.refresh();
    }
  }

  /** Ends that; what was kept until now stays. */
  cancelKeeping(): void {
    this.#keeping?.abort();
  }

  /** Removes one model file. */
  async removeModel(sha256: string): Promise<void> {
    await forgetModel(sha256);
    await this.refresh();
  }

  /** Removes everything, and keeps nothing until the user asks. */
  async removeAll(): Promise<void> {
    this.cancelKeeping();
    rememberChoice("no");
    for (const { sha256 } of this.state.models) await forgetModel(sha256);
    await this.#registration?.unregister().catch(() => false);
    this.#registration = undefined;
    await removePages();
    this.set({
      phase: whyImpossible() ? "impossible" : "unasked",
      why: whyImpossible() ?? "What was kept has been removed.",
      status: undefined,
      update: undefined,
      obstacle: undefined,
      noRoom: undefined,
    });
    await this.refresh();
  }

  /** Asks the browser not to remove what is kept when it needs room. Whether it does not, it decides. */
  async persist(): Promise<void> {
    const granted = await navigator.storage?.persist?.().catch(() => false);
    await this.refresh();
    if (!granted)
      this.set({
        problem:
          "The browser has not promised it. Browsers do for pages that are used often, are installed, or have a " +
          "bookmark.",
      });
  }

  /** Looks again at what is kept, and how much room there is. */
  async refresh(): Promise<void> {
    const worker = this.#registration?.active;
    const [models, status, estimate, persisted] = await Promise.all([
      keptModels(),
      worker ? this.#ask(worker, { kind: "status" }) : undefined,
      navigator.storage?.estimate?.().catch(() => undefined),
      navigator.storage?.persisted?.().catch(() => false),
    ]);
    const storage = estimate && {
      used: estimate.usage ?? 0,
      quota: estimate.quota ?? 0,
      persisted: persisted ?? false,
    };
    this.set({ models, storage, ...(status ? { status } : {}) });
  }

  async #workEnded(): Promise<void> {
    while (this.page.busy()) await new Promise((resolve) => setTimeout(resolve, 200));
  }

  /** Called with a worker that is installed: the first of this page, or that of a new version. */
  #follow(worker: ServiceWorker): void {
    const look = async (): Promise<void> => {
      if (worker.state === "installed" && this.#registration?.active) {
        const status = await this.#ask(worker, { kind: "status" });
        if (status && status.build !== buildOf(document)) this.set({ update: this.state.update ?? {} });
      }
      if (worker.state === "activated") {
        this.set({ update: undefined });
        if (!this.#reloading) await this.#adopted(worker);
      }
      // It has reported its failure itself; a page that is kept already stays as it is.
      if (worker.state === "redundant" && this.state.phase === "filling" && !this.state.obstacle)
        this.set({ phase: "failed", filling: undefined });
    };
    worker.addEventListener("statechange", () => void look());
    void look();
  }

  async #adopted(worker: ServiceWorker): Promise<void> {
    if (!navigator.serviceWorker.controller) await this.#ask(worker, { kind: "adopt", build: buildOf(document) });
    await this.refresh();
    const { status } = this.state;
    // Something was removed, by the browser or by the user.
    if (status && status.page.kept < status.page.total) {
      this.set({ phase: "filling", obstacle: undefined });
      const answer = await this.#ask(worker, { kind: "fill" }, Infinity);
      await this.refresh();
      if (answer?.obstacle) return;
    }
    await this.keepUsed();
    this.set({ phase: "kept", filling: undefined, obstacle: undefined });
  }

  /** Keeps the engine and other parts that this page has loaded: before it was kept, past the service worker. */
  async keepUsed(): Promise<void> {
    const worker = this.#registration?.active;
    if (!worker) return;
    const urls = await this.page.loaded().catch(() => []);
    const answer = await this.#ask(worker, { kind: "keepUsed", urls }, Infinity);
    if (answer?.obstacle === "full") this.#noRoom("the engine");
    await this.refresh();
  }

  readonly #hear = ({ data }: MessageEvent<News>): void => {
    // A new version is fetched beside the one that is kept; nothing waits for it.
    const { phase, obstacle: known } = this.state;
    // The news that the worker ended may arrive before the reason.
    const isFirst = phase === "filling" || (phase === "failed" && known === undefined);
    if (data.kind === "filling" && phase === "filling")
      this.set({ phase: "filling", filling: { done: data.done, total: data.total } });
    if (data.kind === "failed") {
      const { obstacle, file } = data;
      if (isFirst) this.set({ phase: "failed", filling: undefined, obstacle: { obstacle, file } });
      if (obstacle === "full") this.#noRoom(isFirst ? "the page" : "the new version of the page");
    }
  };

  #ask<Kind extends Ask["kind"]>(
    worker: ServiceWorker,
    ask: Extract<Ask, { kind: Kind }>,
    patience = PATIENCE,
  ): Promise<Answers[Kind] | undefined> {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      const timer = patience === Infinity ? undefined : setTimeout(() => resolve(undefined), patience);
      port1.onmessage = ({ data }) => {
        clearTimeout(timer);
        resolve(data as Answers[Kind]);
      };
      worker.postMessage(ask, [port2]);
    });
  }

  #saidNoRoom = false;

  #noRoom(file: string): void {
    if (this.#saidNoRoom) return;
    this.#saidNoRoom = true;
    this.set({ noRoom: { file } });
  }
}

class NoRoom extends Error {}

/** The files that are not kept whole. */
export function missingOf(models: readonly ModelFile[], { models: kept }: OfflineState): ModelFile[] {
  const whole = new Set(kept.filter((each) => each.whole).map(({ sha256 }) => sha256));
  return models.filter(({ sha256 }) => !whole.has(sha256));
}
