/**
 * Menus in a `details` element: the panel that opens under its summary, and what closes it: a press elsewhere, and
 * Escape, which gives the focus back.
 */

import { css, type ReactiveController, type ReactiveControllerHost } from "lit";

/** For the one `details` that `host` has in its shadow. */
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
    const path = event.composedPath();
    // Nothing has the focus where the part that had it went away, or where a press left it.
    if (!path.includes(this.host) && path[0] !== document.body) return;
    // It closes a dialog that was opened from the menu.
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
