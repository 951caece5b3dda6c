import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Catalogue, Deviation, Understanding } from "../../../pkg/src/index";
import { hashOf } from "../../src/session/hash";
import { preparationOf } from "../../src/session/preparation";
import { FORMAT_VERSION } from "../../src/workspace/workspace";
import type { Results, Workspace } from "../../src/session/workspace-types";
import { readWorkspace, writeWorkspace } from "../../src/workspace/workspace";
import type { ChangeKey, SortKey } from "../../src/tasks/genes/order";
import type { LevelKey } from "../../src/tasks/genes/level/table";
import { give, isThere, sourcesOf, takeAnyway, type Want, wantsOf } from "../../src/workspace/files";
import { identify } from "../../src/session/files";
import { type Snapshot, withHashes } from "../../src/workspace/capture";
import { acceptedFor } from "../../src/tasks/genes/tables/stored";
import { WorkerError } from "../../src/rpc/errors";
import { DESCRIPTION } from "../fakes/descriptions";

const hash = (letter: string): string => letter.repeat(64);
const model = {
  title: "K562",
  name: "k562.safetensors",
  bytes: 2,
  sha256: hash("a"),
  id: "k562",
  weights: "float16",
} as const;
const input = { role: "table", name: "mine.csv", bytes: 5, sha256: hash("b") } as const;
const listing = { sort: { key: "beta:2", descending: false }, filter: "missed", search: "ENSG" } as const;

/** A workspace of results of a task. */
type Of<Task extends Results["task"]> = Workspace & { view: Extract<Results, { task: Task }> };

const genes: Of<"on-off"> = {
  ...{
    program: "Regulens 0.1.0",
    date: "2026-11-21T00:00:00Z",
    device: "auto",
    weights: "ensemble",
    models: [model],
    inputs: [input, { ...input, role: "symbols", name: "symbols.json", text: '[["G1","GATA1"]]' }],
    model: 0,
    looked: { view: "gene", gene: "G1" },
    notes: "one\ntwo",
    kept: [{ model: 0, tables: [{ table: 0, preparation: { selectBins: [51, 150] } }], letter: "C", gene: "G1" }],
  },
  view: {
    ...{
      task: "on-off",
      tables: [{ table: 0, preparation: { selectBins: [51, 150], scale: { H3K4me3: 0.5 } } }],
      ran: true,
      shown: "saliency",
      listing,
      symbols: 1,
      everywhere: [{ mark: 1, cell: undefined, bins: [1, 100], to: { kind: "zero" } }],
    },
    perturbation: {
      gene: "G1",
      changes: [
        { mark: undefined, cell: 1, bins: [3, 9], to: { kind: "scale", factor: 1.5 } },
        { mark: 2, cell: undefined, bins: [1, 1], to: { kind: "zero" } },
      ],
    },
  },
};
const levels: Of<"level"> = {
  ...genes,
  inputs: [input, { ...input, role: "expression" }],
  view: {
    ...{
      task: "level",
      tables: [{ table: 0, preparation: {}, measured: 1 }],
      ran: true,
      shown: "integrated-gradients",
    },
    listing: { sort: { key: "level", descending: true }, filter: "all", search: "GATA" },
  },
  looked: { view: "gene", gene: "G1", coverage: 0.95 },
};
const changes: Of<"change"> = {
  ...genes,
  inputs: [input, { ...input, role: "table-b" }, { ...input, role: "counts-a" }],
  view: {
    task: "change",
    tables: [
      { table: 0, preparation: {}, measured: 2 },
      { table: 1, preparation: { scale: { X: 2 } }, measured: undefined },
    ],
    ran: false,
    listing: { sort: undefined, filter: "up", search: "" },
    threshold: 1.5,
    perturbation: undefined,
    everywhere: [{ mark: undefined, cell: 1, bins: [1, 9], to: { kind: "other" } }],
  },
  looked: {},
};
const tracks: Of<"tracks"> = {
  ...genes,
  inputs: [
    { ...input, role: "sequence", example: "simulated" },
    { ...input, role: "measured" },
    { ...input, role: "variants", text: "pasted" },
    { ...input, role: "scores", base64: "AAAA" },
  ],
  view: {
    ...{
      task: "tracks",
      sequence: 0,
      record: "chrI",
      ran: true,
      shown: [0, 2],
      layer: 0,
      head: 1,
      measured: [{ input: 1, track: 2, value: "mean" }],
      ownScale: true,
      variants: 2,
      scores: 3,
      compared: { model: 0, track: 2, against: 1 },
      all: ["chrI", "chrII"],
    },
    stretch: { start: 3, end: 9 },
  },
  looked: { view: "variants", record: "chrI", region: "chrI:11-40", bin: 13, variant: "chrI:6 A>AT", coverage: 0.9 },
};

