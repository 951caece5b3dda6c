/** Light or dark: the system's, or the user's own choice, which is remembered. */

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
      // A browser that stores nothing still switches.
    }
    this.#apply();
  }

  /** Name of the theme that is shown now. */
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
