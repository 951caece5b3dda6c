// The genes of a page of one file: their text and back, damage, and what they answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, type GeneModel } from "../../../pkg/src/index";
import { WorkerError } from "../../src/rpc/errors";
import { readExported } from "../../src/standalone/exported";
import { gzip, type Manifest, toBase64 } from "../../src/standalone/format";
import { genesFrom, genesText, type NearVariant, type PageGenes } from "../../src/standalone/genes";
import { sha256 } from "../../src/session/hash";
import { type Exportable, proposedTitle } from "../../src/standalone/save-page";
import { GeneHandlers, SavedGenes } from "../../src/tasks/tracks/genes/calls";

function gene(id: string, name: string | null, start: number, end: number, chromosome = "I"): GeneModel {
  const exons = Uint32Array.from([start, end]);
  return { id, name, biotype: null, chromosome, strand: "-", start, end, tss: end - 1, exons };
}

const variant = (position: number, genes: NearVariant["genes"]): NearVariant => ({
  ...{ chromosome: "chrI", position, reference: "A", alternative: "G", genes },
});

const SAVED: PageGenes = {
  file: "made.gtf",
  models: [gene("G1.2", "ABF1", 100, 400), gene("ENSG1.4", "TWIN", 300, 350), gene("G3", "TWIN", 50, 90, "II")],
  near: [
    variant(310, {
      here: [{ name: "ABF1", id: "G1.2", part: "exon" }],
      nearest: [{ name: "TWIN", id: "ENSG1.4", strand: "-", distance: 39 }],
    }),
    variant(5, null),
  ],
};

const TEXT =
  '{"file":"made.gtf","models":[' +
  '{"id":"G1.2","name":"ABF1","biotype":null,"chromosome":"I","strand":"-","start":100,"end":400,"tss":399,' +
  '"exons":[100,400]},' +
  '{"id":"ENSG1.4","name":"TWIN","biotype":null,"chromosome":"I","strand":"-","start":300,"end":350,"tss":349,' +
  '"exons":[300,350]},' +
  '{"id":"G3","name":"TWIN","biotype":null,"chromosome":"II","strand":"-","start":50,"end":90,"tss":89,' +
  '"exons":[50,90]}],"near":[' +
  '{"chromosome":"chrI","position":310,"reference":"A","alternative":"G","genes":' +
  '{"here":[{"name":"ABF1","id":"G1.2","part":"exon"}],' +
  '"nearest":[{"name":"TWIN","id":"ENSG1.4","strand":"-","distance":39}]}},' +
  '{"chromosome":"chrI","position":5,"reference":"A","alternative":"G","genes":null}]}';

test("genes of a page are text with keys in a fixed order, and come back from it", () => {
  assert.equal(genesText(SAVED), TEXT);
  assert.deepEqual(genesFrom(TEXT), SAVED);
});

/** Changes of the text that make it unreadable. */
const DAMAGE: readonly (readonly [what: string, from: string, to: string])[] = [
  ["no JSON", '{"file"', '"file"'],
  ["no file", '"made.gtf"', "1"],
  ["an unknown strand", '"strand":"-"', '"strand":"x"'],
  ["a base that is none", '"start":100', '"start":-1'],
  ["a gene that ends before it begins", '"end":400', '"end":100'],
  ["half an exon", "[100,400]", "[100]"],
  ["a symbol that is a number", '"name":"ABF1","biotype"', '"name":7,"biotype"'],
  ["an unknown part", '"part":"exon"', '"part":"tail"'],
  ["no distance", '"distance":39', '"distance":"far"'],
  ["no genes near by", '"genes":null', '"genes":0'],
  ["no list of variants", '"near":[', '"far":['],
];

/** A page with this text as its genes. */
async function read(text: string) {
  const blocks: Manifest["blocks"][number][] = [];
  const elements = new Map<string, string>();
  for (const [id, content] of Object.entries({ weights: "w", sequences: ">chrI\nACGT\n", genes: text })) {
    const bytes = new TextEncoder().encode(content);
    blocks.push({ id, bytes: bytes.length, sha256: await sha256(bytes) });
    elements.set(`regulens-block-${id}`, toBase64(await gzip(bytes)));
  }
  const manifest: Manifest = {
    ...{ format_version: 2, program: "", title: "", caption: "", looked: { view: "tracks" }, blocks },
    model: { name: "", file: "m", family: "basenji", task: "tracks", sha256: "", citation: [] },
    inputs: [
      { role: "sequences", block: "sequences", file: "s.fa" },
      { role: "genes", block: "genes", file: "made.gtf", items: 3, of: 9 },
    ],
  };
  elements.set("regulens-export", JSON.stringify(manifest));
  return readExported("p.html", (id) => elements.get(id));
}

