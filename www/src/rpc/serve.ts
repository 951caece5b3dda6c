/** The worker's side of calls. */

import type { Progress } from "../../../pkg/src/index";
import { live } from "../../../pkg/src/run/lifetime";
import { toPlain } from "./errors";
import { type CallMessage, type FromWorker, type Handlers, inOrder, type Named, type ToWorker } from "./rpc";

/** The parts of a worker's global scope that are used here; the DOM types only describe windows. A test has its own. */
export interface WorkerScope<Calls extends Named<Calls>> {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker<Calls>>) => void) | null;
}

/**
 * Answers the page's calls in a worker.
 *
 * @param handlers Makes the handlers, which may send notices to the page.
 */
export function serve<Calls extends Named<Calls>, Notice = never>(
  handlers: (notify: (notice: Notice) => void) => Handlers<Calls>,
  scope = globalThis as unknown as WorkerScope<Calls>,
): void {
  const made = handlers((notice) => scope.postMessage({ kind: "notice", notice }));
  const run = inOrder(made);
  const running = new Map<number, AbortController>();

  async function answer<Name extends keyof Calls>({ id, name, request }: CallMessage<Calls, Name>): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const onProgress = throttled((progress) => scope.postMessage({ kind: "progress", id, progress }));
    try {
      const reply = await run(name, request, { signal: controller.signal, onProgress });
      const moved = made[name].transfer?.(reply) ?? [];
      const buffers = moved.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
      scope.postMessage({ kind: "reply", id, reply }, buffers);
    } catch (thrown) {
      scope.postMessage({ kind: "failure", id, error: toPlain(thrown) });
    } finally {
      running.delete(id);
    }
  }

  live((lock) => scope.postMessage({ kind: "alive", lock }));
  scope.onmessage = ({ data }) => {
    if (data.kind === "cancel") running.get(data.id)?.abort();
    else void answer(data);
  };
}

/** Forwards at most about 20 steps per second, and always the first and the last of a stage. */
function throttled(pass: (progress: Progress) => void): (progress: Progress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const edge = progress.done === 0 || progress.done === progress.total;
    if (!edge && now - last < 50) return;
    last = now;
    pass(progress);
  };
}
