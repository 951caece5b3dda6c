/** Cancelling with delay. */

/** Milliseconds in which the next gene asks for the same engine. */
const GRACE = 500;

/** A signal that fires a while after another one, so that who comes meanwhile shares what is being loaded. */
export function lateSignal(signal: AbortSignal, milliseconds = GRACE): AbortSignal {
  const late = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => late.abort(), milliseconds), { once: true });
  return late.signal;
}
