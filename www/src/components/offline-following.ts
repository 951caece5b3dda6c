/** Renders a component again whenever what is known of keeping the page changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Offline } from "../offline/offline";

/** For a host that has an `offline`, from when it has one. */
export class FollowingOffline implements ReactiveController {
  #followed: Offline | undefined;
  #end: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost & { readonly offline: Offline | undefined }) {
    host.addController(this);
  }

  hostUpdate(): void {
    const { offline } = this.host;
    if (offline === this.#followed) return;
    this.#end?.();
    this.#followed = offline;
    this.#end = offline?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#followed = undefined;
  }
}
