/** Draws a component again when a state outside of it changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
/** An object that can be subscribed to. */
export interface Subscribable {
  subscribe(listener: () => void): () => void;
}

/**
 * Redraws its host when the state of `source()` changes; that may be another object at each update, or undefined.
 */
export class Subscription implements ReactiveController {
  #source: Subscribable | undefined;
  #end: (() => void) | undefined;
  /** True while the host is on the page: a final update after its removal must not subscribe again. */
  #isConnected = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly source: () => Subscribable | undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const source = this.source();
    if (!this.#isConnected || source === this.#source) return;
    this.#end?.();
    this.#source = source;
    this.#end = source?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#end?.();
    this.#end = this.#source = undefined;
  }
}
