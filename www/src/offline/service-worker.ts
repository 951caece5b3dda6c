/**
 * Serves the site's files from the browser's storage, so that the page works without a network.
 *
 * One build's worker has one cache, filled and verified before the worker is installed ({@link Store}). It becomes
 * active when no page of the version before is open any more, or when the only open page asks for it. Model files are
 * not its own: whoever loads one keeps it by its hash (`model-cache.ts` of the package), which the catalogue of the
 * build names.
 */

import type { Answers, Ask, News, Obstacle, Site } from "./site";
import { NotKept, Store } from "./store";

/** The parts of a service worker's global scope that are used here; the DOM's types know a window only. */
interface WorkerScope {
  readonly regulensSite: Site;
  readonly registration: { readonly scope: string; unregister(): Promise<boolean> };
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
  postMessage(message: News): void;
}

interface LongEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends LongEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const { build } = scope.regulensSite;
const folder = scope.registration.scope;
const store = new Store(scope.regulensSite, folder, { caches, fetch: (url, init) => fetch(url, init) });

scope.addEventListener("install", (event) =>
  event.waitUntil(
    fill().catch(async (cause: unknown) => {
      // Whole or not at all.
      await store.remove();
      throw cause;
    }),
  ),
);
scope.addEventListener("activate", (event) => event.waitUntil(store.removeOthers()));

async function fill(): Promise<void> {
  let told = 0;
  const onProgress = (done: number, total: number): void => {
    // Steps that can be seen.
    if (done < total && done - told < total / 50) return;
    told = done;
    void tell({ kind: "filling", build, done, total });
  };
  try {
    await store.fill(onProgress);
    await tell({ kind: "filled", build });
  } catch (cause) {
    const { obstacle, file } = cause instanceof NotKept ? cause : new NotKept("network", String(cause));
    await tell({ kind: "failed", build, obstacle, file });
    throw cause;
  }
}

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = request.method === "GET" ? store.pathOf(request.url) : undefined;
  if (path === undefined || store.fileAt(path).group === "model") return;
  event.respondWith(path === "index.html" && request.mode === "navigate" ? page(request) : file(path));
});

async function file(path: string): Promise<Response> {
  try {
    return await store.response(path);
  } catch (cause) {
    const isReplaced = cause instanceof NotKept && cause.obstacle === "changed";
    const why = isReplaced
      ? "The site has a newer version; reload the page."
      : "It is not kept on this machine, and it could not be fetched.";
    return failure(
      isReplaced ? "of a newer version by now" : "not kept, and offline",
      "text/plain",
      `${path} cannot be given as this version of the page needs it. ${why}\n`,
    );
  }
}

/** The page for a visit. It is begun only with all its files at hand, as far as they can be had. */
async function page({ url }: Request): Promise<Response> {
  try {
    if (!(await store.isWhole())) await store.repair();
    return await store.response("index.html");
  } catch (cause) {
    if (cause instanceof NotKept && cause.obstacle === "changed") return replaced(url);
    return (
      (await store.keptPage().catch(() => undefined)) ??
      notHere(
        "Regulens is not kept on this machine any more",
        "The browser has removed its files to make room. Connect to the network and reload this page.",
      )
    );
  }
}

let isGivenUp = false;

/** A file of this build is nowhere any more, and the host has another build: that one is given whole, by the host. */
async function replaced(url: string): Promise<Response> {
  if (isGivenUp) return notHere("Regulens has a new version", "Close its other tabs, then reload this one.");
  isGivenUp = true;
  await store.remove();
  await scope.registration.unregister();
  return Response.redirect(url, 302);
}

function notHere(heading: string, text: string): Response {
  return failure(
    "not kept",
    "text/html",
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" ` +
      `content="width=device-width"><meta name="color-scheme" content="light ` +
      `dark"><title>${heading}</title><h1>${heading}</h1><p>${text}</p></html>`,
  );
}

function failure(statusText: string, type: string, text: string): Response {
  return new Response(text, { status: 504, statusText, headers: { "content-type": `${type}; charset=utf-8` } });
}

/** Answers to the requests of pages. */
const answers: {
  readonly [Kind in Ask["kind"]]: (ask: Extract<Ask, { kind: Kind }>, asking: string) => Promise<Answers[Kind]>;
} = {
  status: () => store.status(),
  fill: () => fill().then(() => ({}), obstacleOf),
  keepUsed: ({ urls }) => store.keepUsed(urls).then(() => ({}), obstacleOf),
  keep: ({ path }) => store.keepPart(path).then(() => ({}), obstacleOf),
  async adopt(ask, asking) {
    // Another page may be of another build, and all would be taken over.
    const adopted = ask.build === build && (await others(asking)) === 0;
    if (adopted) await scope.clients.claim();
    return { adopted };
  },
  async takeOver(_, asking) {
    // A page of the version before must not get this one's files.
    const open = await others(asking);
    // It ends only with the version before, which may be answering the page that asks.
    if (open === 0) void scope.skipWaiting();
    return { others: open };
  },
};

scope.addEventListener("message", (event) => {
  const { data, ports, source } = event;
  const asking = (source as Page | null)?.id ?? "";
  event.waitUntil(answers[data.kind](data as never, asking).then((answer) => ports[0]?.postMessage(answer)));
});

function obstacleOf(cause: unknown): { obstacle: Obstacle } {
  return { obstacle: cause instanceof NotKept ? cause.obstacle : "network" };
}

async function pages(): Promise<Page[]> {
  const all = await scope.clients.matchAll({ includeUncontrolled: true, type: "window" });
  return all.filter(({ url }) => store.pathOf(url) === "index.html");
}

async function others(asking: string): Promise<number> {
  return (await pages()).filter(({ id }) => id !== asking).length;
}

async function tell(news: News): Promise<void> {
  for (const page of await pages()) page.postMessage(news);
}
