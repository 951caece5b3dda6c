import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shown } from "../../src/explain/explanations";
import { type Address, readAddress, writeAddress } from "../../src/session/address";
import { type Link, linkOf, showAddress } from "../../src/session/links";
import type { CurrentModel } from "../../src/session/state";
import { CHANGE, type CurrentChange } from "../../src/tasks/genes/change/outcome";
import { link as genesLink, placesOf, show as showGenes } from "../../src/tasks/genes/links";
import { type CurrentRun, ON_OFF } from "../../src/tasks/genes/on-off/outcome";
import type { CurrentTable, Slot } from "../../src/tasks/genes/tables/tables";
import { link as tracksLink } from "../../src/tasks/tracks/links";
import type { SequenceState } from "../../src/tasks/tracks/session";
import { DESCRIPTION } from "../fakes/descriptions";
import { card, changeCard } from "../fakes/engine";
import { TRACK_SHAPE, trackCard } from "../fakes/tracks";

const model = (change: Partial<CurrentModel> = {}): CurrentModel => ({
  card,
  file: "m.safetensors",
  sha256: "",
  verified: true,
  description: DESCRIPTION,
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
/** Work on tables, as far as links are made of it. */
const slot = (of?: CurrentTable, selectBins = false): Slot => ({
  table: of,
  accepted: { selectBins, rescale: new Set() },
});
const genes = ({ a = slot(), selected = undefined as number | undefined, shown = "alpha" as Shown }) => ({
  tables: { state: { a, b: slot() } },
  state: { run: a.table && ({ tables: [a.table] as const, genes: a.table.genes } as CurrentRun), selected },
  ...{ cells: ON_OFF.cells, own: { along: () => shown } },
});
const changes = (a: Slot, b: Slot) => ({
  ...{ tables: { state: { a, b } }, state: {} },
  ...{ cells: CHANGE.cells, own: { along: () => "alpha" as const } },
});
const ofGenes = (of: Parameters<typeof genes>[0], change: Partial<CurrentModel> = {}) =>
  linkOf({ model: model(change) }, { link: (start) => genesLink(genes(of), start) });
const ofChanges = (a: Slot, b: Slot) =>
  linkOf({ model: model({ card: changeCard }) }, { link: (start) => genesLink(changes(a, b), start) });
const ofTracks = (state: Partial<SequenceState>, change: Partial<CurrentModel> = {}) =>
  linkOf(
    { model: model({ card: trackCard, shape: TRACK_SHAPE, ...change }) },
    { link: (start) => tracksLink(state, start) },
  );

test("an address is read as it was written", () => {
  const address: Address = {
    model: "k562",
    weights: "ensemble",
    form: "symmetric",
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
  const unknown = readAddress("?device=tpu&weights=int8");
  assert.deepEqual([unknown.device, unknown.weights], [undefined, undefined]);
  assert.equal(readAddress("?form=best").form, undefined);
});

test("a link names the model, the example, the view and the gene", () => {
  const a = slot(table("simulated"));
  assert.deepEqual(ofGenes({ a, selected: 1 }), { query: "?model=k562&example=simulated&view=gene&gene=G+2%26" });
  assert.deepEqual(ofGenes({ a, selected: 0, shown: "saliency" }, { weights: "ensemble" }), {
    query: "?model=k562&weights=ensemble&example=simulated&view=saliency&gene=G1",
  });
  assert.deepEqual(ofGenes({}), { query: "?model=k562" });
});

test("there is no link to what is the user’s own, and the reason names it", () => {
  const reason = (link: Link): string => ("reason" in link ? link.reason : assert.fail(link.query));
  assert.match(reason(linkOf({}, undefined)), /No model/);
  assert.match(reason(ofGenes({}, { id: undefined })), /m\.safetensors is your own/);
  assert.match(reason(ofGenes({ a: slot(table()) })), /t\.csv is your own/);
  assert.match(reason(ofChanges(slot(table("pair")), slot(table()))), /t\.csv is your own/);
  assert.match(reason(ofChanges(slot(table("pair")), slot(table("other")))), /one example as a whole/);
  assert.match(reason(ofGenes({ a: slot(table("simulated"), true) })), /how you prepared the table/);
  assert.match(reason(ofTracks({ sequences: { file: "g.fa", records: [], isSliced: false } })), /g\.fa is your own/);
  const overlays: SequenceState["overlays"] = [
    {
      track: 0,
      file: "m.bw",
      kind: "bigWig",
      values: new Float32Array(),
      value: "mean",
      source: { blob: new Blob(), file: "m.bw" },
    },
  ];
  assert.match(
    reason(ofTracks({ sequences: { file: "s.fa", records: [], isSliced: false }, example: "s", overlays })),
    /m\.bw is your own/,
  );
});

test("a link to tracks names the region in bases from 1, and nothing where the whole record is in view", () => {
  const of = (view: [number, number], index = 0) =>
    ofTracks(
      {
        sequences: { file: "s.fa", records: [], isSliced: false },
        example: "s",
        overlays: [],
        run: { index, bins: 12, bin: 8, origin: 8, record: { name: "chrI" } },
        view,
        bin: 4,
      } as unknown as SequenceState,
      { id: "t" },
    );
  assert.deepEqual(of([2, 10]), { query: "?model=t&example=s&view=tracks&region=chrI%3A25-88&bin=5" });
  assert.deepEqual(of([0, 12]), { query: "?model=t&example=s&view=tracks&bin=5" });
  // Another record than the first is named in any case: the example opens with the first.
  assert.deepEqual(of([0, 12], 1), { query: "?model=t&example=s&view=tracks&region=chrI%3A9-104&bin=5" });
});

test("what an address asks for and is missing is reported; the rest is shown", async () => {
  const did: string[] = [];
  const page = { bring: (view: string) => void did.push(view) };
  const onOff = {
    state: { run: { genes: ["G1", "G2"] } as unknown as CurrentRun },
    cover: async () => {},
    assume: async () => {},
    selectGene: async (i: number) => void did.push(`gene ${i}`),
    own: { along: () => "alpha" as const, showAlong: (shown: string) => void did.push(`shown ${shown}`) },
    outcome: ON_OFF,
  };
  const change = {
    state: { run: { genes: ["G1"] } as unknown as CurrentChange },
    cover: async () => {},
    assume: async () => {},
    selectGene: async (i: number) => void did.push(`changed ${i}`),
    own: { along: () => "alpha" as const, showAlong: (shown: string) => void did.push(`shown ${shown}`) },
    outcome: CHANGE,
  };
  const asked = (address: Address, work: typeof onOff | typeof change) => {
    const { results, explanations } = work.outcome;
    const places = placesOf(results, explanations);
    return showAddress(address, { places, show: (...asked) => showGenes(work, ...asked) }, { page });
  };
  const shown = (address: Address) => asked(address, onOff);
  const changed = (address: Address) => asked(address, change);
  assert.deepEqual(await shown({ view: "saliency", gene: "G2" }), []);
  assert.deepEqual(did.splice(0), ["gene 1", "shown saliency", "saliency"]);
  assert.equal((await shown({ view: "tracks", gene: "X" })).length, 2);
  assert.deepEqual(did.splice(0), []);
  assert.deepEqual(await changed({ view: "gene", gene: "G1" }), []);
  assert.deepEqual(did.splice(0), ["changed 0", "shown alpha", "gene"], "a gene, in links, has its attention");
  assert.deepEqual(await changed({ view: "integrated-gradients", gene: "G1" }), []);
  assert.deepEqual(did.splice(0), ["changed 0", "shown integrated-gradients", "integrated-gradients"]);
  assert.deepEqual(await shown({ view: "gene", gene: "G1" }), []);
  assert.deepEqual(did.splice(0), ["gene 0", "shown alpha", "gene"]);
  assert.deepEqual(await shown({ gene: "G1" }), []);
  assert.deepEqual(did.splice(0), ["gene 0"], "without a view the model’s card decides");
});
