/** Parses the file of a workspace. */

import type { Preparation } from "../session/opened";

/** Throws the error for a damaged workspace: where, what was expected, and what was found. */
export type Damaged = (where: string, expected: string, found: unknown) => never;

/** An object of a file, of which nothing is known yet. */
export type Fields = Record<string, unknown>;

/** Parses a value; every part has the expected type, or the error names its place. */
export class Reading {
  constructor(readonly damaged: Damaged) {}

  preparation(value: unknown, where: string): Preparation {
    const { selectBins, scale } = this.fields(value, where);
    const bins =
      selectBins === undefined
        ? undefined
        : this.list(selectBins, `${where}.selectBins`, (each, at) => this.number(each, at));
    if (bins && bins.length !== 2) this.damaged(`${where}.selectBins`, "two numbers", selectBins);
    const factors =
      scale === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(this.fields(scale, `${where}.scale`)).map(([mark, factor]) => [
              mark,
              this.number(factor, `${where}.scale.${mark}`),
            ]),
          );
    return { ...(bins ? { selectBins: [bins[0]!, bins[1]!] as const } : {}), ...(factors ? { scale: factors } : {}) };
  }

  fields(value: unknown, where: string): Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : this.damaged(where, "an object", value);
  }

  list<T>(value: unknown, where: string, read: (each: unknown, where: string) => T): T[] {
    return Array.isArray(value)
      ? value.map((each, i) => read(each, `${where}[${i}]`))
      : this.damaged(where, "a list", value);
  }

  text(value: unknown, where: string): string {
    return typeof value === "string" ? value : this.damaged(where, "text", value);
  }

  number(value: unknown, where: string): number {
    return typeof value === "number" && Number.isFinite(value) ? value : this.damaged(where, "a number", value);
  }

  boolean(value: unknown, where: string): boolean {
    return typeof value === "boolean" ? value : this.damaged(where, "true or false", value);
  }

  one<T extends string | number>(value: unknown, where: string, allowed: readonly T[]): T {
    return allowed.find((each) => each === value) ?? this.damaged(where, `one of ${allowed.join(", ")}`, value);
  }

  index(value: unknown, where: string, length: number): number {
    const number = this.number(value, where);
    return Number.isInteger(number) && number >= 0 && number < length
      ? number
      : this.damaged(where, `a place from 0 to ${length - 1}`, value);
  }

  maybe(value: unknown, where: string, length: number): number | undefined {
    return value === undefined ? undefined : this.index(value, where, length);
  }
}
