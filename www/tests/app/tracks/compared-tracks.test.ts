import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueModel, Sequences, TracksResult } from "../../../../pkg/src/index";
import { local } from "../../../src/rpc/rpc";
import type { Page } from "../../../src/session/page";
import type { OpenedModel } from "../../../src/session/opened";
import { TrackHandlers, type TrackModel, type TrackPackage } from "../../../src/tasks/tracks/calls";
import { counterpart, inBinsOf, shiftOf } from "../../../src/tasks/tracks/compare/aligned";
import { OtherTrackHandlers } from "../../../src/tasks/tracks/compare/calls";
import { TrackComparing } from "../../../src/tasks/tracks/compare/comparing";
import type { RunningAll } from "../../../src/tasks/tracks/all/running";
import { SequenceSession } from "../../../src/tasks/tracks/session";
import { ScoredVariants } from "../../../src/tasks/tracks/variants/scored";
import { looked, show } from "../../../src/tasks/tracks/links";
import { capture, restore } from "../../../src/tasks/tracks/workspace";
import type { Files, Restoring } from "../../../src/session/restoring";
import type { PageCalls } from "../../../src/worker/calls";
import { openTrackModel, TRACK_SHAPE } from "../../fakes/tracks";

const shape = { ...TRACK_SHAPE, layers: 0 };

/** A model of two tracks with `bins` bins from `origin` on: `value` in the first, `value + 1` in the second. */
function runnerOf(value: number, along: Pick<TracksResult, "origin" | "binSize" | "bins">) {
  return {
    shape: { ...shape, binSize: along.binSize },
    predict: async ({ records }: Sequences, index: number) =>
      ({
        ...{ record: records[index]!.name, length: 64, windows: [], padded: 0, ...along },
        values: Float32Array.from({ length: 2 * along.bins }, (_, i) => value + (i % 2)),
      }) as unknown as TracksResult,
    positionFunctions: () => [],
    useDevice: async () => ({}),
    free: () => freed.push(value),
  } as unknown as TrackModel & { useDevice(): Promise<unknown>; free(): void };
}
const freed: number[] = [];

const [own, other] = [{ ...openTrackModel, shape } as const, { ...openTrackModel, sha256: "other" } as OpenedModel];
const entry = { id: "other", file: "other.safetensors" } as CatalogueModel;

const OTHER = { request: { url: "", file: "other.safetensors", sha256: "other" } };

/** A page with one record, on which the open model has run; the other model's bins are `along`. */
async function ran(along: Pick<TracksResult, "origin" | "binSize" | "bins">) {
  const records = [{ name: "one", description: "", length: 64, lower: 0, unknown: 0, iupac: {} }];
  const engine = {
    Regulens: { readSequences: async () => ({ file: "a.fa", records, free() {} }) },
    InputError: Error,
    VERSION: "0",
  } as unknown as TrackPackage;
  const runner = runnerOf(10, { origin: 0, binSize: 8, bins: 6 });
  const tracks = new TrackHandlers(() => ({ runner, model: own }), engine);
  const others = new OtherTrackHandlers(
    (run) => tracks.ranOn(run),
    async () => ({ runner: runnerOf(30, along), model: other }),
  );
  const worker = local<PageCalls>({ ...tracks, ...others } as never);
  const work = new SequenceSession(worker, undefined, undefined, (session) => new ScoredVariants(worker, session));
  work.follow(own);
  await work.readSequences({ blob: new Blob([]), file: "a.fa" });
  await work.run(0);
  const said: string[] = [];
  const page = {
    ...{ worker, state: {}, noteOrigin: () => {}, announce: (text: string) => said.push(text) },
    fileOf: () => ({ request: { url: "", file: "other.safetensors", sha256: "other" }, weights: "float16" }),
  } as unknown as Page;
  return { work, comparing: new TrackComparing(page, work), said };
}

test("another model’s tracks lie in the bins of the results, and the model is closed again", async () => {
  const { comparing, said } = await ran({ origin: 16, binSize: 8, bins: 3 });
  freed.length = 0;
  await comparing.compareWith(entry);
  const { pair, other: run } = comparing.shown!;
  assert.deepEqual([pair.track, pair.against, run.model.sha256, freed], [0, 0, "other", [30]]);
  assert.deepEqual(
    pair.values?.map((values) => [...values]),
    [
      [10, 10, 10, 10, 10, 10],
      [NaN, NaN, 30, 30, 30, NaN],
    ],
  );
  assert.deepEqual(said, ["Fake tracks predicted one too."]);
  await comparing.choose(0, 1);
  assert.equal(comparing.shown!.pair.values?.[1][2], 31);
  await comparing.clear();
  assert.equal(comparing.shown, undefined);
});

