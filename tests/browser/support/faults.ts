// Faults by seed: what a trial does, it does again. One or a few of each by default; `REGULENS_FAULTS=100` tries a
// hundred, and `REGULENS_FAULTS=60-79` those of the hundred with these seeds.

import { dice } from "../../packages/support/damage.mjs";

/** The seeds of the trials. */
export function trials(few: number): number[] {
  const wanted = process.env.REGULENS_FAULTS ?? `${few}`;
  const [, first, last] = /^(?:(\d+)-)?(\d+)$/.exec(wanted) ?? [];
  const begin = Number(first ?? 0);
  const end = first === undefined ? Number(last) : Number(last) + 1;
  if (!(begin < end)) throw new Error(`REGULENS_FAULTS=${wanted}: give a number of trials, or seeds such as 60-79`);
  return Array.from({ length: end - begin }, (_, i) => begin + i);
}

/** Milliseconds that the trials of one test may take. */
export const PATIENCE = process.env.REGULENS_FAULTS ? 30 * 60_000 : 2 * 60_000;

/** Shares from 0 to 1, as a seed gives them. */
export function shares(seed: number): () => number {
  const roll = dice(seed);
  return () => roll(2 ** 20) / 2 ** 20;
}

/** Whole numbers below `below`, as a seed gives them. */
export { dice };

/** Has a scope keep the workers that it starts; `endWorker` ends one as the browser does: without a word to anybody. */
export const KILLABLE = `{
  const started = [];
  const { terminate } = Worker.prototype;
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      started.push(this);
    }
    terminate() {
      if (started.includes(this)) started.splice(started.indexOf(this), 1);
      terminate.call(this);
    }
  };
  globalThis.workersLeft = () => started.length;
  globalThis.endWorker = (at) => {
    const [worker] = started.splice(at, 1);
    if (worker) terminate.call(worker);
    return worker !== undefined;
  };
}`;
