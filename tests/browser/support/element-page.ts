// Pages of other people that hold `<regulens-view>`, for its tests.

import { readFileSync } from "node:fs";
import type { Frame, Page } from "@playwright/test";
// Declares what `document.querySelector("regulens-view")` gives.
import type {} from "../../../pkg/src/element.ts";

/** The policy under which the element promises to work. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; worker-src 'self'";

/** The element's script, relative to the site. */
export const SCRIPT = "regulens/dist/element.js";

/** A model that attends to bins and marks, and is explained in a fraction of the time of a recurrent one. */
export const K562 = "models/cnn-alpha-beta-k562.safetensors";
export const GENES = "models/examples/simulated.csv.gz";
export const DEEP_DIFF = "models/deep-diff-raw-d-k562-h1.safetensors";
export const PAIR = 'data="models/examples/change.a.csv.gz" data-b="models/examples/change.b.csv.gz"';
export const TRACKS = "models/basenji-attention-two-sided-simulated.safetensors";
export const FASTA = "models/examples/sequence.fa.gz";

/** Every view on the page of examples, by its id. */
export const VIEWS = [
  "view-gene",
  "view-set",
  "view-compare",
  "view-change",
  "view-changes",
  "view-tracks",
  "view-attention",
];

/** The gene's view that most tests look at. */
export const GENE =
  `<regulens-view model="${K562}" data="${GENES}" gene="SIM000001"><img src="icon.svg" alt="A static picture" ` +
  "/></regulens-view>";

/** The policy that the guide names, and nothing beside it: what it does not name is refused. */
export function documentedPolicy(): string {
  const guide = readFileSync(new URL("../../../docs/guides/supplement.md", import.meta.url), "utf8");
  const [, policy] = /policy needs\s+`([^`]+)`/.exec(guide) ?? [];
  if (policy === undefined) throw new Error("the guide names no policy");
  return `default-src 'none'; ${policy}`;
}

/**
 * Opens a page with `body` on the site's host, under the strict policy or another; it writes the element's events down.
 * `before` runs before the element is known, and `direction` is that of the page's text.
 */
export async function host(page: Page, body: string, before = "", policy = STRICT, direction = "ltr"): Promise<void> {
  const script = before === "" ? SCRIPT : "own.js";
  const html =
    `<!doctype html><html lang="en" dir="${direction}"><meta charset="utf-8"><title>A page of somebody else</title><script ` +
    `type="module" src="${script}"></script><body><main><h1>A page</h1><h2>A ` +
    `figure</h2>${body}</main></body></html>`;
  await page.addInitScript(listenForEvents);
  await page.route("**/own.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: `${before}; await import("./${SCRIPT}");` }),
  );
  await page.route("**/host.html", (route) =>
    route.fulfill({ contentType: "text/html", headers: { "content-security-policy": policy }, body: html }),
  );
  await page.goto("./host.html");
}

/** An event of the element, as a test reads it. */
export interface Told {
  type: string;
  id: string;
  // The shape differs between events; each test looks at its own.
  // oxlint-disable-next-line typescript/no-explicit-any
  detail: any;
}

function listenForEvents(): void {
  const told: unknown[] = [];
  (window as unknown as { told: unknown[] }).told = told;
  const plain = (_: string, value: unknown): unknown =>
    ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  for (const type of ["ready", "result", "error", "selection"]) {
    addEventListener(`regulens-${type}`, (event) =>
      told.push({
        type,
        id: (event.target as Element).id,
        detail: JSON.parse(JSON.stringify((event as CustomEvent).detail, plain)),
      }),
    );
  }
}

/** Events so far. */
export function told(page: Page | Frame): Promise<Told[]> {
  return page.evaluate(() => (window as unknown as { told: Told[] }).told);
}

/** Waits until a view stands as it should. */
export async function until(
  page: Page | Frame,
  status: "ready" | "error" | "loading",
  selector = "regulens-view",
): Promise<void> {
  await page.waitForFunction(
    ([selector, status]) =>
      (document.querySelector(selector!) as unknown as { status: string } | null)?.status === status,
    [selector, status] as const,
  );
}

/** Sets properties of a view. */
export async function set(page: Page, properties: Record<string, string>, selector = "regulens-view"): Promise<void> {
  await page.evaluate(([selector, properties]) => void Object.assign(document.querySelector(selector)!, properties), [
    selector,
    properties,
  ] as const);
}

/** Number of requests for a file. */
export function countOf(requests: readonly string[], file: string): number {
  return requests.filter((url) => url.split("?")[0]?.endsWith(file)).length;
}
