/** The readers of the page that are its own, workspaces and pages of one file, given damaged files. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readCatalogue } from "../../../pkg/src/catalogue";
import { DownloadError } from "../../../pkg/src/errors";
import { WorkerError } from "../../src/rpc/errors";
import { readExported } from "../../src/standalone/exported";
import { BLOCK_PREFIX, gzip, MANIFEST_ID, type Manifest, manifestText, toBase64 } from "../../src/standalone/format";
import { elementsOf } from "../../src/standalone/read";
import type { Workspace } from "../../src/session/workspace-types";
import { readWorkspace, writeWorkspace } from "../../src/workspace/workspace";
import { damagedBytes, type Dice, dice } from "../../../tests/packages/support/damage.mjs";
import { damagedJson } from "../damage";
import { tries } from "../target";

/** Files of a kind that are tried. */
const FILES = 3_000;

const hash = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const damagedText = (text: string, roll: Dice): string => new TextDecoder().decode(damagedBytes(bytes(text), roll));

/** Returns true if a file is read; fails where it is refused other than by an error for a user, which names it. */
async function isRead(file: string, read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof WorkerError, thrown instanceof Error ? thrown.stack : String(thrown));
    const { message, remedy } = thrown.plain;
    assert.ok(message.startsWith(`${file}: `) && remedy, message);
    assert.ok(message.length < 1_000, `a message of ${message.length} letters`);
    return false;
  }
}

const common = {
  ...{ program: "Regulens 0.1.0", date: "2026-11-21T00:00:00Z", device: "auto", weights: "ensemble" },
  models: [{ title: "K562", name: "k.safetensors", bytes: 2, sha256: "a".repeat(64), id: "k562", weights: "float16" }],
  inputs: ["table", "table-b", "sequence", "measured", "variants"].map((role) => ({
    ...{ role, name: "mine.csv", bytes: 5, sha256: "b".repeat(64), text: "x" },
  })),
  ...{ model: 0, notes: "one\ntwo" },
  kept: [
    {
      model: 0,
      tables: [
        { table: 0, preparation: { selectBins: [51, 150] } },
        { table: 1, preparation: {} },
      ],
    },
  ],
} as const;
const listing = { sort: { key: "beta:2", descending: false }, filter: "missed", search: "ENSG" };
const unsorted = { filter: "up", search: "" };
const change = { mark: 2, cell: 1, bins: [3, 9], to: { kind: "scale", factor: 1.5 } };
const views = {
  genes: {
    ...{ task: "on-off", ran: true },
    tables: [{ table: 0, preparation: { selectBins: [51, 150], scale: { H3K4me3: 0.5 } } }],
    looked: { view: "gene", gene: "G1", coverage: 0.9 },
    ...{ shown: "saliency", listing, perturbation: { gene: "G1", changes: [change] } },
  },
  changes: {
    ...{
      task: "change",
      tables: [
        { table: 0, preparation: {}, measured: 0 },
        { table: 1, preparation: { scale: { X: 2 } } },
      ],
      ran: false,
      listing: unsorted,
    },
    looked: {},
    ...{ threshold: 1.5, perturbation: { gene: "G1", changes: [change] } },
  },
  tracks: {
    ...{ task: "tracks", sequence: 2, record: "chrI", ran: true, shown: [0, 2] },
    looked: { view: "variants", region: "chrI:11-40", bin: 13, variant: "chrI:6 A>AT" },
    ...{ layer: 0, head: 1, measured: [{ input: 3, track: 2, value: "mean" }], ownScale: true, variants: 4 },
    stretch: { start: 3, end: 9 },
  },
};

for (const [name, view] of Object.entries(views))
  test(`a damaged workspace of ${name} is read, or refused by an error with a remedy`, async () => {
    const { looked, ...own } = view;
    const whole = writeWorkspace({ ...common, looked, view: own } as unknown as Workspace);
    await readWorkspace(whole, "w.regulens.json");
    await tries({
      name: `workspace_${name}`,
      files: FILES,
      made(seed) {
        const roll = dice(seed);
        return seed % 4 === 0 ? damagedText(whole, roll) : JSON.stringify(damagedJson(JSON.parse(whole), roll)) || "";
      },
      read: (text) => isRead("w.regulens.json", () => readWorkspace(text, "w.regulens.json")),
    });
  });

