/** Parts of a view that load once its figure is there. */

import { plainOf } from "../../../rpc/errors";
import type { Scene, Stage } from "./job";

/** Source of an answer: `signal` fires when its view is left, and `loaded` is what came of its code. */
export interface Behind<Loaded> {
  readonly signal: AbortSignal;
  readonly loaded: Promise<Loaded>;
}

/**
 * Loads the code of an answer after the first drawing of a view. Its source is undefined where that code does not come:
 * then the view is shown without, and the problem told and added to `notes`.
 */
export function behindFigure<Of, Loaded>(of: Of, notes: Scene["notes"][number][], load: () => Promise<Loaded>) {
  const left = new AbortController();
  let come: (loaded: Loaded) => void;
  const loaded = new Promise<Loaded>((resolve) => (come = resolve));
  let source: (Of & Behind<Loaded>) | undefined = { ...of, signal: left.signal, loaded };
  let isAsked = false;
  return {
    source(stage: Stage) {
      if (!isAsked)
        requestAnimationFrame(() =>
          setTimeout(() => {
            if (left.signal.aborted) return;
            load().then(come, (thrown: unknown) => {
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
