/**
 * Light or dark: the system's theme, or the user's own choice, which is stored; and the theme of plots, for every
 * component that draws.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { dark, light, type Theme } from "../../plots";

/** The user's choice; `auto` follows the system. */
export type ThemeChoice = "auto" | "light" | "dark";

const KEY = "regulens.theme";

/** The theme of the page. */
export class ThemeSetting extends EventTarget {
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  #choice: ThemeChoice = remembered();

  constructor() {
    super();
    this.#dark.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  set choice(choice: ThemeChoice) {
    this.#choice = choice;
    try {
      if (choice === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Without storage, the theme still switches.
    }
    this.#apply();
  }

  /** Name of the current theme. */
  get name(): "light" | "dark" {
    return this.#choice === "auto" ? (this.#dark.matches ? "dark" : "light") : this.#choice;
  }

  #apply(): void {
    if (this.#choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#choice;
    this.dispatchEvent(new Event("change"));
  }
}

function remembered(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "auto";
  } catch {
    return "auto";
  }
}

/** Provides the current theme, and sends `change` when it changes. */
export interface ThemeSource extends EventTarget {
  readonly name: "light" | "dark";
  /** Its own colours, if they differ from the site's. */
  readonly theme?: Theme | undefined;
}

/** Asks ancestors of a component for a theme of their own; the one that has it puts it into `detail`. */
export const THEME_REQUEST = "regulens-theme-request";

export type ThemeRequest = CustomEvent<{ source?: ThemeSource }>;

let setting: ThemeSetting | undefined;

/** The page's single setting. Created on first use: an element in another page leaves that page's theme alone. */
export function themeSetting(): ThemeSetting {
  return (setting ??= new ThemeSetting());
}

/** Redraws its host when the theme changes: that of an ancestor, otherwise the page's. */
export class PlotTheme implements ReactiveController {
  #source: ThemeSource | undefined;

  constructor(private readonly host: ReactiveControllerHost & EventTarget) {
    host.addController(this);
  }

  get theme(): Theme {
    return this.#source?.theme ?? (this.#source?.name === "dark" ? dark : light);
  }

  hostConnected(): void {
    const request: ThemeRequest = new CustomEvent(THEME_REQUEST, { detail: {}, bubbles: true, composed: true });
    this.host.dispatchEvent(request);
    this.#source = request.detail.source ?? themeSetting();
    this.#source.addEventListener("change", this.#changed);
  }

  hostDisconnected(): void {
    this.#source?.removeEventListener("change", this.#changed);
  }

  #changed = (): void => this.host.requestUpdate();
}
