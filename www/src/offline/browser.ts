/** Reasons not to keep the page: this browser, the address, and the user's choice. */

const KEY = "regulens.offline";

/** Why nothing can be kept here, in a sentence; undefined where it can. */
export function whyImpossible(): string | undefined {
  if (!isSecureContext) return "Browsers keep pages only that come over https, or from this machine itself.";
  if (!("serviceWorker" in navigator) || !("caches" in globalThis))
    return "This browser has no service workers; in private windows some have none.";
  return undefined;
}

/** Why the page is not kept until the user asks for it; undefined where it is kept at once. */
export function whyUnasked(): string | undefined {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  const chosen = choice();
  if (chosen === "no") return "It was removed.";
  if (chosen === undefined && connection?.saveData && !navigator.serviceWorker.controller)
    return "This browser asks to save data.";
  return undefined;
}

/** Returns "yes" if the user asked to keep the page, "no" if to remove it; undefined if neither. */
function choice(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers that for the next visit. */
export function choose(answer: "yes" | "no"): void {
  try {
    localStorage.setItem(KEY, answer);
  } catch {
    // A browser that stores nothing keeps nothing either.
  }
}
