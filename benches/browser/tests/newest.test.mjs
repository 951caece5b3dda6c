import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { askNpm, check, installed, peerTable } from "../newest.mjs";

/** The peers and the warnings where the registry has `registry`. */
async function checked(used, registry) {
  const said = [];
  const peers = await check(used, { ask: async (name) => registry[name] ?? null, warn: (line) => said.push(line) });
  return { peers, said };
}

test("an older peer is warned of in terminal and result", async () => {
  const { peers, said } = await checked({ old: "1.30.0", new: "4.22.0" }, { old: "1.31.0", new: "4.22.0" });
  assert.deepEqual(said, ["warning: old 1.30.0 is measured; the newest release is 1.31.0"]);
  const table = peerTable(peers);
  assert.ok(table.includes("| old | 1.30.0 | 1.31.0 | **differs** |"));
  assert.ok(table.includes("| new | 4.22.0 | 4.22.0 |  |"));
});

test("without a registry it says not checked, and not that versions are the same", async () => {
  const { peers, said } = await checked({ peer: "1.0.0" }, {});
  assert.match(said.join("\n"), /^warning: not checked .*: peer$/);
  assert.ok(peerTable(peers).includes("| peer | 1.0.0 | not checked |  |"));
});

test("without peers there is no table", () => {
  assert.deepEqual(peerTable([]), []);
});

test("npm's answer is a version, and anything else is no answer", async () => {
  const saying = (stdout) => async (_, given) => {
    assert.deepEqual(given.slice(0, 3), ["view", "peer", "version"]);
    return { stdout };
  };
  assert.equal(await askNpm("peer", saying("1.30.0\n")), "1.30.0");
  assert.equal(await askNpm("peer", saying("")), null);
  assert.equal(await askNpm("peer", saying("npm notice\n")), null);
  const failing = async () => {
    throw new Error("ENOTFOUND");
  };
  assert.equal(await askNpm("peer", failing), null);
});

test("the version used is the installed package's", () => {
  const folder = mkdtempSync(join(tmpdir(), "regulens-newest-"));
  try {
    mkdirSync(join(folder, "@scope/peer"), { recursive: true });
    writeFileSync(join(folder, "@scope/peer/package.json"), JSON.stringify({ version: "4.22.0" }));
    assert.deepEqual(installed(folder, ["@scope/peer"]), { "@scope/peer": "4.22.0" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
