/** Explains genes batch by batch, shared among the workers that predict. */

import { timeLimit } from "../engine/guard.js";
import type { ExplainingModel } from "../engine/engine.js";
import { throwIfCancelled } from "../errors.js";
import type { WorkOptions } from "../progress.js";
import { explainBatch } from "../run/explain-batch.js";
import type { Part } from "../run/shared-run.js";
import type { Explaining } from "../run/worker-port.js";

/** Genes that may be finished ahead of an earlier one: bounds the memory of results that wait for their turn. */
const AHEAD = 1024;

/** Minimum number of batches that may be ahead, so that no worker waits for one. */
const FEWEST_AHEAD = 64;

/** A model in the calling thread that explains genes, and the runner that shares its work. */
export interface Explainer {
  readonly model: ExplainingModel;
  readonly runner: {
    share<Found>(
      parts: readonly Part<Found>[],
      how: {
        put(found: Found, index: number): void;
        readonly signal: AbortSignal | undefined;
        readonly what: string;
        readonly ahead: number;
      },
    ): Promise<void>;
  };
}

/** Work to do, and the genes to do it for. */
export interface Explained<Kind extends keyof Explaining> extends WorkOptions {
  readonly genes: readonly number[];
  /** Genes per batch; a cancel takes effect between batches. */
  readonly atOnce: number;
  /** Name of the work in the message of a cancel: "The saliency". */
  readonly what: string;
  readonly file: string;
  /** Ids of all genes of the table, for errors. */
  readonly names: readonly string[];
  /** Makes the request for a batch of genes, with new buffers. */
  request(batch: readonly number[]): Explaining[Kind]["request"];
  /** Receives the result of a batch; called in the order of the genes. */
  put(found: Explaining[Kind]["found"], batch: readonly number[], start: number): void;
}

/** Explains genes; reports progress, and checks for a cancel between batches. */
export async function explainShared<Kind extends keyof Explaining>(
  { model, runner }: Explainer,
  { genes, names, atOnce, what, file, request, put, signal, onProgress }: Explained<Kind>,
): Promise<void> {
  const tell = (done: number): void =>
    onProgress?.({ stage: "explain", file, done, total: genes.length, unit: "genes" });
  const starts = Array.from({ length: Math.ceil(genes.length / atOnce) }, (_, batch) => batch * atOnce);
  const batchFrom = (start: number): readonly number[] => genes.slice(start, start + atOnce);
  throwIfCancelled(signal, what);
  tell(0);
  const parts = starts.map((start): Part<Explaining[Kind]["found"]> => {
    const made = (): Explaining[Kind]["request"] => request(batchFrom(start));
    const name = (place: number): string => names[genes[start + place]!]!;
    return { limit: timeLimit(atOnce), request: made, compute: () => explainBatch<Kind>(model, made()), name };
  });
  await runner.share(parts, {
    put: (found, index) => {
      const start = starts[index]!;
      const batch = batchFrom(start);
      put(found, batch, start);
      tell(start + batch.length);
    },
    ...{ signal, what, ahead: Math.max(FEWEST_AHEAD, Math.ceil(AHEAD / atOnce)) },
  });
}
