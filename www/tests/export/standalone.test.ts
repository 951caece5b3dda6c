import { gunzipSync } from "node:zlib";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { partsInWords } from "../../src/standalone/page";
import { assemble, fill, loadParts, makeBlock, type Page, type PartsList } from "../../src/standalone/write";
import { bedGraphText, decimal, fastaText, tableText } from "../../src/standalone/data";
import { fromBase64, gzip, gunzip, MARKER, toBase64 } from "../../src/standalone/format";
import { readExported } from "../../src/standalone/exported";
import { samplesIn, samplesText } from "../../src/standalone/samples";
import { elementsOf, ExportError, readBlock, readManifest } from "../../src/standalone/read";
import { sha256 } from "../../src/session/hash";
import type { Task } from "../../../pkg/src/card";
import { identify } from "../../src/session/files";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hash = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

const TEMPLATE =
  `<!doctype html><meta charset="utf-8" />${MARKER} content="1" ` +
  "/><title>{{title}}</title><p>{{caption}}{{model}}{{sha256}}{{program}}{{citation}}{{view-hash}}</p><noscript>{{picture}}</noscript>{{data}}";

/** The parts of a site, by their files. */
async function site(change: Partial<Record<string, Uint8Array>> = {}): Promise<Record<string, Uint8Array>> {
  const packed: Record<string, Uint8Array> = {
    "view.js.gz": bytes("view()"),
    "view-webgpu.js.gz": bytes("both()"),
    "tables.wasm.gz": bytes("tables"),
    "full.wasm.gz": bytes("full"),
    "webgpu.wasm.gz": bytes("gpu"),
  };
  const entry = (file: string, content: Uint8Array) => ({ file, bytes: content.length, sha256: hash(content) });
  const list: PartsList = {
    ...{ format_version: 2, version: "9.8.7", template: entry("template.html", bytes(TEMPLATE)) },
    view: entry("view.js.gz", packed["view.js.gz"]),
    "view-webgpu": entry("view-webgpu.js.gz", packed["view-webgpu.js.gz"]),
    "engine-tables": entry("tables.wasm.gz", packed["tables.wasm.gz"]),
    "engine-full": entry("full.wasm.gz", packed["full.wasm.gz"]),
    "engine-webgpu": entry("webgpu.wasm.gz", packed["webgpu.wasm.gz"]),
  };
  const files: Record<string, Uint8Array> = {
    "parts.json": bytes(JSON.stringify(list)),
    "template.html": bytes(TEMPLATE),
  };
  for (const [file, content] of Object.entries(packed)) files[file] = await gzip(content);
  return { ...files, ...change } as Record<string, Uint8Array>;
}

async function parts(withWebgpu = false, change: Partial<Record<string, Uint8Array>> = {}, task: Task = "on-off") {
  const files = await site(change);
  return loadParts(async (file) => files[file], task, withWebgpu);
}

const WEIGHTS = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256);
const TABLE = "gene,bin,K4\n<script>,1,0.1\n";

async function page(change: Partial<Page> = {}): Promise<Page> {
  return {
    ...{
      title: "T",
      caption: "",
      looked: { view: "gene", gene: "<script>" },
      model: {
        name: "M",
        file: "m.safetensors",
        family: "attentive-chrome",
        task: "on-off",
        sha256: hash(WEIGHTS),
        verified: true,
        citation: ["Singh 2017"],
      },
    },
    inputs: [{ role: "table", block: "table", file: "t.csv", items: 1, of: 2 }],
    blocks: [await makeBlock("weights", WEIGHTS), await makeBlock("table", bytes(TABLE))],
    ...change,
  };
}

async function file(change: Partial<Page> = {}): Promise<string> {
  return assemble(await parts(), await page(change)).text();
}

async function refused(text: string, id?: string): Promise<ExportError> {
  try {
    const manifest = readManifest("page.html", elementsOf(text));
    if (id) await readBlock("page.html", elementsOf(text), manifest, id);
  } catch (thrown) {
    assert.ok(thrown instanceof ExportError, String(thrown));
    return thrown;
  }
  throw new Error("it was read");
}

