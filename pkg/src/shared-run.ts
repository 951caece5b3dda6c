/** A run on the CPU: by the workers of a pool, and by the calling thread as long as they are not all there. */

import { genesOf } from "./batch.js";
import { CPU_BATCH } from "./device.js";
import type { Batch, EngineModel } from "./engine.js";
import { throwIfCancelled } from "./errors.js";
import type { Pool, Task } from "./pool.js";
import { yieldToOthers } from "./progress.js";

/** The genes of one run. */
export interface Work {
  readonly genes: number;
  /** Values of the genes from `start` up to but not including `end`, [end − start, T, columns]. */
  values(start: number, end: number): Float32Array;
  /** Takes what came of the genes from `start` on; called in the genes' order. */
  put(start: number, output: Batch): void;
}

/** As many batches are done before workers have started. */
const FEW_BATCHES = 2;

/**
 * Computes the genes of `work` from `from` on.
 *
 * The calling thread begins at once, and between two batches hears what the workers say. Once they are all ready it only
 * gives and takes batches, so that it answers others. A batch of a lost worker is computed by another, or by the
 * calling thread.
 */
export async function runShared(work: Work, from: number, model: EngineModel, pool: Pool | undefined, signal: AbortSignal | undefined): Promise<void> {
  const waiting: Task[] = [];
  const out = new Set<Task>();
  const done = new Map<number, Batch>();
  for (let start = from; start < work.genes; start += CPU_BATCH) {
    const end = Math.min(start + CPU_BATCH, work.genes);
    const task: Task = {
      genes: end - start,
      values: () => work.values(start, end),
      done: (output) => {
        out.delete(task);
        done.set(start, output);
      },
      giveBack: () => {
        out.delete(task);
        waiting.unshift(task);
      },
    };
    waiting.push(task);
  }
  if (waiting.length > FEW_BATCHES) pool?.wake(waiting.length - 1);

  let cancel = (): void => {};
  const cancelled = new Promise<void>((resolve) => (cancel = resolve));
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    for (let next = from; next < work.genes; ) {
      // At the end what waits behind another batch is for who has none.
      const behind = waiting.length === 0 && pool?.idle ? pool.takeBack(out) : undefined;
      if (behind) waiting.push(behind);
      while (waiting.length > 0 && pool?.take(waiting[0]!)) out.add(waiting.shift()!);
      const own = pool?.complete ? undefined : (waiting.shift() ?? pool?.takeBack(out));
      if (own) own.done(await model.predict(own.values(), own.genes));
      else await Promise.race([pool!.news(), cancelled]);
      await yieldToOthers();
      for (let output = done.get(next); output; output = done.get(next)) {
        done.delete(next);
        work.put(next, output);
        next += genesOf(output);
      }
      throwIfCancelled(signal, "The run");
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