const samples: Of<"on-off"> = {
  ...genes,
  inputs: [...genes.inputs, { ...input, name: "other.csv", sha256: hash("c") }],
  view: {
    ...genes.view,
    samples: {
      tables: [[2], [0]],
      alike: [{ selectBins: true, rescale: ["not-counts H3K4me3"] }],
      listing: {
        ...{ sort: { key: "sample:1", descending: false }, filter: "differ", search: "GATA", pair: [1, 0] },
        isClustered: true,
      },
    },
  },
};

/** The value as JSON keeps it: no field that is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const [name, workspace] of Object.entries({ genes, samples, levels, changes, tracks })) {
  test(`a workspace of ${name} is read as it was written`, async () => {
    assert.deepEqual(plain(await readWorkspace(writeWorkspace(workspace), "w.regulens.json")), plain(workspace));
  });
}

/** All columns of genes, levels and changes: the types leave none out. */
const KEYS: Readonly<Record<Exclude<SortKey, `beta:${number}`>, true>> = {
  ...{ gene: true, probability: true, sure: true, moved: true, label: true, measured: true, shares: true, top: true },
};
const LEVEL_KEYS: Readonly<Record<Exclude<LevelKey, `beta:${number}`>, true>> = {
  ...{ gene: true, level: true, interval: true, moved: true, measured: true, error: true, shares: true, top: true },
};
const CHANGE_KEYS: Readonly<Record<ChangeKey, true>> = {
  ...{ gene: true, change: true, moved: true, measured: true, error: true, sure: true, shares: true },
  ...{ a: true, b: true, top: true },
};

test("a list that is sorted by any of its columns is read as it was written", async () => {
  const cases = [
    ...Object.keys(KEYS).map((key) => [genes, key] as const),
    ...Object.keys(LEVEL_KEYS).map((key) => [levels, key] as const),
    ...Object.keys(CHANGE_KEYS).map((key) => [changes, key] as const),
  ];
  for (const [{ view, ...rest }, key] of cases) {
    const sorted = { ...rest, view: { ...view, listing: { ...view.listing, sort: { key, descending: true } } } };
    const text = writeWorkspace(sorted as unknown as Workspace);
    assert.deepEqual(plain(await readWorkspace(text, "w.regulens.json")), plain(sorted), key);
  }
});

/** The error with which a text is refused. */
async function refusal(text: string) {
  try {
    await readWorkspace(text, "w.regulens.json");
  } catch (thrown) {
    assert(thrown instanceof WorkerError);
    return thrown.plain;
  }
  return assert.fail("it was read");
}

test("a newer format is refused with both versions and what to do", async () => {
  const { code, message, remedy } = await refusal(
    JSON.stringify({
      ...JSON.parse(writeWorkspace(genes)),
      format_version: FORMAT_VERSION + 1,
      program: "Regulens 9.0.0",
    }),
  );
  assert.equal(code, "newer-workspace");
  assert.match(
    message,
    /^w\.regulens\.json: found format_version 3, written by Regulens 9\.0\.0; this page reads 2\.$/,
  );
  assert.match(remedy ?? "", /newer one/);
});

test("an older format is refused with both versions and what to do", async () => {
  const { code, message, remedy } = await refusal(
    JSON.stringify({ ...JSON.parse(writeWorkspace(genes)), format_version: 1 }),
  );
  assert.equal(code, "older-workspace");
  assert.match(
    message,
    /^w\.regulens\.json: found format_version 1, written by Regulens 0\.1\.0; this page reads 2\.$/,
  );
  assert.equal(remedy, "Open it in the version that wrote it.");
});

test("what is no workspace is refused", async () => {
  assert.equal((await refusal("{")).code, "not-a-workspace");
  assert.equal((await refusal("[1]")).code, "not-a-workspace");
  assert.equal((await refusal("null")).code, "not-a-workspace");
  assert.equal((await refusal('{"kind": "other"}')).code, "not-a-workspace");
});

