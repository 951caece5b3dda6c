/** Draws its host again when what is known of workspaces changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Workspaces } from "../state/workspaces";

/** Draws its host again when what is known of workspaces changes. */
export class FollowingWorkspaces implements ReactiveController {
  #following: Workspaces | undefined;
  #end: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost & { readonly workspaces: Workspaces | undefined }) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdate(): void {
    const { workspaces } = this.host;
    if (workspaces === this.#following && this.#end) return;
    this.#end?.();
    this.#following = workspaces;
    this.#end = workspaces?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#end = this.#following = undefined;
  }
}
