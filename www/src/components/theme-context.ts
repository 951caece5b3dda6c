/** The plots' theme, for every component that draws. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { dark, light, type Theme } from "../plots";
import { ThemeSetting } from "../state/theme";

/** The page's one setting. */
export const themeSetting = new ThemeSetting();

/** Draws its host again when the theme changes. */
export class PlotTheme implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  get theme(): Theme {
    return themeSetting.name === "dark" ? dark : light;
  }

  hostConnected(): void {
    themeSetting.addEventListener("change", this.#changed);
  }

  hostDisconnected(): void {
    themeSetting.removeEventListener("change", this.#changed);
  }

  #changed = (): void => this.host.requestUpdate();
}
