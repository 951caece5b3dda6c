/** Steps of the browser's Back and Forward: the model, gene, record or region viewed before. */

import { type Address, writeAddress } from "../session/address";
import { linkOf, showAddress } from "../session/links";
import type { Session } from "../session/session";
import { tellStep } from "../ui/steps";

/** State in an entry of the history. */
interface Step {
  readonly kind: "regulens";
  /** Identifies the entry among all of the tab; entries from earlier versions of the page have none. */
  readonly entry?: number | undefined;
  /** SHA-256 of the open model. */
  readonly model: string | undefined;
  readonly address: Address;
}

function isStep(state: unknown): state is Step {
  return typeof state === "object" && state !== null && "kind" in state && state.kind === "regulens";
}

/** Milliseconds between two changes of one entry: browsers reject frequent changes. */
const PAUSE = 400;

/** State to write to an entry, and its address. */
interface Entry {
  readonly step: Step;
  readonly url: string;
}

/** Writes the history, and follows its steps. */
export class Trail {
  #last: { readonly model: string | undefined; readonly entry: string | undefined; readonly run: unknown } | undefined;
  /** Content of the current entry that has not been written yet. */
  #pending: Entry | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Id of the tab's current entry; ids do not repeat after a reload. */
  #entry = Math.floor(Math.random() * 2 ** 52);
  #lastEntry = this.#entry;
  /** Unwritten content of other entries: only the tab's current entry can be written. */
  readonly #late = new Map<number, Entry>();
  #isNoted = false;
  /** Number of steps in progress. */
  #going = 0;

  constructor(private readonly session: Session) {
    addEventListener("popstate", ({ state }) => void (isStep(state) && this.#go(state)));
  }

  /** Schedules a record of a change, after all changes that belong to it. */
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
    const { address = {}, entry, run } = this.session.results?.looked() ?? {};
    const model = state.model.sha256;
    const before = this.#last;
    this.#last = { model, entry, run };
    const url = this.#url();
    const isOther = before?.model !== model || (before.entry !== undefined && before.entry !== entry);
    // A view that opens by itself after a run is not a step of the reader's.
    if (before && isOther && (entry !== undefined || before.model !== model)) {
      this.#flush();
      this.#entry = ++this.#lastEntry;
      history.pushState({ kind: "regulens", entry: this.#entry, model, address } satisfies Step, "", url);
      tellStep(this.#entry, true);
      return;
    }
    this.#pending = { step: { kind: "regulens", entry: this.#entry, model, address }, url };
    this.#timer ??= setTimeout(() => this.#flush(), PAUSE);
  }

  #flush(): void {
    const pending = this.#taken();
    if (pending) history.replaceState(pending.step, "", pending.url);
  }

  /** Cancels the pending write, and returns its content. */
  #taken(): Entry | undefined {
    const pending = this.#pending;
    clearTimeout(this.#timer);
    this.#timer = this.#pending = undefined;
    return pending;
  }

  /** Content of the entry that the tab has reached; content still unwritten when it was left is written first. */
  #arrive(state: Step): Step {
    const left = this.#taken();
    if (left) this.#late.set(this.#entry, left);
    this.#entry = state.entry ?? ++this.#lastEntry;
    const late = this.#late.get(this.#entry);
    this.#late.delete(this.#entry);
    if (!late) return state;
    history.replaceState(late.step, "", late.url);
    return late.step;
  }

  /** The address of the page: a link, as far as the view can be linked. */
  #url(): string {
    const { state, active, tasks } = this.session;
    const { id, weights } = state.model ?? {};
    const isFirst = id !== undefined && id === state.catalogue?.models[0]?.id && state.weights === "float16";
    // Nothing was selected.
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
      writeAddress({ ...(id ? { model: id, weights: weights === "float16" ? undefined : weights } : {}), ...device })
    );
  }

  /** Restores the state of an entry. */
  async #go(state: Step): Promise<void> {
    const { session } = this;
    const { model, address } = this.#arrive(state);
    tellStep(this.#entry, false);
    this.#going++;
    try {
      if (model !== undefined && model !== session.state.model?.sha256) await session.reopen(model);
      const { results } = session;
      if (results) await showAddress(address, results);
    } finally {
      this.#going--;
      const looked = session.results?.looked();
      this.#last = { model: session.state.model?.sha256, entry: looked?.entry, run: looked?.run };
    }
  }
}
