/**
 * Menus in a `details` element: closes the open panel on a click elsewhere, and on Escape, which returns the focus.
 */

import { css, type ReactiveController, type ReactiveControllerHost } from "lit";

/** For the only `details` in the shadow root of `host`. */
export class MenuClosing implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("pointerdown", this.#outside);
    document.addEventListener("keydown", this.#escape);
  }

  hostDisconnected(): void {
    document.removeEventListener("pointerdown", this.#outside);
    document.removeEventListener("keydown", this.#escape);
  }

  /** Closes the menu. */
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
    const path = event.composedPath();
    // Nothing has the focus if its element was removed, or after a click elsewhere.
    if (!path.includes(this.host) && path[0] !== document.body) return;
    // Escape then closes a dialog that was opened from the menu.
    if (path.some((each) => each instanceof HTMLDialogElement && each.open)) return;
    this.close();
    this.menu.querySelector("summary")?.focus();
  };
}

export const menuStyles = css`
  details {
    position: relative;
  }

  summary {
    list-style: none;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  .menu {
    position: absolute;
    inset-inline-end: 0;
    inset-block-start: calc(100% + var(--space-2));
    z-index: var(--layer-tooltip);
    padding: var(--space-4);
    border: var(--border);
    border-radius: var(--radius-lg);
    background: var(--color-surface-raised);
    box-shadow: var(--shadow-md);
    display: grid;
    gap: var(--space-4);
  }
`;
