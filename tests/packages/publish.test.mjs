// The package could be published as it lies there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { npm, pack, PACKAGE } from "./support/package.mjs";

test("`npm publish --dry-run` passes, and would send what `npm pack` has", () => {
  const published = JSON.parse(npm(PACKAGE, "publish", "--dry-run", "--json", "--ignore-scripts"));
  const { name, files } = published.files ? published : Object.values(published)[0];
  assert.equal(name, "regulens");
  assert.deepEqual(
    files.map(({ path }) => path).sort(),
    pack()
      .files.map(({ path }) => path)
      .sort(),
  );
});

test("publint has nothing to say of the tarball", async () => {
  const { buffer } = new Uint8Array(readFileSync(pack().path));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
});

test("arethetypeswrong finds the types of every entry right, for a package of ES modules", async () => {
  const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(pack().path)));
  const { problems, entrypoints } = await checkPackage(tarball, { excludeEntrypoints: ["./element.css", /\.json$/] });
  // The package has no CommonJS, and old resolution knows no entries: its profile `esm-only`.
  const others = problems.filter(
    ({ kind, resolutionKind }) => kind !== "CJSResolvesToESM" && resolutionKind !== "node10",
  );
  assert.deepEqual(others, []);
  for (const entry of [".", "./element", "./react", "./svelte"]) assert.ok(entry in entrypoints, entry);
});
