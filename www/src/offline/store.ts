/**
 * The site's files in the browser's cache, each verified by its SHA-256 and stored under its path and hash; the list of
 * a build's files, and the messages between the page and its service worker.
 *
 * A new build adds its files beside those of the build before, and takes over what did not change. A page never gets
 * files of two builds: a file that is gone is fetched again, and refused if it is of another build by then.
 */

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

/** Where the files come from and are kept; a test has its own. */
export interface Surroundings {
  readonly caches: CacheStorage;
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** The files of one build. */
export class Store {
  readonly #name: string;
  /** Paths whose kept bytes have the right hash. */
  readonly #checked = new Set<string>();

  /** @param scope Address of the site's folder. */
  constructor(
    private readonly site: Site,
    private readonly scope: string,
    private readonly surroundings: Surroundings,
  ) {
    this.#name = cacheName(scope);
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
    if (!file) throw new TypeError(`${path} is not a file of this build`);
    return file;
  }

  /**
   * Keeps the files of the group `page`, and of the parts all, or those at these addresses and those that a build
   * before has kept. What is kept already is checked once.
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
   * A file as this build has it: from its cache, else from the network, verified and kept if there is room.
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

  /** Looks at what is kept. */
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

  /** Address of a file, as the page asks for it: a host may answer `index.html` by a redirection to the folder. */
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

  /** Not created again after its removal: the user may have removed it. */
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
      throw new Error("The browser has no space for it.", { cause });
    }
    this.#checked.add(path);
  }

  /**
   * A file from the network, verified. What the browser's own cache has may be of another build: then it is asked for
   * past that.
   */
  async #fetched(path: string): Promise<ArrayBuffer> {
    for (const cache of ["default", "reload"] as const) {
      let bytes: ArrayBuffer;
      try {
        const response = await this.surroundings.fetch(this.#urlOf(path), { cache, credentials: "same-origin" });
        if (!response.ok) throw new TypeError(`${path}: ${response.status}`);
        bytes = await response.arrayBuffer();
      } catch (cause) {
        throw new Error(`${path} is not kept on this computer and could not be downloaded.`, { cause });
      }
      if ((await sha256Of(bytes)) === this.fileAt(path).sha256) return bytes;
    }
    throw new Error(
      `${path} differs from this version's file: the site is being updated, or the download was ` +
        "altered. Reload the page.",
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
   * `page`: kept at the first visit; `part`, such as an engine: kept once it is used; `model`: kept once it is used, by
   * the script that loads it.
   */
  readonly group: "page" | "part" | "model";
}

/** A build of the site: its name, and its files by their path from the page. `list-site.mjs` makes it. */
export interface Site {
  readonly build: string;
  readonly files: { readonly [path: string]: SiteFile };
}

/** Requests of a page to a service worker; the answers come by the port that goes with it. */
export type Ask =
  /**
   * Keep the page's files and these parts, by the addresses that a page has loaded; each kept file is checked. Serve
   * the page from now on, if it is of the same build.
   */
  | { readonly kind: "keep"; readonly build: string; readonly parts: readonly string[] | "all" }
  /** Take over from the version before, if no other page is open that still runs it. */
  | { readonly kind: "takeOver" };

/** Files of a build that are kept. */
export interface Kept {
  /** True if all files of the group `page` are. */
  readonly isWhole: boolean;
  readonly bytes: number;
  /** Bytes of the parts that are not kept, as nothing has used them. */
  readonly missing: number;
}

/** The answer to each {@link Ask}. */
export interface Answers {
  keep: Kept & { readonly problem?: string };
  /** Number of other open pages. */
  takeOver: { readonly others: number };
}

/** The site's cache. Sites below other paths of the same host have their own. */
export function cacheName(scope: string): string {
  return `regulens-site:${new URL(scope).pathname}`;
}
