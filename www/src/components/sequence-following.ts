/** Draws its host again when what is known of sequences changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { SequenceSession } from "../state/sequences";

/** Draws its host again when what is known of sequences changes. */
export class FollowingSequences implements ReactiveController {
  #following: SequenceSession | undefined;
  #end: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost & { readonly sequences: SequenceSession | undefined }) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const { sequences } = this.host;
    if (sequences === this.#following && this.#end) return;
    this.#end?.();
    this.#following = sequences;
    this.#end = sequences?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#end = this.#following = undefined;
  }
}
