// The package could be published as it lies there.

import assert from "node:assert/strict";
import { test } from "node:test";
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
