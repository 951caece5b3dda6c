// The types, as TypeScript finds them from a fresh install.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** Frameworks by the package that has their types, and what TypeScript must know of their JSX. */
const FRAMEWORKS = {
  react: { types: "@types/react", source: "react.tsx", jsx: { jsx: "react-jsx" } },
  preact: { types: "preact", source: "preact.tsx", jsx: { jsx: "react-jsx", jsxImportSource: "preact" } },
  solid: { types: "solid-js", source: "solid.tsx", jsx: { jsx: "preserve", jsxImportSource: "solid-js" } },
  vue: { types: "vue", source: "vue.ts", jsx: {} },
  svelte: { types: "svelte", source: "svelte.ts", jsx: {} },
};

test("the element has its types in React, Preact, Solid, Vue and Svelte, each by an entry of its own", () => {
  const folder = app("frameworks", ["frameworks"]);
  for (const [name, { types, source, jsx }] of Object.entries(FRAMEWORKS)) {
    const installed = join(folder, "node_modules", types);
    mkdirSync(dirname(installed), { recursive: true });
    symlinkSync(fileURLToPath(new URL(`node_modules/${types}`, import.meta.url)), installed, "junction");
    const compilerOptions = {
      ...jsx,
      target: "es2022",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["es2023", "dom", "dom.iterable"],
      types: [],
      strict: true,
      noEmit: true,
    };
    const project = join(folder, `tsconfig.${name}.json`);
    writeFileSync(project, JSON.stringify({ compilerOptions, files: [source] }));
    const { stdout, status } = spawnSync(process.execPath, [TSC, "--project", project], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(stdout, "", name);
    assert.equal(status, 0, name);
  }
});
