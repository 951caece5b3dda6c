/** Draws a component again when a state outside of it changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Followed } from "../session/followed";

/** What can be followed. */
export type Subscribable = Pick<Followed<object>, "subscribe">;

/**
 * Draws its host again when what `followed` gives changes; that may be another thing at each update, or nothing yet.
 */
export class Following implements ReactiveController {
  #following: Subscribable | undefined;
  #end: (() => void) | undefined;
  /** What is not on the page any more is drawn once more, and must not follow again by that. */
  #isConnected = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly followed: () => Subscribable | undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const followed = this.followed();
    if (!this.#isConnected || followed === this.#following) return;
    this.#end?.();
    this.#following = followed;
    this.#end = followed?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#end?.();
    this.#end = this.#following = undefined;
  }
}
