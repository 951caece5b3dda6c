/** Whole numbers below `below`, as a seed gives them. */
export type Dice = (below: number) => number;
export function dice(seed: number): Dice;
export function damagedBytes(bytes: Uint8Array, roll: Dice): Uint8Array;