test("what is written is read back to the byte", async () => {
  const element = elementsOf(await file());
  const manifest = readManifest("page.html", element);
  assert.equal(manifest.program, "Regulens 9.8.7");
  assert.equal(manifest.looked.gene, "<script>");
  assert.deepEqual(
    manifest.blocks.map(({ id }) => id),
    ["weights", "table", "engine-cpu", "view"],
  );
  assert.deepEqual(await readBlock("page.html", element, manifest, "weights"), WEIGHTS);
  assert.equal(new TextDecoder().decode(await readBlock("page.html", element, manifest, "table")), TABLE);
  assert.equal(new TextDecoder().decode(await readBlock("page.html", element, manifest, "view")), "view()");
});

test("with WebGPU a page has both engines and the view of both", async () => {
  const text = await assemble(await parts(true), await page()).text();
  const manifest = readManifest("page.html", elementsOf(text));
  assert.deepEqual(manifest.blocks.map(({ id }) => id).slice(2), ["engine-cpu", "engine-webgpu", "view"]);
  assert.equal(new TextDecoder().decode(await readBlock("page.html", elementsOf(text), manifest, "view")), "both()");
});

test("a page of sequences has the full engine, one of tables theirs, and no page has both", async () => {
  for (const task of ["on-off", "change"] as const) {
    const { engines } = await parts(false, {}, task);
    assert.deepEqual(
      engines.map(({ packed }) => gunzipSync(packed).toString()),
      ["tables"],
    );
  }
  const text = await assemble(await parts(false, {}, "tracks"), await page()).text();
  const manifest = readManifest("page.html", elementsOf(text));
  assert.deepEqual(manifest.blocks.map(({ id }) => id).slice(2), ["engine-cpu", "view"]);
  const engine = await readBlock("page.html", elementsOf(text), manifest, "engine-cpu");
  assert.equal(new TextDecoder().decode(engine), "full");
});

test("nothing that is said becomes markup, and nothing ends its element early", async () => {
  const nasty = `</script><script id="regulens-export">alert(1)</script>"'<!--&{{title}}`;
  const said = {
    title: nasty,
    caption: nasty,
    looked: { gene: nasty },
    model: {
      name: nasty,
      file: nasty,
      family: nasty,
      task: "on-off" as const,
      sha256: hash(WEIGHTS),
      citation: [nasty],
    },
  };
  const text = await file(said);
  // The tags are those of the template and the blocks alone.
  assert.equal(text.match(/<script/g)?.length, 5);
  assert.equal(text.match(/<\/script/g)?.length, 5);
  assert.equal(text.includes("<!--"), false);
  const manifest = readManifest("page.html", elementsOf(text));
  assert.equal(manifest.title, nasty);
  assert.equal(manifest.model.citation[0], nasty);
});

test("a damaged file is refused, and what is damaged is named", async () => {
  const whole = await file();
  const changed = (from: string | RegExp, to: string): string => {
    const text = whole.replace(from, to);
    assert.notEqual(text, whole);
    return text;
  };
  assert.match(
    (await refused(changed(/"sha256":"[0-9a-f]{64}"\}\]/, `"sha256":"${"0".repeat(64)}"}]`), "view")).message,
    /SHA-256 of the block view is/,
  );
  assert.match(
    (await refused(changed(/(id="regulens-block-weights">.{100})./, "$1!"), "weights")).message,
    /block weights cannot be unpacked/,
  );
  assert.match(
    (await refused(changed('id="regulens-block-table"', 'id="other"'), "table")).message,
    /block table is missing/,
  );
  assert.match(
    (await refused(whole.slice(0, whole.indexOf("regulens-block-table")), "table")).message,
    /block table is missing/,
  );
  assert.equal((await refused(changed('"format_version":2', '"format_version":3'))).code, "newer-export");
  const older = await refused(changed('"format_version":2', '"format_version":1'));
  assert.equal(older.code, "older-export");
  assert.match(`${older.message} ${older.remedy}`, /found version 1 of the format; expected 2\. Open it in a browser/);
  assert.equal((await refused(changed('{"format_version"', '{format_version"'))).code, "damaged-export");
  const elsewhere = await refused(changed('"block":"table"', '"block":"tables"'));
  assert.equal(elsewhere.code, "damaged-export");
  assert.match(elsewhere.message, /inputs\[0\]\.block is "tables"; it should be the id of one of blocks/);
  // A text that is an object without a text of its own.
  const program = changed('"program":"Regulens 9.8.7"', '"program":{"toString":1}');
  assert.equal((await refused(program)).code, "damaged-export");
  assert.equal((await refused("<!doctype html><p>Hello")).code, "not-an-export");
});

