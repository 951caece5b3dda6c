import type { OnProgress } from "../../../pkg/src/progress";

/** Passes on at most some 20 steps a second, and always the first and the last of a stage. */
export function throttled(pass: OnProgress): OnProgress {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const edge = progress.done === 0 || progress.done === progress.total;
    if (!edge && now - last < 50) return;
    last = now;
    pass(progress);
  };
}
