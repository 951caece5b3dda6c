/** The page's part of offline use: the service worker, new versions, and everything stored on this computer. */

import type { Catalogue, DeviceReport } from "../../../pkg/src/index";
import { downloadModel, forgetModel, isKept, type KeptModel, keptModels } from "../../../pkg/src/io/model-cache";
import { Observable } from "../rpc/async-state";
import type { Session } from "../session/session";
import { counted } from "../ui/words";
import { storedBytes } from "../workspace/tab";
import { type Answers, type Ask, cacheName, type Kept, sha256Of } from "./store";

/** Files that this browser stores. Never changed in place: each change is a new object. */
export interface OfflineState {
  /**
   * `impossible`: nothing can be stored in this browser, or from this address; `off`: the page is not stored until the
   * user requests it; `kept`: it works without a network.
   */
  readonly phase: "starting" | "impossible" | "off" | "keeping" | "kept";
  /** Reason why it is not stored, or error, in a sentence. */
  readonly problem?: string | undefined;
  /** The page's own files. */
  readonly page: Kept;
  /** Model files, including those of earlier versions and of other pages of this host. */
  readonly models: readonly KeptModel[];
  /** The catalogue's model files. */
  readonly listed: readonly ModelFile[];
  /** Size of the user's own files in all tabs, in bytes. */
  readonly own: number;
  /** True while everything else is being stored. */
  readonly isKeepingRest: boolean;
  /** Reason why a new version waits, or "" if it only waits for the user. */
  readonly update?: string | undefined;
}

const NOTHING: Kept = { isWhole: false, bytes: 0, missing: 0 };

/** Stores the page for use without a network, and shows what is stored. */
export class Offline extends Observable<OfflineState> {
  #registration: ServiceWorkerRegistration | undefined;

  /** @param isBusy Returns true while the user waits for work that a reload would lose. */
  constructor(
    private readonly session: Session,
    private readonly isBusy: () => boolean,
  ) {
    super({ phase: "starting", page: NOTHING, models: [], listed: [], own: 0, isKeepingRest: false });
  }

  /** Stores the page, unless the user has removed it, and from now on every engine and model when it is used. */
  async start(): Promise<void> {
    let model: string | undefined;
    let engine: DeviceReport["kind"] | undefined;
    let failure: string | undefined;
    this.session.subscribe(({ model: open, device, problems }) => {
      // A model whose hash differs from this version's catalogue may mean that there is a newer version.
      if (problems.model?.code === "hash-mismatch" && failure !== "hash-mismatch")
        void this.#registration?.update().catch(() => {});
      failure = problems.model?.code;
      if (open?.sha256 === model && device?.kind === engine) return;
      [model, engine] = [open?.sha256, device?.kind];
      void this.refresh();
    });
    const impossible = whyImpossible();
    const problem = impossible ?? whyUnasked();
    if (problem) this.set({ phase: impossible ? "impossible" : "off", problem });
    else await this.#keepPage();
    await this.refresh();
  }

  /** Stores the page at the user's request. */
  async keepPage(): Promise<void> {
    choose("yes");
    await this.#keepPage();
    await this.refresh();
  }

  /** Removes the page's files, which are then only stored again at the user's request. */
  async removePage(): Promise<void> {
    choose("no");
    await this.#registration?.unregister().catch(() => false);
    this.#registration = undefined;
    await caches.delete(cacheName(new URL(".", document.baseURI).href)).catch(() => false);
    this.set({ phase: "off", problem: whyUnasked(), page: NOTHING, update: undefined });
  }

  /** Removes one model file. */
  async removeModel(sha256: string): Promise<void> {
    await forgetModel(sha256);
    await this.refresh();
  }

  /** The catalogue's model files that are not stored. */
  get missing(): ModelFile[] {
    const whole = new Set(this.state.models.filter((each) => each.whole).map(({ sha256 }) => sha256));
    return this.state.listed.filter(({ sha256 }) => !whole.has(sha256));
  }

  /** Fetches and stores every engine, and every model file of the catalogue. */
  async keepRest(): Promise<void> {
    this.set({ isKeepingRest: true });
    await this.#keepFiles("all");
    try {
      for (const { url, sha256, file } of this.missing) {
        const fetched = await downloadModel(url, sha256, { keep: true, stage: "weights", file });
        if ((await sha256Of(fetched as Uint8Array<ArrayBuffer>)) === sha256 && (await isKept(sha256))) continue;
        await forgetModel(sha256);
        throw new Error(`${file} could not be kept: the browser is out of space, or the site has a newer version.`);
      }
    } catch (cause) {
      this.set({ problem: cause instanceof Error ? cause.message : String(cause) });
    }
    this.set({ isKeepingRest: false, models: await keptModels() });
  }

