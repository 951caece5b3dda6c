/**
 * The site's files in the browser's cache, each verified by its SHA-256 and stored under its path and hash; the list of
 * a build's files, and the messages between the page and its service worker.
 *
 * A new build adds its files to those of the previous build, and reuses unchanged ones. A page never gets files of two
 * builds: a missing file is fetched again, and refused if it belongs to another build by then.
 */

/** Number of files fetched in parallel. */
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

/** Source and storage of the files; a test provides its own. */
export interface Surroundings {
  readonly caches: CacheStorage;
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** The files of one build. */
export class Store {
  readonly #name: string;
  /** Paths whose stored bytes have the right hash. */
  readonly #checked = new Set<string>();

  /** @param scope Address of the site's folder. */
  constructor(
    private readonly site: Site,
    private readonly scope: string,
    private readonly surroundings: Surroundings,
  ) {
    this.#name = cacheName(scope);
  }

  /** The listed path of an address, without its query; undefined if the site has no such file. */
  pathOf(url: string): string | undefined {
    const { origin, pathname } = new URL(url);
    const scope = new URL(this.scope);
    if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined;
    const path = decoded(pathname.slice(scope.pathname.length)).replace(/(^|\/)$/, "$1index.html");
    return Object.hasOwn(this.site.files, path) ? path : undefined;
  }

  /** The file at a listed path. */
  fileAt(path: string): SiteFile {
    const file = this.site.files[path];
    if (!file) throw new TypeError(`${path} is no file of this build`);
    return file;
  }