test("a damaged workspace is refused with the place and what was expected there", async () => {
  const cases: readonly [(value: Record<string, unknown>) => void, RegExp][] = [
    [(value) => (value.format_version = "1"), /at format_version; expected a whole number/],
    [
      (value) => ((value.models as { sha256: string }[])[0]!.sha256 = "abc"),
      /found "abc" at models\[0\]\.sha256; expected 64 hexadecimal digits/,
    ],
    [(value) => (value.model = 4), /at model; expected a place from 0 to 0/],
    [
      (value) => ((value.view as { task: string }).task = "pie"),
      /at view\.task; expected one of on-off, level, change, tracks/,
    ],
    [(value) => delete (value.view as { listing?: unknown }).listing, /found nothing at view\.listing/],
    [
      (value) => ((value.view as { tables: { preparation: object }[] }).tables[0]!.preparation = { scale: { X: "2" } }),
      /at view\.tables\[0\]\.preparation\.scale\.X; expected a number/,
    ],
    [
      (value) => ((value.kept as { tables: { table: number }[] }[])[0]!.tables[0]!.table = -1),
      /at kept\[0\]\.tables\[0\]\.table/,
    ],
    [(value) => ((value.kept as { letter: string }[])[0]!.letter = "AB"), /at kept\[0\]\.letter; expected one of A, B/],
    [
      (value) => ((value.view as { everywhere: unknown[] }).everywhere = [{ bins: [1], to: { kind: "zero" } }]),
      /at view\.everywhere\[0\]\.bins; expected two numbers/,
    ],
    [
      (value) => ((value.view as { samples: { tables: unknown } }).samples.tables = [[0], [3]]),
      /at view\.samples\.tables\[1\]\[0\]; expected a place from 0 to 2/,
    ],
    [
      (value) => ((value.view as { samples: { listing: { pair: unknown } } }).samples.listing.pair = [0, 2]),
      /at view\.samples\.listing\.pair\[1\]; expected a place from 0 to 1/,
    ],
    [(value) => (value.notes = 7), /found 7 at notes; expected text/],
    [(value) => (value.inputs = {}), /at inputs; expected a list/],
  ];
  for (const [damage, says] of cases) {
    const value = JSON.parse(writeWorkspace(samples)) as Record<string, unknown>;
    damage(value);
    const { code, message } = await refusal(JSON.stringify(value));
    assert.equal(code, "damaged-workspace");
    assert.match(message, says);
  }
});

test("a workspace is told by its name or by how it begins", async () => {
  const isWorkspace = async (file: Blob) => (await identify(file)) === "workspace";
  assert.equal(await isWorkspace(new Blob([writeWorkspace(genes)])), true);
  assert.equal(await isWorkspace(new File(["x"], "a.regulens.json")), true);
  assert.equal(await isWorkspace(new Blob(['{"type":"FeatureCollection"}'])), false);
  assert.equal(await isWorkspace(new Blob(["gene,bin\n"])), false);
});

const catalogue = (sha256 = hash("a")): Catalogue => ({
  format_version: 1,
  models: [
    {
      id: "k562",
      file: "k562.safetensors",
      name: "K562",
      description: DESCRIPTION,
      family: "attentive-chrome",
      variant: "lstm",
      bytes: 2,
      sha256,
      ensemble: { file: "k562-ensemble.safetensors", bytes: 9, sha256: hash("c"), members: 5 },
    },
  ],
  examples: [
    {
      id: "simulated",
      file: "examples/s.csv.gz",
      name: "S",
      description: "",
      simulated: true,
      bytes: 1,
      sha256: hash("d"),
      b: { file: "examples/b.csv.gz", bytes: 1, sha256: hash("e") },
    },
  ],
});
const address = (file: string) => ({ url: `https://host.test/${file}`, file });
const standings = (workspace: Workspace, known?: Catalogue) =>
  wantsOf(workspace, known, address).map(({ standing }) => standing);

test("what the site has by its hash is not asked for, in whichever weights", () => {
  assert.deepEqual(standings(genes, catalogue()), ["site", "wanted", "inside"]);
  const several = { ...model, sha256: hash("c"), weights: "ensemble" } as const;
  assert.deepEqual(standings({ ...genes, models: [several] }, catalogue()), ["site", "wanted", "inside"]);
  assert.deepEqual(
    standings(
      { ...genes, inputs: [{ ...input, sha256: hash("e"), name: "b.csv.gz", example: "simulated" }] },
      catalogue(),
    ),
    ["site", "site"],
  );
  assert.deepEqual(standings(tracks, undefined), ["wanted", "wanted", "wanted", "inside", "inside"]);
});

test("a model that the site has come to list with other weights is not taken in silence", () => {
  const [want] = wantsOf(genes, catalogue(hash("f")), address);
  assert.equal(want?.standing, "other");
  assert.equal(want?.found, hash("f"));
});

