import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sequences, TracksResult } from "../../../../pkg/src/index";
import { local } from "../../../src/rpc/rpc";
import type { Page } from "../../../src/session/page";
import type { OpenedModel } from "../../../src/session/opened";
import { AllRecordHandlers, TrackStore } from "../../../src/tasks/tracks/all/calls";
import { RunningAll } from "../../../src/tasks/tracks/all/running";
import { TrackHandlers, type TrackModel, type TrackPackage } from "../../../src/tasks/tracks/calls";
import { SequenceSession } from "../../../src/tasks/tracks/session";
import type { PageCalls } from "../../../src/worker/calls";
import { openTrackModel, TRACK_SHAPE } from "../../fakes/tracks";

const model = { ...openTrackModel, shape: { ...TRACK_SHAPE, layers: 0 } };

/** The tracks of a record: its position in the first, one more in the second. */
function tracksOf(record: string, index: number): TracksResult {
  return {
    ...{ record, length: 64, origin: 0, binSize: 32, bins: 2, windows: [], padded: 0 },
    values: Float32Array.of(index, index + 1, index, index + 1),
  } as unknown as TracksResult;
}

/** A page with a file of three records, of which the first has run; `until` may hold up the run of a record. */
async function ran(until: (index: number, signal: AbortSignal | undefined) => Promise<void> = async () => {}) {
  const predicted: string[] = [];
  const records = ["A", "B", "C"].map((name) => ({
    ...{ name, description: "", length: 64, lower: 0, unknown: 0, iupac: {} },
  }));
  const runner = {
    shape: model.shape,
    async predict({ records }: Sequences, index: number, { signal }: { signal?: AbortSignal } = {}) {
      await until(index, signal);
      predicted.push(records[index]!.name);
      return tracksOf(records[index]!.name, index);
    },
    positionFunctions: () => [],
  } as unknown as TrackModel;
  const engine = {
    Regulens: { readSequences: async (_: unknown, { name }: { name: string }) => ({ file: name, records, free() {} }) },
    InputError: Error,
    VERSION: "0",
  } as unknown as TrackPackage;
  const store = new TrackStore();
  const tracks = new TrackHandlers(
    () => ({ runner, model }),
    engine,
    () => {},
    store.of,
  );
  const worker = local<PageCalls>({ ...tracks, ...new AllRecordHandlers(tracks, store) } as never);
  const work = new SequenceSession(worker);
  work.follow(model);
  await work.readSequences({ blob: new Blob([]), file: "three.fa" });
  await work.run(0);
  const said: string[] = [];
  const page = { worker, announce: (text: string) => said.push(text) } as unknown as Page;
  return { work, all: new RunningAll(page, work), predicted, said };
}

test("all records are run once, the one that is shown not again, and open without another run", async () => {
  const { work, all, predicted, said } = await ran();
  work.set({ listing: { sort: { key: "name", descending: true }, search: "" } });
  const texts: string[] = [];
  all.subscribe(({ doing }) => doing.run?.progress && texts.push(doing.run.progress.file ?? ""));
  await all.run();
  assert.deepEqual(predicted, ["A", "C", "B"], "as they are listed, after A by itself");
  assert.deepEqual([[...all.done].sort(), said], [[0, 1, 2], ["Done. 3 records of three.fa were run."]]);
  assert.deepEqual([...new Set(texts)], ["C, record 1 of 3", "B, record 2 of 3", "A, record 3 of 3"]);
  await work.chooseRecord(2);
  assert.deepEqual([work.state.run?.record.name, work.state.values.get(0)?.[0], predicted.length], ["C", 2, 3]);
});

test("what is done when it is cancelled stays, and is not run again", async () => {
  const { all, predicted, said } = await ran((index, signal) =>
    index < 2
      ? Promise.resolve()
      : new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(Object.assign(new Error(), { code: "cancelled" }))),
        ),
  );
  const running = all.run();
  while (all.done.size < 2) await new Promise((resolve) => setTimeout(resolve));
  all.stop();
  await running;
  assert.deepEqual([[...all.done], all.state.doing.run, all.state.problems.all], [[0, 1], undefined, undefined]);
  assert.deepEqual(said, ["Cancelled. 2 records are done."]);
  assert.deepEqual(predicted, ["A", "B"]);
});

test("the records that are done are one file, in the order of theirs", async () => {
  const { work, all } = await ran();
  work.set({ listing: { sort: { key: "name", descending: true }, search: "" } });
  await all.run();
  assert.equal(
    await (await all.file("tsv", [0, 1]))!.text(),
    [
      "record\tstart\tend\tAs\tGs",
      ...["A", "B", "C"].flatMap((name, i) => [`${name}\t0\t32\t${i}\t${i + 1}`, `${name}\t32\t64\t${i}\t${i + 1}`]),
      "",
    ].join("\n"),
  );
  assert.equal(
    await (await all.file("bedgraph", [1]))!.text(),
    'track type=bedGraph name="Gs" description="Gs, predicted by Fake tracks"\nA\t0\t64\t1\nB\t0\t64\t2\nC\t0\t64\t3\n',
  );
  await all.forget();
  assert.equal(all.done.size, 0);
});

test("another file ends the run of the one before, and has nothing done", async () => {
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const { work, all, predicted } = await ran((index, signal) =>
    index === 0
      ? Promise.resolve()
      : new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(Object.assign(new Error(), { code: "cancelled" })));
          begin();
        }),
  );
  const running = all.run();
  await begun;
  await work.readSequences({ blob: new Blob([]), file: "other.fa" });
  await running;
  assert.deepEqual(
    [all.done.size, all.state.doing.run, all.state.problems.all, predicted],
    [0, undefined, undefined, ["A"]],
  );
});

test("tracks are kept as far as there is room, and the error says what to do", () => {
  const store = new TrackStore(40);
  const [sequences, other] = [{} as Sequences, {} as Sequences];
  const opened = { sha256: "a" } as OpenedModel;
  store.keep(sequences, 0, opened, tracksOf("A", 0));
  store.keep(sequences, 1, opened, tracksOf("B", 1));
  assert.throws(() => store.keep(sequences, 2, opened, tracksOf("C", 2)), {
    code: "tracks-memory",
    remedy: /Save and discard them/,
  });
  assert.equal(store.of(sequences, 1, opened)?.record, "B");
  assert.equal(store.of(sequences, 1, { sha256: "b" } as OpenedModel), undefined, "of another model");
  store.keep(other, 0, opened, tracksOf("A", 0));
  assert.equal(store.of(sequences, 1, opened), undefined, "of another file");
});
