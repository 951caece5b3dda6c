/** Steps that the browser's Back and Forward take: which model, gene, record or place was looked at before. */

import { type Address, type View, writeAddress } from "../session/address";
import { linkOf } from "../session/links";
import type { Session } from "../session/session";

/** What stands in an entry of the history. */
interface Step {
  readonly kind: "regulens";
  /** SHA-256 of the open model. */
  readonly model: string | undefined;
  readonly address: Address;
}

function isStep(state: unknown): state is Step {
  return typeof state === "object" && state !== null && "kind" in state && state.kind === "regulens";
}

/** Milliseconds between two changes of one entry: browsers refuse many. */
const PAUSE = 400;

/** Writes the history, and follows it back. */
export class Trail {
  #last: { readonly model: string | undefined; readonly entry: string | undefined; readonly run: unknown } | undefined;
  /** What the entry is to hold, which it does not yet. */
  #pending: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isNoted = false;
  /** How many steps are being taken. */
  #going = 0;

  constructor(private readonly session: Session) {
    addEventListener("popstate", ({ state }) => void (isStep(state) && this.#go(state)));
  }

  /** Something changed: it is noted after all that changes with it. */
  heard(): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    setTimeout(() => {
      this.#isNoted = false;
      if (this.#going === 0) this.#note();
    });
  }

  #note(): void {
    const { state, active } = this.session;
    if (!active || !state.model) return;
    const { address = {}, entry, run } = this.session.results?.looked ?? {};
    const model = state.model.sha256;
    const before = this.#last;
    this.#last = { model, entry, run };
    const step: Step = { kind: "regulens", model, address };
    const url = this.#url();
    const isOther = before?.model !== model || (before.entry !== undefined && before.entry !== entry);
    // What a run looks at by itself is no step of the reader's.
    if (before && isOther && (entry !== undefined || before.model !== model)) {
      this.#flush();
      history.pushState(step, "", url);
      return;
    }
    this.#pending = () => history.replaceState(step, "", url);
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE);
  }

  #flush(): void {
    const pending = this.#pending;
    this.#drop();
    pending?.();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#pending = undefined;
  }

  /** The address of the page: a link, as far as one can say what is shown. */
  #url(): string {
    const { state, active, tasks } = this.session;
    const { id, weights } = state.model ?? {};
    const isFirst = id !== undefined && id === state.catalogue?.models[0]?.id && state.weights === "float16";
    // Nothing was chosen.
    if (isFirst && !location.search.includes("model=") && !tasks.some(({ hasData }) => hasData)) return location.href;
    const link = linkOf(state, active);
    const device = state.choice === "auto" ? {} : { device: state.choice };
    if ("query" in link) {
      const query = new URLSearchParams(link.query);
      if (state.choice !== "auto") query.set("device", state.choice);
      return `${location.pathname}?${query}`;
    }
    return (
      location.pathname +
      writeAddress({ ...(id ? { model: id, weights: weights === "int8" ? weights : undefined } : {}), ...device })
    );
  }

  /** Goes to what an entry holds. */
  async #go({ model, address }: Step): Promise<void> {
    const { session } = this;
    // What was still to be written is of the entry that was left.
    this.#drop();
    this.#going++;
    try {
      if (model !== undefined && model !== session.state.model?.sha256) await session.reopen(model);
      const { results } = session;
      const view = results && (Object.keys(results.places) as View[]).find((each) => each === address.view);
      await results?.show(address, view);
    } finally {
      this.#going--;
      const { looked } = session.results ?? {};
      this.#last = { model: session.state.model?.sha256, entry: looked?.entry, run: looked?.run };
    }
  }
}
