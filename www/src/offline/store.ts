/**
 * The files of one build, kept by the browser: filled whole, each file verified by its SHA-256, and given only as that.
 *
 * A file that is gone is fetched again, and taken only if it still is the build's: a page never gets files of two
 * builds.
 */

import {
  cacheName,
  cachePrefix,
  keyOf,
  type Obstacle,
  PATH_HEADER,
  type Site,
  type SiteFile,
  type Status,
} from "./site";

/** Files that are fetched at the same time. */
const AT_ONCE = 4;

/** Types by file extension, for servers that do not send them. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  webmanifest: "application/manifest+json",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  png: "image/png",
  tsv: "text/tab-separated-values; charset=utf-8",
  vcf: "text/plain; charset=utf-8",
};

/** Why a build could not be kept, and at which file. */
export class NotKept extends Error {
  constructor(
    readonly obstacle: Obstacle,
    readonly file: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${obstacle}`, options);
  }
}

/** Where the files come from and are kept; a test has its own. */
export interface Surroundings {
  readonly caches: CacheStorage;
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** The files of one build. */
export class Store {
  readonly name: string;

  /** @param scope Address of the site's folder. */
  constructor(
    readonly site: Site,
    readonly scope: string,
    private readonly surroundings: Surroundings,
  ) {
    this.name = cacheName(scope, site.build);
  }

  /** The path in the list that an address means, without its query; undefined where it is none of the site's. */
  pathOf(url: string): string | undefined {
    const { origin, pathname } = new URL(url);
    const scope = new URL(this.scope);
    if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined;
    const path = decoded(pathname.slice(scope.pathname.length)).replace(/(^|\/)$/, "$1index.html");
    return Object.hasOwn(this.site.files, path) ? path : undefined;
  }

  /** The file at a path of the list. */
  fileAt(path: string): SiteFile {
    const file = this.site.files[path];
    if (!file) throw new TypeError(`${path} is no file of this build`);
    return file;
  }

  /**
   * Keeps every file of the group `page`, and of the group `part` those that another build has: unchanged ones from its
   * cache.
   *
   * @throws NotKept
   */
  async fill(onProgress: (done: number, total: number) => void): Promise<void> {
    const { caches } = this.surroundings;
    const wanted = [...this.#wanted(), ...(await this.#usedBefore())];
    const total = wanted.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    let done = 0;
    onProgress(0, total);
    const queue = [...wanted];
    let failed: unknown;
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next && failed === undefined; next = queue.shift()) {
        const [path, { sha256, bytes }] = next;
        try {
          const cache = await caches.open(this.name);
          if (!(await cache.match(keyOf(sha256))))
            await this.#put(cache, path, (await this.#fromOtherBuild(path)) ?? (await this.#fetched(path)));
        } catch (cause) {
          failed ??=
            cause instanceof NotKept ? cause : new NotKept(isFull(cause) ? "full" : "network", path, { cause });
          return;
        }
        done += bytes;
        onProgress(done, total);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failed !== undefined) throw failed;
  }

  /** Returns true if every file of the group `page` is there. */
  async isWhole(): Promise<boolean> {
    const kept = await this.#keys();
    return this.#wanted().every(([, { sha256 }]) => kept.has(keyOf(sha256)));
  }

  /**
   * Fetches what is gone of the group `page`, as far as it can be had. @throws NotKept where a file is another by now.
   */
  async repair(): Promise<void> {
    const kept = await this.#keys();
    await this.surroundings.caches.open(this.name).catch(() => {});
    for (const [path, { sha256 }] of this.#wanted()) if (!kept.has(keyOf(sha256))) await this.response(path);
  }

  /**
   * A file as this build has it: from its cache, else from the network, verified and kept if there is room.
   *
   * @throws NotKept
   */
  async response(path: string): Promise<Response> {
    const { sha256 } = this.fileAt(path);
    const cache = await this.#cache();
    const kept = await cache?.match(keyOf(sha256)).catch(() => undefined);
    if (kept) return kept;
    const bytes = await this.#fetched(path);
    if (cache) await this.#put(cache, path, bytes).catch(() => {});
    return responseOf(path, bytes);
  }

  /** Keeps a file that is else kept once it is used. @throws NotKept */
  async keepPart(path: string): Promise<void> {
    const cache = await this.surroundings.caches.open(this.name);
    if (await cache.match(keyOf(this.fileAt(path).sha256))) return;
    const bytes = await this.#fetched(path);
    try {
      await this.#put(cache, path, bytes);
    } catch (cause) {
      throw new NotKept("full", path, { cause });
    }
  }

  /** Keeps the parts among the files that a page has loaded. @throws NotKept */
  async keepUsed(urls: readonly string[]): Promise<void> {
    const paths = new Set(urls.map((url) => this.pathOf(url)));
    for (const path of paths) if (path !== undefined && this.fileAt(path).group === "part") await this.keepPart(path);
  }

  /** The page itself if it is kept, without asking anyone. */
  async keptPage(): Promise<Response | undefined> {
    return (await this.#cache())?.match(keyOf(this.fileAt("index.html").sha256));
  }

  /** Status of the build: the files of it that are there, and those that are not. */
  async status(): Promise<Status> {
    const kept = await this.#keys();
    const has = ([, { sha256 }]: [string, SiteFile]): boolean => kept.has(keyOf(sha256));
    const sum = (files: [string, SiteFile][]): number => files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    const [page, parts] = [this.#wanted(), this.#inGroup("part")];
    return {
      build: this.site.build,
      page: { kept: sum(page.filter(has)), total: sum(page) },
      partsMissing: parts.filter((part) => !has(part)).map(([path, { bytes }]) => ({ path, bytes })),
      keptBytes: sum([...page, ...parts].filter(has)),
    };
  }

  /** Takes away what other builds of this site have left. */
  async removeOthers(): Promise<void> {
    const { caches } = this.surroundings;
    const names = (await caches.keys()).filter(
      (name) => name.startsWith(cachePrefix(this.scope)) && name !== this.name,
    );
    await Promise.all(names.map((name) => caches.delete(name)));
  }

  /** Takes this build away. */
  async remove(): Promise<void> {
    await this.surroundings.caches.delete(this.name);
  }

  #wanted(): [string, SiteFile][] {
    return this.#inGroup("page");
  }

  #inGroup(group: SiteFile["group"]): [string, SiteFile][] {
    return Object.entries(this.site.files).filter(([, file]) => file.group === group);
  }

  /** The parts that other builds of this site keep: without them the page would not work as it did. */
  async #usedBefore(): Promise<[string, SiteFile][]> {
    const { caches } = this.surroundings;
    const names = (await caches.keys()).filter(
      (name) => name.startsWith(cachePrefix(this.scope)) && name !== this.name,
    );
    const paths = new Set<string | null | undefined>();
    for (const name of names) {
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) paths.add((await cache.match(url))?.headers.get(PATH_HEADER));
    }
    return this.#inGroup("part").filter(([path]) => paths.has(encodeURI(path)));
  }

  /** Not created again after its removal: the user may have removed it. */
  async #cache(): Promise<Cache | undefined> {
    const { caches } = this.surroundings;
    try {
      return (await caches.has(this.name)) ? await caches.open(this.name) : undefined;
    } catch {
      return undefined;
    }
  }

  async #keys(): Promise<Set<string>> {
    const cache = await this.#cache();
    return new Set((await cache?.keys())?.map(({ url }) => url));
  }

  async #fromOtherBuild(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { sha256 } = this.fileAt(path);
    const response = await this.surroundings.caches.match(keyOf(sha256)).catch(() => undefined);
    const bytes = response && new Uint8Array(await response.arrayBuffer());
    return bytes && (await sha256Of(bytes)) === sha256 ? bytes : undefined;
  }

  /**
   * A file from the network, verified. What the browser's own cache has may be of another build: then it is asked for
   * past that.
   */
  async #fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const { sha256 } = this.fileAt(path);
    // As the page asks for itself: where a host answers `index.html` by a redirection, the folder is what counts.
    const url = new URL(path === "index.html" ? "." : path.split("/").map(encodeURIComponent).join("/"), this.scope)
      .href;
    for (const cache of ["default", "reload"] as const) {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        const response = await this.surroundings.fetch(url, { cache, credentials: "same-origin" });
        if (!response.ok) throw new TypeError(`${path}: ${response.status}`);
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        throw new NotKept("network", path, { cause });
      }
      if ((await sha256Of(bytes)) === sha256) return bytes;
    }
    throw new NotKept("changed", path);
  }

  async #put(cache: Cache, path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await cache.put(keyOf(this.fileAt(path).sha256), responseOf(path, bytes));
  }
}

/** Returns true if storing failed because storage is full. */
export function isFull(cause: unknown): boolean {
  return cause instanceof Error && cause.name === "QuotaExceededError";
}

function responseOf(path: string, bytes: Uint8Array<ArrayBuffer>): Response {
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  const headers = { "content-type": type, "content-length": String(bytes.length), [PATH_HEADER]: encodeURI(path) };
  return new Response(bytes, { headers });
}

/** SHA-256 in lower-case hexadecimal. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