test("a page without a whole run, as earlier versions wrote it, is read, and a damaged one is not", async () => {
  const run = { genes: 2, chosen: "those with the highest P(on)", block: "run", auroc: 0.9 };
  const block = await makeBlock("run", bytes("probability\n0.5\n0.25\n"));
  const { blocks } = await page();
  const text = await file({ run, blocks: [...blocks, block] });
  assert.deepEqual(readManifest("page.html", elementsOf(text)).run, run);
  assert.equal(readManifest("page.html", elementsOf(await file())).run, undefined);
  for (const damaged of [{ auroc: "0.9" }, { genes: -1 }, { block: "none" }, { weights: { up: 1 } }])
    assert.equal(
      (await refused(await file({ run: { ...run, ...damaged } as never, blocks: [...blocks, block] }))).code,
      "damaged-export",
    );
});

test("samples of a page are read, and damaged ones are not", async () => {
  const list = ["liver", "heart"].map((name) => ({ name, files: [`${name}.csv`] }));
  const samples = { block: "samples", list, open: 0, pair: [1, 0] as [number, number] };
  const columns = [
    { values: Float32Array.of(0.5), scores: Float32Array.of(0.25) },
    { values: Float32Array.of(NaN), scores: Float32Array.of(NaN) },
  ];
  const { blocks, inputs } = await page();
  const write = async (change: object, text = samplesText("probability", 1, columns), more: object = {}) => {
    const block = await makeBlock("samples", bytes(text));
    const other = { ...inputs[0]!, file: "heart.csv", sample: 1, ...more };
    return file({
      inputs: [inputs[0]!, other],
      samples: { ...samples, ...change } as never,
      blocks: [...blocks, block],
    });
  };
  const read = (text: string) => readExported("page.html", elementsOf(text));
  const exported = await read(await write({}));
  assert.deepEqual(exported.manifest.samples, samples);
  assert.deepEqual(samplesIn(exported), columns);
  // Without scores of their own the values are these.
  const changes = columns.map(({ values }) => ({ values, scores: values }));
  assert.deepEqual(samplesIn(await read(await write({}, samplesText("fold_change", 1, changes)))), changes);
  for (const damaged of [{ block: "none" }, { list: list.slice(1) }, { pair: [0, 2] }, { open: 2 }, { list: [{}, {}] }])
    assert.equal((await refused(await write(damaged))).code, "damaged-export");
  assert.equal((await refused(await write({}, undefined, { sample: 2 }))).code, "damaged-export");
  const whole = samplesText("probability", 1, columns);
  for (const text of [`${whole}0.5,1,0.5,1\n`, whole.replace("0.25", "x"), whole.replace("0.5,", ""), ""])
    await assert.rejects(read(await write({}, text)), /page\.html: found a damaged file \(its 2 samples/);
});

test("a page has the coverage of the intervals that are drawn, a number or none", async () => {
  const read = async (change: object) =>
    readManifest("page.html", elementsOf(await file({ looked: change }))).looked.coverage;
  assert.deepEqual([await read({ coverage: 0.9 }), await read({})], [0.9, undefined]);
  assert.equal(
    (await refused(await file({ looked: { coverage: "0.9" as unknown as number } }))).code,
    "damaged-export",
  );
});

test("a block that becomes more than it says is not unpacked", async () => {
  await assert.rejects(gunzip(await gzip(new Uint8Array(1e6)), 1000), RangeError);
});

test("parts of two builds do not come together", async () => {
  const { "full.wasm.gz": engine } = await site();
  await assert.rejects(
    parts(false, { "view.js.gz": engine }),
    /view\.js\.gz of the site is damaged, or of another version/,
  );
  await assert.rejects(parts(false, { "template.html": bytes("x") }), /template\.html/);
  assert.throws(() => fill("{{unheard-of}}", {}), /unheard-of/);
});

test("SHA-256 without the browser's own is the same", async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const content = WEIGHTS.subarray(0, length);
    assert.equal(await sha256(content), hash(content), `${length} bytes`);
    const own = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      assert.equal(await sha256(content), hash(content), `${length} bytes, without the browser's own`);
    } finally {
      Object.defineProperty(globalThis, "crypto", own);
    }
  }
});

