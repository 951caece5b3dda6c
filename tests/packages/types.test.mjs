// The types, as TypeScript finds them from a fresh install.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { app } from "./support/package.mjs";

const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", import.meta.url));

for (const [resolution, module] of [
  ["node16", "node16"],
  ["bundler", "esnext"],
]) {
  test(`types resolve under moduleResolution ${resolution}, and hold without skipLibCheck`, () => {
    const folder = app(`types-${resolution}`, ["types"]);
    const compilerOptions = {
      target: "es2022",
      module,
      moduleResolution: resolution,
      lib: ["es2023", "dom", "dom.iterable"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    const { stdout, status } = spawnSync(process.execPath, [TSC, "--project", "."], { cwd: folder, encoding: "utf8" });
    assert.equal(stdout, "");
    assert.equal(status, 0);
  });
}
