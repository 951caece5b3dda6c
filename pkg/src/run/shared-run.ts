/** A run on the CPU: by the workers of a pool, and by the calling thread until all workers are ready. */

import type { Request } from "./worker-port.js";
import { throwIfCancelled } from "../errors.js";
import { named, type NameOf } from "./named.js";
import type { Pool, Task } from "./pool.js";
import { yieldToOthers } from "../progress.js";

/** A part of a run: a batch of genes to predict or explain, or a window of a sequence. */
export interface Part<Output> {
  /** Milliseconds after which a worker that computes it counts as hung. */
  readonly limit: number;
  /** Makes the message to a worker, with new copies. */
  request(): Request;
  /** Computes it in the calling thread. */
  compute(): Promise<Output>;
  /** Name of its genes or window in errors. */
  readonly name?: NameOf | undefined;
}

/** Options for sharing a run. */
export interface Sharing<Output> {
  readonly pool: Pool<Output> | undefined;
  /** Number of parts computed without starting a worker. */
  readonly few: number;
  /** True to wait for workers to start, since the calling thread would need memory of its own to compute. */
  readonly patient?: boolean | undefined;
  /** Receives the result of a part; called in the order of the parts. */
  put(output: Output, index: number): void;
  readonly signal: AbortSignal | undefined;
  /** Name of the work in the message of a cancel; default "The run". */
  readonly what?: string | undefined;
  /**
   * Maximum number of parts finished or in progress ahead of an unfinished one, which bounds the results that wait for
   * their turn. Default: all.
   */
  readonly ahead?: number | undefined;
}

/**
 * Computes `parts`.
 *
 * The calling thread starts at once, and reads the workers' messages between two parts. Once all workers are ready it
 * only distributes parts, so that it stays responsive. If a worker is lost, another one or the calling thread computes
 * its part.
 */
export async function runShared<Output>(
  parts: readonly Part<Output>[],
  { pool, few, patient, put, signal, what = "The run", ahead = Infinity }: Sharing<Output>,
): Promise<void> {
  type Given = Task<Output> & Pick<Part<Output>, "compute" | "name"> & { readonly index: number };
  const waiting: Given[] = [];
  const out = new Set<Task<Output>>();
  const done = new Map<number, Output>();
  let refused: { readonly cause: unknown } | undefined;
  for (const [index, part] of parts.entries()) {
    const task: Given = {
      index,
      limit: part.limit,
      request: () => part.request(),
      compute: () => part.compute(),
      name: part.name,
      refuse: (cause) => {
        out.delete(task);
        refused ??= { cause: named(cause, part.name) };
      },
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
  if (waiting.length > few) pool?.wake(waiting.length - (patient ? 0 : 1));

  let cancel = (): void => {};
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (let next = 0; next < parts.length;) {
      const first = next;
      const canGo = (): boolean => waiting.length > 0 && waiting[0]!.index < first + ahead;
      // If no new part may start, an idle worker takes one that is queued behind another.
      const behind = !canGo() && pool?.idle ? pool.takeBack(out) : undefined;
      if (behind) waiting.unshift(behind as Given);
      while (canGo() && pool?.take(waiting[0]!)) out.add(waiting.shift()!);
      const helped = pool?.complete || (patient && pool?.starting);
      const own = helped ? undefined : canGo() ? waiting.shift() : (pool?.takeBack(out) as Given | undefined);
      if (own) await own.compute().then(own.done, own.refuse);
      else await Promise.race([pool!.news(), cancelled]);
      await yieldToOthers();
      if (refused) throw refused.cause;
      for (let output = done.get(next); output !== undefined; output = done.get(next)) {
        done.delete(next);
        put(output, next);
        next++;
      }
      throwIfCancelled(signal, what);
    }
  } catch (error) {
    pool?.abandon(out);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
