/** Effect of a key in a box with a list of options: the ARIA pattern of a combobox with a list. Pure. */

/** The list under a box. */
export interface OfferedList {
  readonly count: number;
  readonly isOpen: boolean;
  /** Index of the option that Enter takes; undefined while the cursor is in the text. */
  readonly active: number | undefined;
}

/**
 * Returns the list after a key, or "take" for the active option; undefined for keys that the box handles itself:
 * letters, cursor movements, and Enter without an option.
 */
export function afterKey(
  key: string,
  isAlt: boolean,
  { count, isOpen, active }: OfferedList,
): Omit<OfferedList, "count"> | "take" | undefined {
  const closed = { isOpen: false, active: undefined };
  switch (key) {
    case "ArrowDown":
      if (count === 0) return undefined;
      if (isAlt) return { isOpen: true, active };
      return { isOpen: true, active: active === undefined ? 0 : active + 1 < count ? active + 1 : undefined };
    case "ArrowUp":
      if (isAlt) return isOpen ? closed : undefined;
      if (count === 0) return undefined;
      return { isOpen: true, active: active === undefined ? count - 1 : active > 0 ? active - 1 : undefined };
    case "Enter":
      return isOpen && active !== undefined ? "take" : undefined;
    case "Escape":
      return isOpen ? closed : undefined;
    default:
      return undefined;
  }
}