test("a page whose genes are damaged is refused as one with another damaged block is", async () => {
  await read(TEXT);
  for (const [what, from, to] of DAMAGE) {
    const damaged = TEXT.replace(from, to);
    assert.notEqual(damaged, TEXT, what);
    assert.equal(genesFrom(damaged), undefined, what);
    await assert.rejects(read(damaged), (error) => {
      assert.ok(error instanceof WorkerError && error.plain.code === "damaged-export", what);
      return /^p\.html: .*its genes cannot be read/.test(error.message);
    });
  }
});

test("saved genes answer as those of an annotation do", () => {
  const genes = new SavedGenes(SAVED);
  const ids = (chromosome: string, start: number, end: number, most = 9) => {
    const { genes: found, more } = genes.within(chromosome, start, end, most)!;
    return [...found.map(({ id }) => id), more];
  };
  assert.deepEqual(ids("chrI", 350, 500), ["G1.2", 0]);
  assert.deepEqual(ids("I", 0, 301), ["G1.2", "ENSG1.4", 0]);
  assert.deepEqual(ids("I", 400, 500), [0]);
  assert.deepEqual(ids("I", 0, 500, 1), ["G1.2", 1]);
  assert.equal(genes.within("chrX", 0, 500, 9), undefined);
  assert.equal(genes.nearVariant(SAVED.near[0]!)?.here[0]?.name, "ABF1");
  assert.equal(genes.nearVariant(SAVED.near[1]!), undefined);
  assert.equal(genes.nearVariant({ ...SAVED.near[0]!, alternative: "T" }), undefined);
  for (const name of ["ABF1", "G1.2"]) assert.equal(genes.find(name).start, 100);
  assert.equal(genes.find("ENSG1").start, 300);
  const refuses = (name: string, code: string) =>
    assert.throws(
      () => genes.find(name),
      (error) => error instanceof InputError && error.code === code && error.message.startsWith("made.gtf: "),
    );
  refuses("TWIN", "several-genes");
  refuses("abf1", "no-gene");
  const offered = (typed: string, most = 9) => genes.complete(typed, most).map(({ name }) => name);
  assert.deepEqual(offered("g"), ["ABF1", "G3", "ENSG1.4"]);
  assert.deepEqual(offered("twi"), ["ENSG1.4", "G3"]);
  assert.deepEqual(offered("bf", 1), ["ABF1"]);
  assert.deepEqual(offered("q"), []);
});

test("what a page saves of its genes is what it answers from, whatever sequences it has", async () => {
  const handlers = new GeneHandlers(() => assert.fail("what variants change is known"));
  const source = { blob: new Blob([TEXT]), file: "renamed.gtf" };
  assert.deepEqual(await handlers.readGenes.run({ source }, {}), { file: "made.gtf", count: 3, notes: [] });
  const { genes } = await handlers.genesWithin.run({ record: "chrI", start: 0, end: 200 }, {});
  assert.deepEqual(
    genes.map(({ id }) => id),
    ["G1.2"],
  );
  const variants = SAVED.near.map((each) => ({ ...each, line: 1, id: "." }));
  assert.deepEqual(await handlers.genesNear.run({ variants }, {}), [SAVED.near[0]!.genes, undefined]);
  assert.equal((await handlers.findGene.run({ name: "ABF1" }, {})).id, "G1.2");
  assert.equal((await handlers.completeGenes.run({ typed: "abf" }, {}))[0]?.name, "ABF1");
  // A gene that two stretches reach into is there once.
  const stretches = [
    { name: "chrI", start: 90, end: 120 },
    { name: "chrI", start: 380, end: 390 },
  ];
  const saved = await handlers.exported(stretches, variants.slice(0, 1), {});
  assert.deepEqual(saved, { file: "made.gtf", models: SAVED.models.slice(0, 1), near: SAVED.near.slice(0, 1) });
  const other = { blob: new Blob(['{"type": "FeatureCollection"}']), file: "a.json" };
  await assert.rejects(
    handlers.readGenes.run({ source: other }, {}),
    /a\.json: found JSON that does not hold the genes/,
  );
});

test("a page is called after what was predicted, not after its genes", () => {
  const roles = ["sequences", "measured", "variants", "genes"] as const;
  const inputs = roles.map((role) => ({ role, block: role, file: `my.${role}` }));
  const model = { card: { name: "M" }, file: "m.safetensors" };
  assert.equal(proposedTitle({ model, inputs } as unknown as Exportable), "M on my.sequences and my.variants");
});
