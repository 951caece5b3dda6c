/** The worker's side of kept runs: what they hold of its memory, whichever task they are of. */

import { call } from "../../../rpc/rpc";
import { type Kept, KEPT_LIMIT, refuseOverLimit } from "./kept-memory";

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
