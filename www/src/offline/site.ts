/** Messages between the service worker and the page, and the list of a build's files. */

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

/** Why a build could not be kept. */
export type Obstacle =
  /** The browser has no room. */
  | "full"
  /** A file did not come. */
  | "network"
  /**
   * A file arrived with another hash than the build's: the site is being replaced, or something in between changed
   * it.
   */
  | "changed";

/** Messages of a service worker to the pages while it is installed. */
export type News =
  | { readonly kind: "filling"; readonly build: string; readonly done: number; readonly total: number }
  | { readonly kind: "filled"; readonly build: string }
  | { readonly kind: "failed"; readonly build: string; readonly obstacle: Obstacle; readonly file: string };

/** Requests of a page to a service worker; the answers come by the port that goes with it. */
export type Ask =
  /** Report its build, and the files that it has. */
  | { readonly kind: "status" }
  /** Keep again what is gone. */
  | { readonly kind: "fill" }
  /** Keep the files of the group `part` among those that a page has loaded, by their addresses. */
  | { readonly kind: "keepUsed"; readonly urls: readonly string[] }
  /** Keep a file of the group `part`. */
  | { readonly kind: "keep"; readonly path: string }
  /** Serve this page from now on, if it is of the same build. */
  | { readonly kind: "adopt"; readonly build: string }
  /** Take over from the version before, if no other page is open that still runs it. */
  | { readonly kind: "takeOver" };

/** Bytes of a build's files, and of those that are kept. */
export interface Status {
  readonly build: string;
  /** Bytes of the files that are kept at the first visit. */
  readonly page: { readonly kept: number; readonly total: number };
  /** Files that are kept once they are used, and are not yet. */
  readonly partsMissing: readonly { readonly path: string; readonly bytes: number }[];
  /** Kept bytes of everything in the build's cache. */
  readonly keptBytes: number;
}

/** The answer to each {@link Ask}. */
export interface Answers {
  status: Status;
  fill: { readonly obstacle?: Obstacle };
  keepUsed: { readonly obstacle?: Obstacle };
  keep: { readonly obstacle?: Obstacle };
  adopt: { readonly adopted: boolean };
  /** Number of other open pages. */
  takeOver: { readonly others: number };
}

/** Where a build's files are kept. Sites below other paths of the same host have their own. */
export function cacheName(scope: string, build: string): string {
  return `${cachePrefix(scope)}${build}`;
}

/** Prefix of the cache names of all builds of the site at `scope`. */
export function cachePrefix(scope: string): string {
  return `regulens-site:${new URL(scope).pathname}:`;
}

/** The header of a kept file that says its path, by which another build knows what was used. */
export const PATH_HEADER = "x-regulens-path";

/** Under what a file lies in a build's cache: its hash, so that the next build finds what did not change. */
export function keyOf(sha256: string): string {
  return `https://regulens.invalid/${sha256}`;
}