test("a comparison that is brought back has the tracks over each other that it had", async () => {
  const { comparing } = await ran({ origin: 16, binSize: 8, bins: 3 });
  await comparing.compareWithFile(OTHER, { track: 1, against: 0 });
  assert.deepEqual([comparing.shown!.pair.track, comparing.shown!.pair.against], [1, 0]);
  // TracksResult that the models have not are not taken.
  await comparing.compareWithFile(OTHER, { track: 7, against: 0 });
  assert.deepEqual([comparing.shown!.pair.track, comparing.shown!.pair.against], [0, 0]);
});

test("a workspace brings back the other model's tracks, and runs the records again that were run", async () => {
  const before = await ran({ origin: 16, binSize: 8, bins: 3 });
  await before.comparing.compareWithFile(OTHER, { track: 1, against: 0 });
  const kept: unknown[] = [];
  const place = (source: unknown): number => (kept.includes(source) ? kept.indexOf(source) : kept.push(source) - 1);
  const files = { input: (source: unknown) => source && place(source), model: () => 0 } as unknown as Files;
  const done = { done: new Set([0]) } as unknown as RunningAll;
  const stored = capture({ ...before, all: done }, files);
  assert.deepEqual(stored.compared, { model: 0, track: 1, against: 0 });
  assert.deepEqual(stored.all, ["one"]);
  const after = await ran({ origin: 16, binSize: 8, bins: 3 });
  const again: unknown[] = [];
  const all = { run: async (only: readonly number[]) => again.push([...only]) } as unknown as RunningAll;
  const bring = async (model: typeof OTHER | undefined): Promise<string[]> => {
    const missing: string[] = [];
    const restoring = {
      ...{ source: (at: number) => kept[at], input: () => ({}), made: () => undefined, model: () => model, missing },
      show: () => show(after.work, looked(before.work.state).address, "workspace"),
    } as unknown as Restoring;
    await restore({ ...after, all }, stored, restoring);
    return missing;
  };
  assert.deepEqual(await bring(OTHER), []);
  assert.deepEqual(capture({ ...after, all: done }, files), stored, "saved again it is the same");
  assert.deepEqual([after.comparing.shown!.pair.track, after.comparing.shown!.pair.against], [1, 0]);
  assert.deepEqual(again, [[0]]);
  await after.comparing.clear();
  assert.deepEqual(await bring(undefined), ["The other model that the tracks were compared with was not given."]);
  assert.equal(after.comparing.shown, undefined);
});

test("a comparison is of the record that was shown, not of the one that came after it", async () => {
  const { work, comparing } = await ran({ origin: 0, binSize: 8, bins: 6 });
  await comparing.compareWith(entry);
  assert.notEqual(comparing.shown, undefined);
  await work.run(0);
  assert.equal(comparing.shown, undefined);
});

test("models of other bins are not laid over each other, and say why", async () => {
  for (const along of [
    { origin: 0, binSize: 16, bins: 3 },
    { origin: 4, binSize: 8, bins: 6 },
  ]) {
    const { comparing } = await ran(along);
    freed.length = 0;
    await comparing.compareWith(entry);
    assert.deepEqual([comparing.shown, comparing.state.problems.run?.code, freed], [undefined, "other-bins", [30]]);
    assert.match(
      comparing.state.problems.run!.message,
      along.binSize === 16 ? /bins of 16 bases/ : /begin at other bases/,
    );
  }
});

test("bins are the same where they are as wide and begin whole bins apart", () => {
  const shown = { origin: 128, bin: 128, bins: 4 };
  assert.deepEqual(
    [0, 128, 512, 64].map((origin) => shiftOf(shown, { ...shown, origin })),
    [-1, 0, 3, undefined],
  );
  assert.deepEqual(
    [...inBinsOf(shown, { ...shown, origin: 0 }, Float32Array.of(1, 2, 3, 4))],
    [2, 3, 4, NaN],
    "what is before the first bin is left out",
  );
});

test("a track is compared with the one of its name, else of its assay, else the first", () => {
  const card = (...tracks: { name: string; assay: string }[]) => ({ tracks });
  const atac = { name: "K562 ATAC", assay: "ATAC" };
  const mnase = { name: "MNase", assay: "MNase" };
  assert.equal(counterpart(card(atac), 0, card(mnase, atac), 2), 1);
  assert.equal(counterpart(card(atac), 0, card(mnase, { name: "H1 ATAC", assay: "ATAC" }), 2), 1);
  assert.equal(counterpart(card(atac), 0, card(mnase), 1), 0);
});
