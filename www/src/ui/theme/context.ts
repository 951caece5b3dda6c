/** The plots' theme, for every component that draws. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { dark, light, type Theme } from "../../plots";
import { ThemeSetting } from "./theme";

/** Says which theme is shown, and `change` when that is another. */
export interface ThemeSource extends EventTarget {
  readonly name: "light" | "dark";
  /** Colours of its own, where they are not the site's. */
  readonly theme?: Theme | undefined;
}

/** Asks the elements around a component for a theme of their own; the one that has it puts it into `detail`. */
export const THEME_REQUEST = "regulens-theme-request";

export type ThemeRequest = CustomEvent<{ source?: ThemeSource }>;

let setting: ThemeSetting | undefined;

/** The page's one setting. Made when it is first needed: an element in another page leaves that page's theme alone. */
export function themeSetting(): ThemeSetting {
  return (setting ??= new ThemeSetting());
}

/** Draws its host again when the theme changes: that of an element around it, else the page's. */
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
