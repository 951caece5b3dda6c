/** The genes of a list, where a search or a filter leaves some out; listed again where what that depends on changed. */
export class Narrowed {
  #on: readonly unknown[] = [];
  #genes: Uint32Array | undefined;

  /** Those of `all` genes that `list` has; undefined where it has all of them. */
  of(all: number, on: readonly unknown[], list: () => Uint32Array): Uint32Array | undefined {
    if (on.length === this.#on.length && on.every((each, i) => each === this.#on[i])) return this.#genes;
    const listed = list();
    this.#on = on;
    this.#genes = listed.length < all ? listed : undefined;
    return this.#genes;
  }
}
