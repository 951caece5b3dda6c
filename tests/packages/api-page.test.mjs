// The page of the API: complete, readable on every screen, and quiet.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { onPage } from "./support/browsers.mjs";
import { ROOT } from "./support/package.mjs";
import { serve } from "./support/server.mjs";

const AXE = createRequire(new URL("../browser/package.json", import.meta.url)).resolve("axe-core");

let server;

before(async () => (server = await serve(join(ROOT, "www/dist"))));
after(() => server?.close());

test("the API page has every export of every entry, and each of its links leads somewhere on it", async () => {
  const entries = { engine: "index", plots: "plots", parsers: "parsers" };
  const { ids, links } = await onPage(`${server.url}api/index.html`, {}, (page) =>
    page.evaluate(() => ({
      ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
      links: [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute("href").slice(1)),
    })),
  );
  assert.deepEqual(
    links.filter((link) => !ids.includes(link)),
    [],
  );
  assert.equal(new Set(ids).size, ids.length, "an id stands once");
  for (const [prefix, file] of Object.entries(entries)) {
    const names = Object.keys(await import(new URL(`../../pkg/dist/${file}.js`, import.meta.url)));
    assert.deepEqual(
      names.filter((name) => !ids.includes(`${prefix}-${name}`)),
      [],
      file,
    );
  }
  // Types are no exports at run time.
  for (const id of [
    "engine-OnOffResult",
    "engine-LoadOptions",
    "plots-GeneTracksOptions",
    "parsers-PrepareTableOptions",
    "element-RegulensView",
  ])
    assert.ok(ids.includes(id), id);
});

for (const [colorScheme, width] of [
  ["light", 360],
  ["dark", 1280],
]) {
  test(`the API page fits ${width} px in ${colorScheme}, is accessible, and asks nobody for anything`, async () => {
    const { overflow, violations, failures } = await onPage(
      `${server.url}api/index.html`,
      { colorScheme, viewport: { width, height: 800 } },
      async (page, { errors, requests }) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        // Its policy forbids scripts; this one comes from outside of the page.
        await page.evaluate(readFileSync(AXE, "utf8"));
        const violations = await page.evaluate(async () =>
          (await globalThis.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        );
        return {
          overflow,
          violations,
          failures: [...errors, ...requests.filter((url) => !url.startsWith(server.url))],
        };
      },
    );
    assert.equal(overflow, 0);
    assert.deepEqual(violations, []);
    assert.deepEqual(failures, []);
  });
}
