/** Track kinds of a change, some of which are shown at a time. */

import type { ChangeKind } from "../../../plots/changing";

/** Strips of each mark, by display name: A and B as `cells` names them. */
export function kindsOf([a, b]: readonly string[]): readonly (readonly [kind: ChangeKind, name: string])[] {
  return [
    ["A", a!],
    ["B", b!],
    ["diff", "A − B"],
  ];
}
