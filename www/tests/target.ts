/** Counterpart of `fuzz/`, which tries readers in Rust, for those of the page that are written in TypeScript. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes that a reader may hold, and eight times its file. */
const HELD = 64 << 20;
/** Milliseconds that a reader may take where files are tried for a time: beside ordinary tests others may run. */
const MOST = 1_000;
/** For how many seconds `cargo xtask fuzz` tries new files instead of the same ones, and of which targets. */
const { REGULENS_FUZZ_SECONDS: seconds, REGULENS_FUZZ_ONLY: only = "" } = process.env;

/** A reader of foreign files. */
export interface Target {
  /** Its name, and that of its folder in `fuzz/corpus/`. */
  readonly name: string;
  /** Damaged files that an ordinary test tries. */
  readonly files: number;
  /** The damaged file of a seed. */
  made(seed: number): string;
  /** Reads a file, and says whether it could be read; throws where it is refused other than it should be. */
  read(text: string): Promise<boolean>;
}

/** Reads the files that are kept, and damaged ones; some must be read and some refused: else nothing would be tried. */
export async function tries({ name, files, made, read }: Target): Promise<void> {
  if (!name.includes(only)) return;
  const tried = { files: 0, accepted: 0, held: 0, time: 0 };
  const one = async (text: string, what: string): Promise<void> => {
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    try {
      tried.accepted += Number(await read(text));
    } catch (thrown) {
      throw new Error(`${name}: ${what}: fails on ${JSON.stringify(text)}`, { cause: thrown });
    }
    tried.time = Math.max(tried.time, performance.now() - began);
    const held = process.memoryUsage().heapUsed - before;
    assert.ok(held <= HELD + 8 * text.length, `${name}: ${what}: holds ${held} bytes of ${JSON.stringify(text)}`);
    tried.held = Math.max(tried.held, held);
    tried.files++;
  };
  const kept = join("../fuzz/corpus", name);
  for (const file of existsSync(kept) ? readdirSync(kept).sort() : [])
    await one(readFileSync(join(kept, file), "utf8"), file);
  const end = performance.now() + 1_000 * Number(seconds);
  const first = seconds ? Date.now() : 0;
  for (let seed = first; seconds ? performance.now() < end : seed < files; seed++)
    await one(made(seed), `seed ${seed}`);
  assert.ok(tried.accepted > 0 && tried.accepted < tried.files, `${tried.accepted} of ${tried.files} are read`);
  console.log(
    `${name}: ${tried.files} files, ${(tried.held / 1e6).toFixed(1)} MB held at most, ` +
      `${(tried.time / 1e3).toFixed(3)} s at most`,
  );
  if (seconds) assert.ok(tried.time <= MOST, `${name}: a file took ${tried.time} ms`);
}