  /** Updates the list of stored files, and stores engines and other parts that have been used since. */
  async refresh(): Promise<void> {
    const { catalogue } = this.session.state;
    this.set({
      models: await keptModels(),
      listed: catalogue ? modelFiles(catalogue, new URL("models/catalogue.json", document.baseURI)) : [],
      own: await storedBytes().catch(() => 0),
    });
    if (!this.#registration?.active) return;
    const loaded = await this.session.worker.call("loaded", {}).catch(() => []);
    await this.#keepFiles([...performance.getEntriesByType("resource").map(({ name }) => name), ...loaded]);
  }

  /**
   * Lets the new version take over, and reloads the page, but only when no work is running and no other page is open,
   * which would get files of two versions.
   */
  async update(): Promise<void> {
    const waiting = this.#registration?.waiting;
    if (!waiting) return;
    if (this.isBusy())
      return this.set({ update: "Reloading would lose the work in progress: wait for it, or cancel it." });
    navigator.serviceWorker.oncontrollerchange = () => location.reload();
    const answer = await ask(waiting, { kind: "takeOver" });
    if (!answer) return this.set({ update: "It does not respond: close all other tabs of this page." });
    const { others } = answer;
    if (others === 0) return;
    const tabs = counted(others, "other tab or window", "other tabs or windows");
    this.set({ update: `${tabs} of this page must be closed first.` });
  }

  /** Postpones the new version at the user's request: it starts on the first visit after the last page was closed. */
  dismissUpdate(): void {
    this.set({ update: undefined });
  }

  async #keepPage(): Promise<void> {
    const { serviceWorker } = navigator;
    serviceWorker.onmessage = ({ data }) => this.set({ problem: String(data) });
    this.set({ phase: "keeping", problem: undefined });
    try {
      // Site data may have been deleted meanwhile; then the new version is found on the next visit.
      const registration: ServiceWorkerRegistration | undefined = await serviceWorker.register(
        new URL("service-worker.js", document.baseURI),
        { updateViaCache: "none" },
      );
      if (!registration) throw new TypeError("service workers are switched off");
      this.#registration = registration;
      registration.onupdatefound = () => this.#follow(registration.installing);
      this.#follow(registration.installing);
      this.#follow(registration.waiting);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.set({ phase: "impossible", problem: `This browser refused the page's service worker: ${why}.` });
    }
  }

  /** Follows a worker that is being installed: the first one of this page, or that of a new version. */
  #follow(worker: ServiceWorker | null): void {
    if (!worker) return;
    worker.onstatechange = () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) this.set({ update: "" });
      if (worker.state === "activated") {
        this.set({ update: undefined });
        void this.refresh();
      }
      if (worker.state === "redundant" && this.state.phase === "keeping") this.set({ phase: "off" });
    };
    worker.onstatechange(new Event("statechange"));
  }

  async #keepFiles(parts: readonly string[] | "all"): Promise<void> {
    const worker = this.#registration?.active;
    // Another tab may have removed them.
    if (!worker || whyUnasked()) return;
    const answer = await ask(worker, { kind: "keep", build: buildOf(document), parts });
    if (worker !== this.#registration?.active) return;
    if (!answer)
      return this.set({
        phase: this.state.phase === "kept" ? "kept" : "off",
        problem:
          "The page's service worker did not respond in time: try again, or close all tabs of this page and reopen it.",
      });
    const { problem, ...page } = answer;
    this.set({ page, problem, phase: page.isWhole ? "kept" : "off" });
  }
}

/** The build of a page. */
function buildOf(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="regulens-build"]')?.content ?? "";
}

/** Milliseconds after which a service worker counts as unresponsive; storing files depends on the network. */
const LIMITS: { readonly [Kind in Ask["kind"]]: number } = { keep: 300_000, takeOver: 20_000 };

/** Sends a request to a service worker; undefined if it does not answer in time. */
export function ask<Kind extends Ask["kind"]>(
  worker: Pick<ServiceWorker, "postMessage">,
  request: Extract<Ask, { kind: Kind }>,
): Promise<Answers[Kind] | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const end = (answer?: Answers[Kind]): void => {
      clearTimeout(timer);
      port1.close();
      resolve(answer);
    };
    const timer = setTimeout(end, LIMITS[request.kind]);
    port1.onmessage = ({ data }) => end(data as Answers[Kind]);
    worker.postMessage(request, [port2]);
  });
}

const KEY = "regulens.offline";

/** Reason why nothing can be stored here, in a sentence; undefined if it can. */
export function whyImpossible(): string | undefined {
  if (!isSecureContext) return "Browsers keep only pages that come over https or from this computer.";
  if (!("serviceWorker" in navigator) || !("caches" in globalThis))
    return "This browser has no service workers; some browsers turn them off in private windows.";
  return undefined;
}

/** Reason why the page is only stored at the user's request; undefined if it is stored at once. */
export function whyUnasked(): string | undefined {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  const chosen = choice();
  if (chosen === "no") return "It was removed.";
  if (chosen === undefined && connection?.saveData && !navigator.serviceWorker.controller)
    return "This browser is set to save data.";
  return undefined;
}

/** Returns "yes" if the user asked to store the page, "no" if to remove it; undefined if neither. */
function choice(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores the answer for the next visit. */
export function choose(answer: "yes" | "no"): void {
  try {
    localStorage.setItem(KEY, answer);
  } catch {
    // A browser without storage stores no page either.
  }
}

/** One file of the catalogue. */
interface ModelFile {
  readonly name: string;
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** All model files of the catalogue at `url`, including those of several seeds. */
export function modelFiles({ models }: Catalogue, url: string | URL): ModelFile[] {
  return models
    .flatMap(({ name, file, sha256, bytes, ensemble }) => [
      { name, file, sha256, bytes },
      ...(ensemble ? [{ ...ensemble, name: `${name} (${ensemble.members} seeds)` }] : []),
    ])
    .map(({ name, file, sha256, bytes }) => ({ name, file, url: new URL(file, url).href, sha256, bytes }));
}
