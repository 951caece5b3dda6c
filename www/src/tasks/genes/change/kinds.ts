/** Tracks of a change of which some are shown at a time. */

import type { ChangeKind } from "../../../plots/changing";

/** Strips of each mark, by their names for a person: A and B as `cells` name them. */
export function kindsOf([a, b]: readonly string[]): readonly (readonly [kind: ChangeKind, name: string])[] {
  return [
    ["A", a!],
    ["B", b!],
    ["diff", "A − B"],
  ];
}
