/** The worker's side of kept runs: what they hold of its memory, whichever task they are of. */

import { call } from "../../../rpc/rpc";
import { InputError } from "../../../../../pkg/src/index";

/** Memory held by a kept run. */
export interface Holding {
  /** Bytes of its own. */
  readonly bytes: number;
  /** Objects that other kept runs may hold too, which count once, and their bytes. */
  readonly shared: ReadonlyMap<object, number>;
}

/** The runs that are kept. */
export class Keeper {
  readonly #runs = new Map<number, Holding & { readonly release: () => void }>();
  #next = 1;

  /** Forgets a kept run. */
  readonly release = call({}, async ({ id }: { readonly id: number }): Promise<Omit<Kept, "id">> => {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    run?.release();
    return { memory: this.#memory() };
  });

  /** Keeps what a run holds; `release` is called with its number when it is forgotten. Throws where it is too much. */
  keep(holding: Holding, release: (id: number) => void): Kept {
    this.refuse(holding);
    const id = this.#next++;
    this.#runs.set(id, { ...holding, release: () => release(id) });
    return { id, memory: this.#memory() };
  }

  /** Throws where a run that holds this could not be kept. */
  refuse({ bytes, shared }: Holding): void {
    const held = this.#shared();
    const more = [...shared].reduce((sum, [what, size]) => sum + (held.has(what) ? 0 : size), 0);
    refuseOverLimit(bytes + more, this.#memory(), KEPT_LIMIT);
  }

  #shared(): Map<object, number> {
    return new Map([...this.#runs.values()].flatMap(({ shared }) => [...shared]));
  }

  /** Bytes that the kept runs hold. */
  #memory(): number {
    const own = [...this.#runs.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return [...this.#shared().values()].reduce((sum, bytes) => sum + bytes, own);
  }
}

/** Bytes that kept runs may hold together: what a tab of a machine with little memory can spare. */
export const KEPT_LIMIT = 400e6;

/** Letters of kept runs: one more than are kept at most, for one that is removed and can be put back. */
export const LETTERS = [..."ABCDEFGHI"] as const;

/** A run that the worker keeps to compare it with others. */
export interface Kept {
  /** Identifier of the run in later calls. */
  readonly id: number;
  /** Bytes that all kept runs hold in the worker: their attention and their tables. */
  readonly memory: number;
}

/** A model that was run on the data of the finished run, and kept. */
export interface ComparedRun<Run> extends Kept {
  readonly run: Run;
  /** Differences between the data's values and those that this model was trained on, for a user. */
  readonly deviations: readonly string[];
}

/** Refuses to keep `bytes` more where `held` are held already and at most `limit` may be. */
export function refuseOverLimit(bytes: number, held: number, limit: number): void {
  if (held + bytes <= limit) return;
  const megabytes = (value: number): string => `${Math.ceil(value / 1e6)} MB`;
  throw new InputError(
    `Keeping this run takes ${megabytes(bytes)}, and kept runs hold ${megabytes(held)} of at most ${megabytes(limit)}.`,
    {
      code: "kept-memory",
      remedy: held > 0 ? "Remove a kept run first." : "Compare on fewer genes.",
    },
  );
}
