import assert from "node:assert/strict";
import { test } from "node:test";
import type { TableRequest } from "../../../src/session/opened";
import { MeasuredFiles } from "../../../src/tasks/genes/measured-files";
import type { Current } from "../../../src/tasks/genes/outcome";
import type { Sample } from "../../../src/tasks/genes/samples/session";

const source = (file: string): TableRequest => ({ file, blob: new Blob() });
const runOf = (name: string) => ({ name }) as unknown as Current;
const sample = (file: string) => ({ sources: [source(file)] }) as unknown as Sample;

/** Files of a run of a sample; readings end when `end` is called. */
function started() {
  const [liver, heart] = [sample("liver.csv"), sample("heart.csv")];
  const of = new Map<Current, Sample>();
  const ends: (() => void)[] = [];
  /** The counts that the worker holds, and those that are shown, by cell type. */
  const [held, shown]: [Map<string, string>, Map<string, string>] = [new Map(), new Map()];
  const at: { run?: Current; lookedAt: Sample; waits: boolean } = { lookedAt: liver, waits: false };
  const files = new MeasuredFiles({
    run: () => at.run,
    samples: () => ({
      ofRun: (run) => of.get(run as Current),
      get lookedAt() {
        return at.lookedAt;
      },
    }),
    async measure({ file }, cell) {
      if (at.waits) await new Promise<void>((resolve) => ends.push(resolve));
      held.set(cell, file);
      return () => void shown.set(cell, file);
    },
    forgetInWorker: async () => held.clear(),
  });
  /** Finishes a run of a sample; returns the files that it has to read again. */
  const finish = async (name: string, what: Sample) => {
    const next = runOf(name);
    of.set(next, what);
    const theirs = files.changeSample(next);
    if (at.run && of.get(at.run) !== what) shown.clear();
    at.run = next;
    await files.forgetLeft();
    return theirs;
  };
  return { files, at, ends, held, shown, finish, liver, heart };
}

test("counts of a sample are put aside with it, and are there again where it is looked at again", async () => {
  const { files, finish, held, liver, heart } = started();
  await finish("liver", liver);
  const counts = source("liver.counts.csv");
  await files.read(counts, "a");
  assert.deepEqual(await finish("liver, another model", liver), {}, "they hold for another run of the same");
  assert.deepEqual({ ...files.given }, { a: counts });
  assert.deepEqual(await finish("heart", heart), {});
  assert.deepEqual([{ ...files.given }, held.size], [{}, 0]);
  assert.deepEqual(await finish("liver again", liver), { a: counts });
});

test("counts that are being read while another run of the same genes finishes are of that one", async () => {
  const { files, at, ends, finish, shown, liver } = started();
  await finish("first", liver);
  at.waits = true;
  const reading = files.read(source("counts.csv"), "b");
  await finish("second", liver);
  at.waits = false;
  ends[0]!();
  await reading;
  assert.equal(shown.get("b"), "counts.csv");
  assert.equal(files.given.b?.file, "counts.csv");
});

test("counts that are read while another sample is opened wait for theirs, and leave those that are there", async () => {
  const { files, at, ends, finish, held, shown, liver, heart } = started();
  await finish("liver", liver);
  at.waits = true;
  const reading = files.read(source("liver.counts.csv"), "a");
  await finish("heart", heart);
  at.waits = false;
  await files.read(source("heart.counts.csv"), "a");
  ends[0]!();
  await reading;
  assert.deepEqual([shown.get("a"), held.get("a")], ["heart.counts.csv", "heart.counts.csv"]);
  assert.equal((await finish("liver again", liver)).a?.file, "liver.counts.csv");
});

test("counts that are taken away while they are read do not come back", async () => {
  const { files, at, ends, finish, held, shown, liver } = started();
  await finish("liver", liver);
  at.waits = true;
  const reading = files.read(source("counts.csv"), "a");
  files.forget();
  ends[0]!();
  await reading;
  assert.deepEqual([{ ...files.given }, held.size, shown.size], [{}, 0, 0]);
});
