/**
 * The first script of a single-file page, and its only plain-text one: it unpacks the view from its block and runs it.
 * The page's policy contains the hash of the view, so that only the saved view can run.
 */

import { BLOCK_PREFIX, fromBase64, gunzip } from "./format";

/** The element of the view; messages in it disappear when the view is shown. */
function say(text: string): void {
  const place = document.querySelector("regulens-standalone");
  if (place) place.textContent = text;
}

async function boot(): Promise<void> {
  const bytes = await gunzip(fromBase64(document.getElementById(`${BLOCK_PREFIX}view`)?.textContent ?? ""), 1e8);
  const script = document.createElement("script");
  script.textContent = new TextDecoder().decode(bytes);
  document.body.append(script);
}

say("Starting…");
// The policy blocks a view that differs from the saved one, without an exception.
addEventListener(
  "securitypolicyviolation",
  ({ effectiveDirective }) =>
    effectiveDirective.startsWith("script-src") &&
    say("This file could not start: the viewer in it is damaged. Get the file again from where it came."),
);
boot().catch((thrown) =>
  say(
    `This file could not start: ${thrown instanceof Error ? thrown.message : String(thrown)}. It is damaged, or ` +
      "this browser is too old for it (it needs DecompressionStream and WebAssembly with SIMD).",
  ),
);
