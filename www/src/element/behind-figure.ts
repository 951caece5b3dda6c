/** Parts of a view that load once its figure is there. */

import { plainOf } from "../rpc/errors";
import type { Scene, Stage } from "./job";

/**
 * Loads the code of an answer after the first drawing of a view. Its source is undefined where that code does not come:
 * then the view is shown without, and the problem told and added to `notes`.
 */
export function behindFigure<Of>(of: Of, notes: Scene["notes"][number][], load: () => Promise<unknown>) {
  const left = new AbortController();
  let source: (Of & { readonly signal: AbortSignal }) | undefined = { ...of, signal: left.signal };
  let isAsked = false;
  return {
    source(stage: Stage) {
      if (!isAsked)
        requestAnimationFrame(() =>
          setTimeout(() => {
            if (left.signal.aborted) return;
            load().catch((thrown: unknown) => {
              if (left.signal.aborted) return;
              source = undefined;
              const problem = plainOf(thrown);
              notes.push({ heading: "This gene could not be explained", text: problem.message });
              stage.fail(problem);
              stage.update();
            });
          }),
        );
      isAsked = true;
      return source;
    },
    end: (): void => left.abort(),
  };
}