  /**
   * Stores the files of the group `page`, and either all parts, or the parts at these addresses and those that a
   * previous build had stored. Stored files are checked once.
   *
   * @throws An error whose message is for the user.
   */
  async keep(parts: readonly string[] | "all" = []): Promise<void> {
    const cache = await this.surroundings.caches.open(this.#name);
    const used = [...(parts === "all" ? [] : parts), ...(await this.#keys())].map((url) => this.pathOf(url));
    const isWanted = ([path, { group }]: [string, SiteFile]): boolean =>
      group === "page" || (group === "part" && (parts === "all" || used.includes(path)));
    const queue = Object.entries(this.site.files).filter(isWanted).values();
    const work = async (): Promise<void> => {
      for (const [path] of queue) if (!(await this.#isGood(cache, path))) await this.#put(cache, path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /**
   * A file of this build: from the cache, or from the network, then verified and stored if there is room.
   *
   * @throws An error whose message is for the user.
   */
  async response(path: string): Promise<Response> {
    const cache = await this.#cache().catch(() => undefined);
    const kept = await cache?.match(this.#keyOf(path)).catch(() => undefined);
    if (kept) return kept;
    const bytes = await this.#fetched(path);
    await cache?.put(this.#keyOf(path), responseOf(path, bytes)).catch(() => {});
    return responseOf(path, bytes);
  }

  /** Lists the stored files. */
  async kept(): Promise<Kept> {
    const keys = await this.#keys();
    const files = Object.entries(this.site.files).map(([path, file]) => ({
      ...file,
      has: keys.has(this.#keyOf(path)),
    }));
    const sum = (some: typeof files): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      isWhole: files.every(({ group, has }) => group !== "page" || has),
      bytes: sum(files.filter(({ has }) => has)),
      missing: sum(files.filter(({ group, has }) => group === "part" && !has)),
    };
  }

  /** Removes the files that only other builds have. */
  async removeOthers(): Promise<void> {
    const own = new Set(Object.keys(this.site.files).map((path) => this.#keyOf(path)));
    const cache = await this.#cache();
    for (const key of await this.#keys()) if (!own.has(key)) await cache?.delete(key);
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    await this.surroundings.caches.delete(this.#name);
  }

  /** Address by which the page requests a file: a host may redirect `index.html` to the folder. */
  #urlOf(path: string): string {
    return new URL(path === "index.html" ? "." : path.split("/").map(encodeURIComponent).join("/"), this.scope).href;
  }

  #keyOf(path: string): string {
    return `${this.#urlOf(path)}?${this.fileAt(path).sha256}`;
  }

  async #keys(): Promise<Set<string>> {
    const cache = await this.#cache();
    return new Set((await cache?.keys())?.map(({ url }) => url));
  }

  /** Not created again after its removal, which the user may have requested. */
  async #cache(): Promise<Cache | undefined> {
    const { caches } = this.surroundings;
    return (await caches.has(this.#name)) ? caches.open(this.#name) : undefined;
  }

  async #isGood(cache: Cache, path: string): Promise<boolean> {
    const kept = await cache.match(this.#keyOf(path));
    if (!kept) return false;
    if (!this.#checked.has(path) && (await sha256Of(await kept.arrayBuffer())) !== this.fileAt(path).sha256)
      return false;
    this.#checked.add(path);
    return true;
  }

  async #put(cache: Cache, path: string): Promise<void> {
    const bytes = await this.#fetched(path);
    try {
      await cache.put(this.#keyOf(path), responseOf(path, bytes));
    } catch (cause) {
      throw new Error("The browser has no room for it.", { cause });
    }
    this.#checked.add(path);
  }

  /**
   * Fetches a file and verifies it. The browser's HTTP cache may have it from another build: then it is fetched again,
   * bypassing that cache.
   */
  async #fetched(path: string): Promise<ArrayBuffer> {
    for (const cache of ["default", "reload"] as const) {
      let bytes: ArrayBuffer;
      try {
        const response = await this.surroundings.fetch(this.#urlOf(path), { cache, credentials: "same-origin" });
        if (!response.ok) throw new TypeError(`${path}: ${response.status}`);
        bytes = await response.arrayBuffer();
      } catch (cause) {
        throw new Error(`${path} is not kept on this machine, and it could not be fetched.`, { cause });
      }
      if ((await sha256Of(bytes)) === this.fileAt(path).sha256) return bytes;
    }
    throw new Error(
      `${path} came with another content than this version's: the site is being replaced, or something on the way ` +
        "changed it. Reload the page.",
    );
  }
}

function responseOf(path: string, bytes: ArrayBuffer): Response {
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return new Response(bytes, { headers: { "content-type": type, "content-length": String(bytes.byteLength) } });
}

/** SHA-256 in lower-case hexadecimal. */
export async function sha256Of(bytes: BufferSource): Promise<string> {
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

/** One file of the site. */
export interface SiteFile {
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /**
   * `page`: stored on the first visit; `part`, such as an engine: stored once it is used; `model`: stored once it is
   * used, by the script that loads it.
   */
  readonly group: "page" | "part" | "model";
}

/** A build of the site: its name, and its files by path relative to the page. `list-site.mjs` generates it. */
export interface Site {
  readonly build: string;
  readonly files: { readonly [path: string]: SiteFile };
}

/** Requests of a page to a service worker; answers arrive on the accompanying port. */
export type Ask =
  /**
   * Store the page's files and these parts, given by the addresses that a page has loaded, and check each stored file.
   * Serve the page from now on, if it belongs to the same build.
   */
  | { readonly kind: "keep"; readonly build: string; readonly parts: readonly string[] | "all" }
  /** Take over from the previous version, unless another open page still runs it. */
  | { readonly kind: "takeOver" };

/** Stored files of a build. */
export interface Kept {
  /** True if all files of the group `page` are stored. */
  readonly isWhole: boolean;
  readonly bytes: number;
  /** Size in bytes of the parts that are not stored because nothing has used them. */
  readonly missing: number;
}

/** The answer to each {@link Ask}. */
export interface Answers {
  keep: Kept & { readonly problem?: string };
  /** Number of other open pages. */
  takeOver: { readonly others: number };
}

/** Name of the site's cache. Sites at other paths of the same host have their own. */
export function cacheName(scope: string): string {
  return `regulens-site:${new URL(scope).pathname}`;
}
