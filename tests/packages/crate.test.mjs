// The crate `regulens`, with its kernels, could be published as it lies there. `training` and `xtask` are programs of
// this repository, and are not published.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ROOT, scratch } from "./support/package.mjs";

/** Messages of cargo where it finds no network. */
const NO_NETWORK = /HTTP request|could ?n.t resolve host|failed to (download|fetch|update)|network|timed out/i;

function cargo(...args) {
  return spawnSync("cargo", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 64 << 20 });
}

test("the crate has the engine's sources, the README and the licences, and nothing else", () => {
  const { stdout, stderr, status } = cargo("package", "--list", "--package", "regulens", "--allow-dirty");
  assert.equal(status, 0, stderr);
  const paths = stdout
    .trim()
    .split("\n")
    .map((path) => path.replaceAll("\\", "/"));
  const others = paths.filter((path) => !path.startsWith("src/")).sort();
  const made = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];
  assert.deepEqual(
    others.filter((path) => !made.includes(path)),
    ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md"],
  );
  for (const path of ["Cargo.toml", "src/lib.rs", "src/model/mod.rs"]) assert.ok(paths.includes(path), path);
});

test("`cargo publish --dry-run` passes", (t) => {
  // Without compiling it again, which the tests in Rust have done: what is sent, and whether the registry would take
  // it.
  const { stderr, status } = cargo(
    "publish",
    "--dry-run",
    "--no-verify",
    "--allow-dirty",
    ...["regulens-kernel", "regulens"].flatMap((name) => ["--package", name]),
    "--target-dir",
    scratch("crate"),
  );
  if (status !== 0 && NO_NETWORK.test(stderr) && process.env.CI === undefined)
    return t.skip("needs the index of the registry, which cannot be reached");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /aborting upload due to dry run/);
  assert.doesNotMatch(stderr, /has no (description|license|documentation)/);
});