test("a damaged page of one file is read, or refused by an error with a remedy", async () => {
  const contents = {
    ...{ weights: bytes("weights ".repeat(40)), table: bytes("gene,bin,K4\ng,1,0.1\n") },
    samples: bytes("probability_1,score_1,probability_2,score_2\n0.5,1,,\n"),
  };
  const blocks = Object.entries(contents).map(([id, content]) => ({
    ...{ id, bytes: content.length, sha256: hash(content) },
  }));
  const manifest: Manifest = {
    ...{ format_version: 2, program: "Regulens 0.1.0", title: "T", caption: "", looked: { view: "gene", gene: "g" } },
    model: {
      name: "M",
      file: "m.safetensors",
      task: "on-off",
      family: "attentive-chrome",
      sha256: hash(contents.weights),
      citation: [],
    },
    inputs: [
      { role: "table", block: "table", file: "t.csv", items: 1, of: 2 },
      { role: "table", block: "table", file: "h.csv", items: 1, of: 2, sample: 1 },
    ],
    samples: { block: "samples", list: ["t", "h"].map((name) => ({ name, files: [name] })), open: 0, pair: [0, 1] },
    symbols: [["g", "GATA1"]],
    measured: [{ of: "expression", file: "e.csv", values: [null], labels: [null], median: 2 }],
    blocks,
  };
  const packed: Record<string, string> = {};
  for (const [id, content] of Object.entries(contents)) packed[id] = toBase64(await gzip(content));
  const page = (head: Manifest): string =>
    `<!doctype html><script type="application/json" id="${MANIFEST_ID}">${manifestText(head)}</script>` +
    Object.entries(packed)
      .map(([id, text]) => `<script type="text/plain" id="${BLOCK_PREFIX}${id}">${text}</script>`)
      .join("");
  await readExported("p.html", elementsOf(page(manifest)));
  await tries({
    name: "page_of_one_file",
    files: FILES,
    made(seed) {
      const roll = dice(seed);
      return seed % 4 === 0
        ? damagedText(page(manifest), roll)
        : page((damagedJson(manifest, roll) ?? null) as Manifest);
    },
    read: (text) => isRead("p.html", () => readExported("p.html", elementsOf(text))),
  });
});

test("a damaged catalogue is an error that names what it lacks, or every entry names a file", async (t) => {
  const text = readFileSync("../models/catalogue.json", "utf8");
  const answer = t.mock.method(globalThis, "fetch", async () => new Response(text));
  const read = () => readCatalogue("https://site.test/catalogue.json");
  const { models, examples } = await read();
  assert.ok(models.length > 0 && examples.length > 0);
  await tries({
    name: "catalogue",
    // It is the largest of these files.
    files: FILES / 3,
    made(seed) {
      const roll = dice(seed);
      return seed % 2 === 0 ? (JSON.stringify(damagedJson(JSON.parse(text), roll)) ?? "") : damagedText(text, roll);
    },
    async read(damaged) {
      answer.mock.mockImplementation(async () => new Response(damaged));
      try {
        const { models, examples } = await read();
        const others = [...models.map(({ ensemble }) => ensemble), ...examples.map(({ b }) => b)];
        for (const { file, sha256, bytes } of [...models, ...examples, ...others.filter((other) => other != null)])
          assert.deepEqual([typeof file, typeof sha256, Number(bytes) >= 0], ["string", "string", true]);
        for (const { id, name } of [...models, ...examples])
          assert.deepEqual([typeof id, typeof name], ["string", "string"]);
        for (const { description } of models)
          assert.deepEqual([typeof description.task, typeof description.family.id], ["string", "string"]);
        return true;
      } catch (thrown) {
        assert.ok(thrown instanceof DownloadError, thrown instanceof Error ? thrown.stack : String(thrown));
        assert.match(thrown.message, /^catalogue\.json /);
        assert.ok(thrown.remedy && thrown.message.length < 1_000, thrown.message.slice(0, 200));
        return false;
      }
    },
  });
});
