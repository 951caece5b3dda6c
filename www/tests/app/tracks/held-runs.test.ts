import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "../../../../pkg/src/models/tracks";
import type { Sequences, TracksResult } from "../../../../pkg/src/index";
import { local } from "../../../src/rpc/rpc";
import { type TrackCalls, TrackHandlers, type TrackModel, type TrackPackage } from "../../../src/tasks/tracks/calls";
import { SequenceSession } from "../../../src/tasks/tracks/session";
import { openTrackModel, TRACK_SHAPE } from "../../fakes/tracks";

const model = { ...openTrackModel, shape: { ...TRACK_SHAPE, layers: 0 } };

/** Sequences of three records, each of one letter. */
function lettersOf(file: string, letters: string): Sequences {
  const texts = [...letters].map((letter) => letter.repeat(64));
  const records = [...letters].map((name) => ({ name, description: "", length: 64, lower: 0, unknown: 0, iupac: {} }));
  return {
    file,
    records,
    codes: (index: number, start?: number, end?: number) => encode(texts[index]!).subarray(start, end),
    free() {},
  } as unknown as Sequences;
}

/** A session with the worker's side of its calls; `until` may hold up the run of a record. */
function opened(until: (index: number, signal: AbortSignal | undefined) => Promise<void> = async () => {}) {
  const asked: string[] = [];
  const runner = {
    shape: model.shape,
    async predict({ records }: Sequences, index: number, { signal }: { signal?: AbortSignal } = {}) {
      await until(index, signal);
      return {
        record: records[index]!.name,
        length: 64,
        origin: 0,
        binSize: 8,
        bins: 8,
        windows: [],
        padded: 0,
        values: new Float32Array(16).fill(index),
      } as unknown as TracksResult;
    },
    positionFunctions: () => [],
    /** Attention of one head, [8, 8]: a quarter everywhere, and twice that with the alternative. */
    async variant() {
      const weights = (value: number) => [new Float32Array(64).fill(value)];
      const attention = { reference: weights(0.25), alternative: weights(0.5) };
      const tracks = { reference: new Float32Array(16), alternative: new Float32Array(16) };
      return { start: 0, origin: 0, bin: 8, bins: 8, ...tracks, attention };
    },
    async mutagenesis({ file, records }: Sequences, index: number) {
      asked.push(`${file} ${records[index]!.name}`);
      return { change: new Float32Array(0), contribution: new Float32Array(0) };
    },
  } as unknown as TrackModel;
  const engine = {
    Regulens: {
      readSequences: async (_: unknown, { name }: { name: string }) => lettersOf(name, name === "a.fa" ? "ACG" : "TTT"),
    },
    InputError: Error,
    decode,
    VERSION: "0",
  } as unknown as TrackPackage;
  const worker = local<TrackCalls>(new TrackHandlers(() => ({ runner, model }), engine));
  const session = new SequenceSession(worker);
  session.follow(model);
  return { session, asked, worker };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));
const give = (session: SequenceSession, file: string) => session.readSequences({ blob: new Blob([]), file });

test("what is asked of results is asked of their own record, after another file was read", async () => {
  const { session, asked } = opened();
  await give(session, "a.fa");
  await session.run(1);
  await give(session, "b.fa");
  await session.tracks.lookAt(5);
  await soon();
  assert.equal(session.state.bases?.text, "CCCCCCCC");
  session.set({ stretch: { start: 0, end: 4 } });
  await session.mutate(undefined);
  assert.deepEqual(asked, ["a.fa C"]);
});

test("the run that is shown can be asked about, where another one has finished that nobody waited for", async () => {
  const ends: (() => void)[] = [];
  const { session } = opened((index, signal) =>
    index === 0
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          ends[index] = resolve;
          // The second hears of it too late.
          if (index === 2)
            signal?.addEventListener("abort", () => reject(Object.assign(new Error(), { code: "cancelled" })));
        }),
  );
  await give(session, "a.fa");
  await session.run(0);
  await session.tracks.show([0]);
  const second = session.chooseRecord(1);
  await soon();
  const third = session.chooseRecord(2);
  ends[1]!();
  await soon();
  session.cancel("run");
  await Promise.all([second, third]);
  assert.deepEqual([session.state.run?.record.name, session.open, session.state.problems.run], ["A", 0, undefined]);
  await session.tracks.lookAt(2);
  await soon();
  assert.equal(session.state.bases?.text, "AAAAAAAA");
  assert.match(await (await session.tracks.file("tsv", [0]))!.text(), /^#?.*\nA\t0\t8\t0\n/);
});

test("maps of attention of the reference and of the alternative have one scale", async () => {
  const { session, worker } = opened();
  await give(session, "a.fa");
  await session.run(0);
  const variant = { position: 3, reference: "A", alternative: "C" };
  const { id } = await worker.call("variantEffect", { run: session.state.run!.id, variant });
  const of = async (of: "reference" | "alternative" | "change") =>
    worker.call("attentionMap", { of, id, layer: 0, head: 0 });
  const [reference, alternative, change] = [await of("reference"), await of("alternative"), await of("change")];
  assert.deepEqual([reference.values[0], alternative.values[0], change.values[0]], [0.25, 0.5, 0.25]);
  assert.deepEqual([reference.top, alternative.top, change.top], [0.5, 0.5, 0.25]);
});
