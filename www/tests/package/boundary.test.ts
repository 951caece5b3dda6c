import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, called, number, options, SOURCE, WORK } from "../../../pkg/src/boundary";
import { ArgumentError, CancelledError, DisposedError } from "../../../pkg/src/errors";
import { DISPOSE, held, Life } from "../../../pkg/src/held";

const REQUEST = [number("count"), options(WORK, "seed")];

test("a call with arguments of their kinds gets its options with one signal, and its result", async () => {
  const own = new AbortController();
  const found = await called("f", REQUEST, [2, { seed: 1, signal: own.signal }], async (count, options) => {
    assert.deepEqual(Object.keys(options), ["seed", "signal"]);
    own.abort("enough");
    return [count, (options as { signal: AbortSignal }).signal.reason];
  });
  assert.deepEqual(found, [2, "enough"]);
});

test("a call with another argument or option is refused before any work", async () => {
  const never = async (): Promise<never> => assert.fail("it was called");
  for (const [args, message, code] of [
    [["2"], 'f: found "2" for `count`; expected a number.', "wrong-type"],
    [[2, null], "f: found null for `options`; expected an object.", "wrong-type"],
    [[2, { seed: "x" }], 'f: found "x" for `options.seed`; expected a number.', "wrong-type"],
    [[2, { sed: 1 }], 'f: found the option "sed"; expected some of signal, onProgress, seed.', "no-such-option"],
  ] as const)
    await assert.rejects(called("f", REQUEST, args, never), { message, code });
  assert(new ArgumentError("f", "a", "1", "2") instanceof TypeError);
});

test("a text that names a file is told from the text of a file", async () => {
  const read = (source: string) => called("read", [SOURCE], [source], async () => "read");
  for (const text of ["genes.csv", "./a", "https://example.org/x", "my genes.fa.gz", " genes.csv\n"])
    await assert.rejects(read(text), { code: "text-not-address" }, text);
  for (const text of ["", "gene,bin,H3K4me3", ">r", ">r\nACGT\n", "a\t1\n", "chr1 5 9 a", "a.csv\nb.csv\n"])
    assert.equal(await read(text), "read", JSON.stringify(text));
});

test("what a caller's function throws is what the call rejects with, however the work ends", async () => {
  const own = new Error("own");
  const onProgress = (): never => {
    throw own;
  };
  for (const end of [
    async () => "done",
    async () => Promise.reject(new Error("another")),
    async () => Promise.reject(new CancelledError("It")),
  ])
    await assert.rejects(
      called("f", REQUEST, [1, { onProgress }], async (_, options) => {
        const { onProgress, signal } = options as { onProgress(): void; signal: AbortSignal };
        onProgress();
        assert.equal(signal.reason, own, "the work is ended");
        return end();
      }),
      (thrown) => thrown === own,
    );
});

test("a handle is freed once, and a use after that is an error of its own", () => {
  let freed = 0;
  const handle = held({ address: 7, of: (x: number) => 2 * x, free: () => void freed++ }, "a.csv");
  assert.deepEqual([handle.of(handle.address), freed], [14, 0]);
  handle.free();
  handle[DISPOSE]();
  assert.equal(freed, 1);
  assert.throws(() => handle.address, { code: "disposed", message: /^a\.csv was already freed/ });
  assert.throws(() => handle.of(1), DisposedError);
});

test("memory is released once, after what runs, which is cancelled", async () => {
  const released: string[] = [];
  class Model {
    readonly life = new Life("m");
    async run({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
      await new Promise<void>((resolve) => signal!.addEventListener("abort", () => resolve()));
      released.push("ran");
      throw new CancelledError("The run");
    }
    now(): number {
      return 1;
    }
    free(): void {
      this.life.end(() => {
        released.push("released");
        throw new Error("an engine that stopped");
      });
    }
  }
  bounded("model", Model.prototype, { run: [options(WORK)] }, { now: [] });
  const model = new Model();
  const run = model.run();
  assert.equal(model.now(), 1);
  await Promise.resolve();
  model.free();
  model.free();
  await assert.rejects(
    run,
    ({ code, reason }: CancelledError) => code === "cancelled" && reason instanceof DisposedError,
  );
  await model.life.ended();
  assert.deepEqual(released, ["ran", "released"]);
  await assert.rejects(model.run(), { code: "disposed" });
  assert.throws(() => model.now(), { code: "disposed" });
});
