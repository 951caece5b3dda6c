/** Draws its host again when explanations change. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Explanations } from "../state/explanations";

/** Draws its host again when what it shows of explanations changes. */
export class Following implements ReactiveController {
  #following: Explanations | undefined;
  #end: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { readonly explanations: Explanations | undefined },
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const { explanations } = this.host;
    if (explanations === this.#following) return;
    this.#end?.();
    this.#following = explanations;
    this.#end = explanations?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#end = this.#following = undefined;
  }
}
