/** A run on the CPU: by the workers of a pool, and by the calling thread as long as they are not all there. */

import type { Request } from "./worker-port.js";
import { throwIfCancelled } from "../errors.js";
import type { Pool, Task } from "./pool.js";
import { yieldToOthers } from "../progress.js";

/** A part of a run: a batch of genes, or a window of a sequence. */
export interface Part<Output> {
  /** Milliseconds after which a worker that computes it counts as hung. */
  readonly limit: number;
  /** The message to a worker; a new copy. */
  request(): Request;
  /** Computes it in the calling thread. */
  compute(): Promise<Output>;
}

/** How a run is shared. */
interface Sharing<Output> {
  readonly pool: Pool<Output> | undefined;
  /** Number of parts that are computed without starting a worker. */
  readonly few: number;
  /** Takes the result of a part; called in the order of the parts. */
  put(output: Output, index: number): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Computes `parts`.
 *
 * The calling thread begins at once, and reads the workers' messages between two parts. Once all workers are ready it
 * only distributes parts, so that it stays responsive. A part of a lost worker is computed by another, or by the
 * calling thread.
 */
export async function runShared<Output>(
  parts: readonly Part<Output>[],
  { pool, few, put, signal }: Sharing<Output>,
): Promise<void> {
  type Given = Task<Output> & Pick<Part<Output>, "compute">;
  const waiting: Given[] = [];
  const out = new Set<Task<Output>>();
  const done = new Map<number, Output>();
  for (const [index, part] of parts.entries()) {
    const task: Given = {
      limit: part.limit,
      request: () => part.request(),
      compute: () => part.compute(),
      done: (output) => {
        out.delete(task);
        done.set(index, output);
      },
      giveBack: () => {
        out.delete(task);
        waiting.unshift(task);
      },
    };
    waiting.push(task);
  }
  if (waiting.length > few) pool?.wake(waiting.length - 1);

  let cancel = (): void => {};
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (let next = 0; next < parts.length;) {
      // At the end, a worker without a part takes one that waits behind another.
      const behind = waiting.length === 0 && pool?.idle ? pool.takeBack(out) : undefined;
      if (behind) waiting.push(behind as Given);
      while (waiting.length > 0 && pool?.take(waiting[0]!)) out.add(waiting.shift()!);
      const own = pool?.complete ? undefined : (waiting.shift() ?? (pool?.takeBack(out) as Given | undefined));
      if (own) own.done(await own.compute());
      else await Promise.race([pool!.news(), cancelled]);
      await yieldToOthers();
      for (let output = done.get(next); output !== undefined; output = done.get(next)) {
        done.delete(next);
        put(output, next);
        next++;
      }
      throwIfCancelled(signal, "The run");
    }
  } catch (error) {
    pool?.abandon(out);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
