/**
 * An element's own theme: its attribute, else the reader's system, light on paper; with the colours that the page's
 * custom properties say.
 */

import text from "../styles/tokens.css";
import type { ThemeSource } from "../ui/theme/theme";
import { dark, light, type Theme } from "../plots";
import { css, unsafeCSS } from "lit";

/** Values of the element's attribute. */
export type ThemeChoice = "auto" | "light" | "dark";

/** The tokens of the plots' colours. */
const TOKENS: Readonly<Record<Exclude<keyof Theme, "name">, string>> = {
  surface: "--color-surface",
  ink: "--color-ink",
  inkMuted: "--color-ink-muted",
  inkFaint: "--color-ink-faint",
  line: "--color-line",
  lineStrong: "--color-line-strong",
  on: "--color-on",
  off: "--color-off",
};

/**
 * "rgb(255, 0, 0)" as `#ff0000`, which saved figures are written with; undefined for what is see-through or of a wider
 * gamut.
 */
function hexOf(computed: string): string | undefined {
  const found = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(computed);
  return found
    ? `#${found
        .slice(1)
        .map((part) => Number(part).toString(16).padStart(2, "0"))
        .join("")}`
    : undefined;
}

export class ViewTheme extends EventTarget implements ThemeSource {
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  #choice: ThemeChoice = "auto";
  #printing = false;
  #theme: Theme | undefined;
  /** The element from which a colour is read. */
  readonly #probe = document.createElement("span");

  constructor(private readonly root: () => ShadowRoot | null) {
    super();
    this.#probe.hidden = true;
  }

  get theme(): Theme {
    return (this.#theme ??= this.#read());
  }

  get name(): "light" | "dark" {
    if (this.#printing) return "light";
    return this.#choice === "auto" ? (this.#dark.matches ? "dark" : "light") : this.#choice;
  }

  set choice(choice: ThemeChoice) {
    if (choice === this.#choice) return;
    this.#choice = choice;
    this.#tell();
  }

  connect(): void {
    this.#dark.addEventListener("change", this.#tell);
    addEventListener("beforeprint", this.#print);
    addEventListener("afterprint", this.#print);
  }

  disconnect(): void {
    this.#dark.removeEventListener("change", this.#tell);
    removeEventListener("beforeprint", this.#print);
    removeEventListener("afterprint", this.#print);
  }

  #print = ({ type }: Event): void => {
    this.#printing = type === "beforeprint";
    this.#tell();
  };

  #tell = (): void => {
    this.#theme = undefined;
    this.dispatchEvent(new Event("change"));
  };

  /** Reads the page's styles again. */
  look(): void {
    const theme = this.#read();
    if (JSON.stringify(theme) !== JSON.stringify(this.theme)) this.#tell();
  }

  #read(): Theme {
    const standard = this.name === "dark" ? dark : light;
    const root = this.root();
    // On paper the page's colours may be those of a dark screen.
    if (!root || this.#printing) return standard;
    root.append(this.#probe);
    const read = Object.entries(TOKENS).map(([name, token]) => {
      this.#probe.style.color = `var(${token})`;
      return [name, hexOf(getComputedStyle(this.#probe).color) ?? standard[name as keyof Theme]];
    });
    this.#probe.remove();
    return { ...standard, ...Object.fromEntries(read) };
  }
}

/**
 * The site's design tokens on the element's own host, each behind a custom property that the page can set:
 * `--color-accent` is `var(--regulens-color-accent, …)`. The build makes them from `src/styles/tokens.css`.
 */
export const tokens = css`
  ${unsafeCSS(text)}
`;
