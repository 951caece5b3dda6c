/**
 * The first script of a one-file page, and the only one in it as plain text: it unpacks the view from its block and
 * runs it. The page's policy names the hash of the view, so that nothing else than the view that was saved can run.
 */

import { BLOCK_PREFIX, fromBase64, gunzip } from "./format";

/** The place of the view; messages here disappear when it is shown. */
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
// A view that is not the one that was saved is refused by the policy, and throws nothing.
addEventListener(
  "securitypolicyviolation",
  ({ effectiveDirective }) =>
    effectiveDirective.startsWith("script-src") &&
    say("This file could not start: its viewer is damaged. Get the file again from its source."),
);
boot().catch((thrown) =>
  say(
    `This file could not start: ${thrown instanceof Error ? thrown.message : String(thrown)}. It is damaged, or ` +
      "this browser is too old for it (it needs DecompressionStream and WebAssembly with SIMD).",
  ),
);
