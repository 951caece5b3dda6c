/** That `agree.ts` finds each kind of difference, and no other. */

import type { Differences } from "./agree.js";

interface Made {
  default(): void;
  initSync(): void;
  same(values: Float32Array): number | undefined;
  unknown(): void;
  Reader: typeof Reader;
}

declare class Reader {
  free(): void;
  constructor(file: string);
  push(names?: string[] | null): void;
  finish(): Promise<{ free(): void; length: number }>;
  few(a: number): void;
  many(a: number, b: number): void;
  wrong(a: string): void;
  gives(): string;
  more(): void;
}

interface Stated {
  same(values: Float32Array): number | undefined;
  missing(): void;
  Reader: new (file: string) => {
    push(names: readonly string[]): void;
    finish(): Promise<{ length: number }>;
    few(a: number, b: number): void;
    many(a: number): void;
    wrong(a: number): void;
    gives(): number;
    gone(): void;
  };
}

type Expected =
  | "not stated: unknown"
  | "not made: missing"
  | "Reader.few takes another number of arguments"
  | "Reader.many takes another number of arguments"
  | "Reader.wrong takes an argument of another type"
  | "Reader.gives gives another type"
  | "Reader.gone is not made"
  | "Reader.more is not stated";

type Found = Differences<Made, Stated>;

export const isFound: [Exclude<Found, Expected>, Exclude<Expected, Found>] extends [never, never] ? true : Found = true;
