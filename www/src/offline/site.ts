/** The list of a build's files, and the messages between the page and its service worker. */

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
