/**
 * Serves the site's files from the browser's cache, so that the page works without a network ({@link Store}).
 *
 * All files of the page are stored and verified before a build's worker is installed. It becomes active when no page of
 * the previous version is open any more, or when the only open page requests it. The worker does not store models: the
 * script that loads one stores it by its hash (`model-cache.ts` of the package), which the build's catalogue lists.
 */

import { type Answers, type Ask, type Site, Store } from "./store";

/** The parts of a service worker's global scope that are used here; the DOM types only describe windows. */
interface WorkerScope {
  readonly regulensSite: Site;
  readonly registration: { readonly scope: string; readonly active: unknown; unregister(): Promise<boolean> };
  readonly clients: {
    matchAll(options: { includeUncontrolled: boolean; type: "window" }): Promise<readonly Page[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: LongEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(name: "message", listener: (event: LongEvent & MessageEvent<Ask>) => void): void;
}

interface Page {
  readonly id: string;
  readonly url: string;
  postMessage(problem: string): void;
}

interface LongEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends LongEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const { registration, regulensSite: site } = scope;
const store = new Store(site, registration.scope, { caches, fetch: (url, init) => fetch(url, init) });

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(store.removeOthers()));

async function install(): Promise<void> {
  try {
    await store.keep();
  } catch (cause) {
    // The files of the version that serves the page remain.
    if (!registration.active) await store.remove();
    for (const page of await pages()) page.postMessage(problemOf(cause));
    throw cause;
  }
}

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = request.method === "GET" ? store.pathOf(request.url) : undefined;
  if (path === undefined || store.fileAt(path).group === "model") return;
  event.respondWith(path === "index.html" && request.mode === "navigate" ? page(request.url) : file(path));
});

function file(path: string): Promise<Response> {
  return store.response(path).catch((cause: unknown) => failure("text/plain", `${problemOf(cause)}\n`));
}

/** The page for a visit: entirely from this build, or entirely from the host, which may have another build by now. */
async function page(url: string): Promise<Response> {
  // If the cache is unreadable, the store fetches from the host instead.
  const { isWhole } = await store.kept().catch(() => ({ isWhole: true }));
  if (!isWhole && (await fetch(url, { method: "HEAD", cache: "no-store" }).catch(() => undefined))?.ok) {
    await store.remove();
    // Only once: open pages could hold the registration.
    if (await registration.unregister()) return Response.redirect(url, 302);
  }
  return store
    .response("index.html")
    .catch(() =>
      failure(
        "text/html",
        `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
          `<meta name="color-scheme" content="light dark"><title>Regulens</title>` +
          `<h1>Regulens is not kept on this machine any more</h1>` +
          `<p>The browser has removed its files. Connect to the network and reload this page.</p></html>`,
      ),
    );
}

function failure(type: string, text: string): Response {
  return new Response(text, {
    status: 504,
    statusText: "not kept",
    headers: { "content-type": `${type}; charset=utf-8` },
  });
}

/** Answers to the requests of pages. */
const answers: {
  readonly [Kind in Ask["kind"]]: (ask: Extract<Ask, { kind: Kind }>, asking: string) => Promise<Answers[Kind]>;
} = {
  async keep({ build, parts }, asking) {
    // A page of another build may be open, and the worker would take over all pages.
    if (build === site.build && (await others(asking)) === 0) await scope.clients.claim();
    const problem = await store.keep(parts).then(() => undefined, problemOf);
    return { ...(await store.kept()), ...(problem === undefined ? {} : { problem }) };
  },
  async takeOver(_, asking) {
    // A page of the previous version must not get this one's files.
    const open = await others(asking);
    // Not awaited: it completes only when the previous version ends, which may be answering this page.
    if (open === 0) void scope.skipWaiting();
    return { others: open };
  },
};

scope.addEventListener("message", (event) => {
  const { data, ports, source } = event;
  const asking = (source as Page | null)?.id ?? "";
  event.waitUntil(answers[data.kind](data as never, asking).then((answer) => ports[0]?.postMessage(answer)));
});

const problemOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

async function pages(): Promise<Page[]> {
  const all = await scope.clients.matchAll({ includeUncontrolled: true, type: "window" });
  return all.filter(({ url }) => store.pathOf(url) === "index.html");
}

async function others(asking: string): Promise<number> {
  return (await pages()).filter(({ id }) => id !== asking).length;
}
