/** Closes a menu in a `details` element: by a press elsewhere, and by Escape, which gives the focus back. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** For the one `details` that `host` has in its shadow. */
export class MenuClosing implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("pointerdown", this.#outside);
    this.host.addEventListener("keydown", this.#escape);
  }

  hostDisconnected(): void {
    document.removeEventListener("pointerdown", this.#outside);
    this.host.removeEventListener("keydown", this.#escape);
  }

  /** Closes it. */
  close(): void {
    const { menu } = this;
    if (menu) menu.open = false;
  }

  private get menu(): HTMLDetailsElement | null | undefined {
    return this.host.shadowRoot?.querySelector("details");
  }

  #outside = (event: Event): void => {
    if (!event.composedPath().includes(this.host)) this.close();
  };

  #escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.menu?.open) return;
    // It closes a dialog that was opened from the menu.
    if (event.composedPath().some((each) => each instanceof HTMLDialogElement && each.open)) return;
    this.close();
    this.menu.querySelector("summary")?.focus();
  };
}
