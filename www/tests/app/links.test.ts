import { type Address, readAddress, writeAddress } from "../../src/session/address";
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf, showAddress } from "../../src/session/links";
import type { SequenceState } from "../../src/tasks/tracks/session";
import { type CurrentModel, type CurrentTable, INITIAL, type State } from "../../src/session/state";
import { card, changeCard } from "./fake-engine";
import { TRACK_SHAPE, trackCard } from "./fake-tracks";

const model = (change: Partial<CurrentModel> = {}): CurrentModel => ({
  card,
  file: "m.safetensors",
  sha256: "",
  verified: true,
  attends: { bins: "none", marks: false },
  id: "k562",
  weights: "float16",
  ...change,
});
const table = (example?: string): CurrentTable => ({
  file: "t.csv",
  layout: "headed",
  genes: ["G1", "G 2&"],
  marks: [],
  bins: 4,
  notes: [],
  labels: undefined,
  example,
  simulated: true,
});
const state = (change: Partial<State>): State => ({ ...INITIAL, ...change });
const run = (of: CurrentTable) => ({ table: of }) as unknown as State["run"];

test("an address is read as it was written", () => {
  const address: Address = {
    model: "k562",
    weights: "int8",
    example: "simulated",
    device: "cpu",
    view: "gene",
    gene: "a b&c=ü",
    region: "chr1:1-2",
    bin: "3",
    variant: "chr1:5 A>AT",
  };
  assert.deepEqual(readAddress(writeAddress(address)), address);
  assert.equal(writeAddress({}), "");
  assert.equal(readAddress("?device=tpu&weights=f8").device, undefined);
});

test("a link names the model, the example, the view and the gene", () => {
  const example = table("simulated");
  const link = linkOf(state({ model: model(), table: example, run: run(example), selected: 1 }), undefined, "alpha");
  assert.deepEqual(link, { query: "?model=k562&example=simulated&view=gene&gene=G+2%26" });
  assert.deepEqual(
    linkOf(
      state({ model: model({ weights: "int8" }), table: example, run: run(example), selected: 0 }),
      undefined,
      "saliency",
    ),
    { query: "?model=k562&weights=int8&example=simulated&view=saliency&gene=G1" },
  );
  assert.deepEqual(linkOf(state({ model: model() }), undefined, "alpha"), { query: "?model=k562" });
});

test("there is no link to what is the user’s own, and the reason names it", () => {
  const reason = (of: State, sequences?: SequenceState): string => {
    const link = linkOf(of, sequences, "alpha");
    return "reason" in link ? link.reason : assert.fail(link.query);
  };
  assert.match(reason(state({})), /No model/);
  assert.match(reason(state({ model: model({ id: undefined }) })), /m\.safetensors is your own/);
  assert.match(reason(state({ model: model(), table: table() })), /t\.csv is your own/);
  assert.match(
    reason(state({ model: model({ card: changeCard }), table: table("pair"), tableB: table() })),
    /t\.csv is your own/,
  );
  assert.match(
    reason(state({ model: model({ card: changeCard }), table: table("pair"), tableB: table("other") })),
    /one example as a whole/,
  );
  assert.match(
    reason(state({ model: model(), table: table("simulated"), accepted: { selectBins: true, rescale: new Set() } })),
    /prepared as you chose/,
  );
  const tracks = state({ model: model({ card: trackCard, shape: TRACK_SHAPE }) });
  assert.match(
    reason(tracks, { sequences: { file: "g.fa", records: [] } } as unknown as SequenceState),
    /g\.fa is your own/,
  );
  const overlays = new Map([[0, { file: "m.bw", source: { blob: new Blob(), file: "m.bw" } }]]);
  assert.match(
    reason(tracks, { sequences: { file: "s.fa", records: [] }, example: "s", overlays } as unknown as SequenceState),
    /m\.bw is your own/,
  );
});

test("a link to tracks names the region in bases from 1, and nothing where the whole record is in view", () => {
  const tracks = state({ model: model({ card: trackCard, shape: TRACK_SHAPE, id: "t" }) });
  const of = (view: [number, number]) =>
    linkOf(
      tracks,
      {
        sequences: { file: "s.fa", records: [] },
        example: "s",
        overlays: new Map(),
        run: { bins: 12, bin: 8, origin: 8, record: { name: "chrI" } },
        view,
        bin: 4,
      } as unknown as SequenceState,
      "alpha",
    );
  assert.deepEqual(of([2, 10]), { query: "?model=t&example=s&view=tracks&region=chrI%3A25-88&bin=5" });
  assert.deepEqual(of([0, 12]), { query: "?model=t&example=s&view=tracks&bin=5" });
});

test("what an address asks for and there is not is said; the rest is shown", async () => {
  const did: string[] = [];
  const session = {
    selectGene: async (i: number) => void did.push(`gene ${i}`),
    selectChanged: (i: number) => void did.push(`changed ${i}`),
    bring: (view: string) => void did.push(view),
    explanations: { show: (shown: string) => void did.push(`shown ${shown}`) },
  };
  const shown = (address: Address, change = false) =>
    showAddress(address, {
      session: session as never,
      ...(change ? { change: { genes: ["G1"] } as never } : { run: { table: { genes: ["G1", "G2"] } } as never }),
    });
  assert.deepEqual(await shown({ view: "saliency", gene: "G2" }), []);
  assert.deepEqual(did.splice(0), ["gene 1", "shown saliency", "saliency"]);
  assert.equal((await shown({ view: "tracks", gene: "X" })).length, 2);
  assert.deepEqual(did.splice(0), []);
  assert.deepEqual(await shown({ view: "gene", gene: "G1" }, true), []);
  assert.deepEqual(did.splice(0), ["changed 0", "gene"]);
});