test("a page of one file says of how many genes, records or variants it has a part", () => {
  const input = { role: "table", block: "table", file: "t.csv" } as const;
  assert.equal(partsInWords({ inputs: [{ ...input, items: 20, of: 400 }] }), "It has 20 of the 400 genes of t.csv.");
  assert.equal(partsInWords({ inputs: [{ ...input, items: 400, of: 400 }] }), "");
  assert.equal(
    partsInWords({ inputs: [input, { ...input, role: "variants", file: "v.vcf", items: 50, of: 1000 }] }),
    "It has 50 of the 1,000 variants of v.vcf.",
  );
  const samples = [
    { ...input, items: 20, of: 400 },
    { ...input, file: "b.csv", items: 19, of: 400, sample: 1 },
  ];
  assert.equal(
    partsInWords({ inputs: samples }),
    "It has 20 of the 400 genes of t.csv.",
    "other samples have the same",
  );
});

test("base64 goes there and back across its pieces", () => {
  for (const length of [0, 1, 2, 3, 24575, 24576, 24577, 70_000]) {
    const content = WEIGHTS.subarray(0, length);
    const text = toBase64(content);
    assert.equal(text, Buffer.from(content).toString("base64"));
    assert.deepEqual(fromBase64(text), Uint8Array.from(content));
  }
});

test("numbers are written as Rust writes a float32", () => {
  const cases: readonly [number, string][] = [
    [0, "0"],
    [-0, "-0"],
    [3, "3"],
    [0.1, "0.1"],
    [16777216, "16777216"],
    [1e-7, "0.0000001"],
    [1.5e-10, "0.00000000015"],
    [1e21, "1000000000000000000000"],
    [3.4028234663852886e38, `34028235${"0".repeat(31)}`],
  ];
  for (const [value, text] of cases) assert.equal(decimal(Math.fround(value)), text);
  for (let i = 0; i < 1000; i++) {
    const value = Math.fround(Math.random() * 10 ** (Math.floor(Math.random() * 40) - 20));
    assert.equal(Math.fround(Number(decimal(value))), value);
    assert.doesNotMatch(decimal(value), /e/);
  }
});

test("a table keeps genes, labels and float32", () => {
  const values = Float32Array.of(1, 0.1, 2, 0, 3.25, 1e-7, 5, 6);
  const text = [...tableText({ names: ["a,b", "c"], marks: ["K4", "K9"], bins: 2, values, labels: [1, 0] })].join("");
  assert.equal(text, 'gene,bin,K4,K9,label\n"a,b",1,1,0.1,1\n"a,b",2,2,0,1\nc,1,3.25,0.0000001,0\nc,2,5,6,0\n');
});

test("sequences and measured values keep what a model reads", () => {
  assert.equal(
    fastaText("chrI", "a part", Uint8Array.from([...[0, 1, 2, 3, 4], ...new Array(80).fill(0)])),
    `>chrI a part\nACGTN${"A".repeat(75)}\nAAAAA\n`,
  );
  const values = Float32Array.of(0, 1.5, 1.5, 0, 0.1, 2);
  assert.equal(
    bedGraphText("r", 6, (start, count) => values.subarray(start, start + count)),
    "r\t1\t3\t1.5\nr\t4\t5\t0.1\nr\t5\t6\t2\n",
  );
});

test("a page of one file is told by content, and other files are not taken for one", async () => {
  assert.equal(await identify(new Blob([await file()])), "page");
  assert.equal(await identify(new Blob([`gene,bin,${MARKER}`])), "table");
  assert.equal(await identify(new Blob(["<!doctype html><p>Hello"])), "other");
  assert.equal(await identify(new Blob([TABLE])), "table");
});