test("a file is known by its content under any name, and by its name only as other content", () => {
  const wants = wantsOf(genes, catalogue(), address);
  const file = new Blob(["12345"]);
  assert.equal(give(wants, { file, name: "unknown.csv", sha256: hash("9") }), undefined);
  const other = give(wants, { file, name: "MINE.csv", sha256: hash("9") })!;
  assert.equal(other[1]?.standing, "other");
  assert.equal(isThere(other[1]!), false);
  assert.equal(sourcesOf(genes, other).inputs[0], undefined);
  const taken = takeAnyway(other, other[1]!);
  assert.equal(isThere(taken[1]!), true);
  assert.deepEqual(sourcesOf(genes, taken).inputs[0], { blob: file, file: "MINE.csv" });
  const right = give(taken, { file, name: "renamed.csv", sha256: hash("b") })!;
  assert.equal(right[1]?.standing, "found");
  assert.equal(
    give(right, { file, name: "mine.csv", sha256: hash("9") }),
    undefined,
    "what is there is not replaced by its like",
  );
});

test("what is in no file is in the workspace, byte for byte, be it text or not", async () => {
  const gzip = Uint8Array.from([0x1f, 0x8b, 8, 0, 255, 254, 0, 200]);
  const snapshot = (bytes: BlobPart): Snapshot => ({
    workspace: {
      ...genes,
      inputs: [{ ...input, sha256: "" }],
      view: { ...genes.view, symbols: undefined },
    },
    models: [undefined],
    inputs: [{ blob: new Blob([bytes]), file: "pasted table" }],
  });
  for (const [bytes, field] of [
    ["gene,µ\n", "text"],
    [gzip, "base64"],
  ] as const) {
    const written = await readWorkspace(writeWorkspace(await withHashes(snapshot(bytes))), "w.regulens.json");
    assert(written.inputs[0]![field] !== undefined);
    const want = wantsOf(written, undefined, address).find(({ of }) => of === "input")!;
    assert.equal(want.standing, "inside");
    assert(want.source && "blob" in want.source);
    assert.equal(await hashOf(want.source.blob), written.inputs[0]!.sha256);
  }
  const onDisk: Snapshot = { ...snapshot("x"), inputs: [{ blob: new File(["x"], "mine.csv"), file: "mine.csv" }] };
  assert.equal((await withHashes(onDisk)).inputs[0]!.text, undefined, "what is in a file stays there");
});

test("scores that are too many for the file are not asked for, and hold for no other content", () => {
  const large = { ...tracks, inputs: tracks.inputs.map(({ base64: _, ...each }) => each) };
  const wants = wantsOf(large, undefined, address);
  assert.deepEqual(
    wants.map(({ standing }) => standing),
    ["wanted", "wanted", "wanted", "inside", "made"],
  );
  assert(isThere(wants[4]!));
  assert.equal(sourcesOf(large, wants).inputs[3], undefined);
  const small = wantsOf(tracks, undefined, address);
  assert(sourcesOf(tracks, small).inputs[3], "what is inside is given");
  const [, sequence] = small;
  const accepted = small.map((want): Want => (want === sequence ? { ...want, standing: "accepted" } : want));
  assert.equal(sourcesOf(tracks, accepted).inputs[3], undefined);
});

test("a hash is that of the whole file, read by slices", async () => {
  const bytes = new Uint8Array(9 << 20).map((_, i) => (i * 31) % 251);
  let last = 0;
  const file = new Blob([bytes]);
  assert.equal(
    await hashOf(file, { onProgress: (done) => (last = done) }),
    createHash("sha256").update(bytes).digest("hex"),
  );
  assert.equal(last, bytes.length);
  assert.equal(await hashOf(new Blob([])), createHash("sha256").digest("hex"));
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(hashOf(new Blob(["x"]), { signal: controller.signal }), { name: "AbortError" });
});

test("what was accepted is found again from how the table was prepared", () => {
  const deviation = (mark: string | null, factor: number | null) =>
    ({ mark, factor, message: "" }) as unknown as Deviation;
  const understanding = {
    notes: [],
    marks: [
      { mark: "A", column: 1 },
      { mark: "B", column: 2 },
    ],
    bins: { table: 200, model: 100, selectable: [51, 150] },
    deviations: [deviation("A", 2), deviation(null, 0.5), deviation("B", null)],
  } as unknown as Understanding;
  for (const accepted of [
    { selectBins: true, rescale: new Set([0]) },
    { selectBins: false, rescale: new Set([0, 1]) },
    { selectBins: true, rescale: new Set<number>() },
  ]) {
    assert.deepEqual(acceptedFor(understanding, preparationOf(understanding, accepted)), accepted);
  }
  assert.equal(acceptedFor(understanding, { scale: { A: 3 } }), undefined);
});
