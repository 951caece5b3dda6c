/** JSON damaged at random: its places, where bytes alone would mostly spoil its form. */

import type { Dice } from "../../tests/packages/support/damage.mjs";

/** Values that readers of JSON have been wrong about. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, "", "x", "0", "__proto__", "constructor", "../../x", "\u202e", []],
  ...[{}, [[]], [null], { __proto__: null, toString: 1 }, { length: 1e9 }, "<script>", "y".repeat(100_000)],
];

/** A copy of a value of JSON, one to four places of which are replaced, left out, repeated or exchanged. */
export function damagedJson(value: unknown, roll: Dice): unknown {
  let whole = structuredClone(value);
  for (let times = 1 + roll(4); times > 0; times--) {
    const places = placesIn(whole);
    const place = places[roll(places.length)];
    const other = places[roll(places.length)];
    if (!place || !other) return VALUES[roll(VALUES.length)];
    const { parent, key } = place;
    const kind = roll(8);
    if (kind === 0 && Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (kind === 0) delete parent[key];
    else if (kind === 1 && Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
    else if (kind === 1) parent[`${key}${key}`] = parent[key];
    else if (kind === 2) parent[key] = structuredClone(other.parent[other.key]);
    else if (kind === 3 && typeof parent[key] === "number") parent[key] = -(parent[key] as number) + roll(3);
    else parent[key] = structuredClone(VALUES[roll(VALUES.length)]);
    // The root itself.
    if (roll(200) === 0) whole = VALUES[roll(VALUES.length)];
  }
  return whole;
}

type Parent = Record<string | number, unknown>;

function placesIn(value: unknown): { parent: Parent; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Parent;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}
