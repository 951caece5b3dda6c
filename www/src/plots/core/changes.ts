/** The two colours of a change, the same in every picture: of what raises something, and of what lowers it. */

import type { Theme } from "./theme";

/** A rise is orange and a fall blue: they differ for colour-blind readers too, which a test simulates. */
export function changeColours({ name }: Pick<Theme, "name">): { readonly up: string; readonly down: string } {
  return name === "light" ? { up: "#b0481a", down: "#1f5fae" } : { up: "#ff9d66", down: "#7db4ff" };
}
