// A page without a bundler: `<script type="module">`, the package beside it, a strict policy.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inChromium, inFirefox } from "./support/browsers.mjs";
import { assertSame, assertSameGene, assertWell } from "./support/expect.mjs";
import { addData, addPage, app } from "./support/package.mjs";
import { assertParsed } from "./support/parsed.mjs";
import { serve } from "./support/server.mjs";

let engine;
let parsers;
let element;

before(async () => {
  const folders = [
    app("plain", ["plain", "fetched.js", "predict.js"]),
    app("plain-parsers", ["parsers"]),
    app("plain-element", ["element"]),
  ];
  folders.forEach(addData);
  addPage(folders[0], "main.js");
  addPage(folders[1], "plain.js");
  addPage(folders[2], "plain.js");
  [engine, parsers, element] = await Promise.all(folders.map(serve));
});

after(() => Promise.all([engine?.close(), parsers?.close(), element?.close()]));

for (const [name, run] of [
  ["Chromium", inChromium],
  ["Firefox", inFirefox],
]) {
  test(`a plain module page predicts in ${name} as Node does, with workers`, async () => {
    const ran = await run(engine.url);
    assertWell(ran);
    assertSame(ran.outcome);
  });

  test(`a plain module page in ${name} that parses loads no model's WebAssembly`, async () => {
    const ran = await run(parsers.url);
    assert.deepEqual([ran.errors, ran.elsewhere], [[], []]);
    assertParsed(ran.outcome);
    const files = ran.requests.map((url) => new URL(url).pathname.replace(/^.*\/regulens\//, "regulens/"));
    const expected = [
      "regulens/dist/parsers.js",
      "regulens/dist/shared.js",
      "regulens/wasm/files/regulens_files.js",
      "regulens/wasm/files/regulens_files_bg.wasm",
    ];
    assert.deepEqual(files.filter((path) => path.startsWith("regulens/")).sort(), expected);
  });

  test(`a plain module page in ${name} shows the element under a strict policy, with the numbers of Node`, async () => {
    const ran = await run(element.url);
    assert.deepEqual([ran.errors, ran.elsewhere], [[], []]);
    assertSameGene(ran.outcome);
  });
}
