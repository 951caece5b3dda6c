/**
 * Tries the packed package in hosts: `node tests/packages/hosts.mjs [HOST …]`, all of them by default. Each is
 * installed with its pinned versions from the npm registry in a folder of its own, and the package from its tarball.
 * Its development server and its build are opened in Chromium (`CHROME_PATH`), where the predictions must be those
 * under Node. `--keep DIR` keeps the folders, and installs nothing twice.
 *
 * `cargo xtask build` must have built the package, and `tests/browser` and `tests/packages` need their packages.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HOSTS, VENDOR } from "./hosts/list.mjs";
import { inChromium } from "./support/browsers.mjs";
import { assertSame, assertSameGene } from "./support/expect.mjs";
import { addData, addEngine, npm, pack, scratch } from "./support/package.mjs";
import { serve } from "./support/server.mjs";

const APPS = fileURLToPath(new URL("apps", import.meta.url));

/** Milliseconds that a server may take to answer. */
const PATIENCE = 120_000;

/** An app in `host`, installed. */
function made(name, { packages, files, sources = ".", data = "data", run, hosted }, keep) {
  const folder = keep ? join(resolve(keep), name) : scratch(name);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "node_modules"))) {
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "app", private: true, type: "module", dependencies: packages }),
    );
    npm(folder, "install", "--no-audit", "--no-fund");
  }
  rmSync(join(folder, "node_modules/regulens"), { recursive: true, force: true });
  npm(folder, "install", "--no-audit", "--no-fund", "--no-save", "--prefer-offline", pack().path);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const scripts = run || hosted ? ["predict.js"] : ["predict.js", "try.js"];
  for (const script of scripts) cpSync(join(APPS, script), join(folder, sources, script));
  if (run) cpSync(join(APPS, "node/main.mjs"), join(folder, "main.mjs"));
  const served = dirname(join(folder, data));
  addData(served);
  if (hosted) addEngine(join(served, VENDOR), join(folder, "node_modules/regulens"));
  return folder;
}

/** The program of a package that is installed in `folder`, or one by its path. */
function program(folder, name) {
  const installed = join(folder, "node_modules/.bin", name);
  return existsSync(installed) ? installed : name;
}

const environment = {
  ...process.env,
  ...{ NO_COLOR: "1", FORCE_COLOR: "0", CI: "1", NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1" },
  OBSERVABLE_TELEMETRY_DISABLE: "true",
};

/** Runs a program to its end; gives what it printed. */
function ran(folder, [name, ...args]) {
  const { status, stdout, stderr } = spawnSync(program(folder, name), args, {
    ...{ cwd: folder, encoding: "utf8", env: environment, maxBuffer: 64 << 20 },
  });
  assert.equal(status, 0, `${name} ${args.join(" ")}: ${stdout}${stderr}`);
  return { stdout, stderr };
}

/** A port that is free now. */
async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return String(port);
}

/** Starts a server, gives `use` its address, and ends it with all that it started. */
async function served(folder, command, use) {
  const port = await freePort();
  const [name, ...args] = command(port);
  const child = spawn(program(folder, name), args, { cwd: folder, env: environment, detached: true });
  let printed = "";
  let ended;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  child.on("exit", (status) => (ended = status ?? -1));
  try {
    const url = `http://127.0.0.1:${port}/`;
    const until = Date.now() + PATIENCE;
    const answers = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await answers())) {
      assert.ok(ended === undefined && Date.now() < until, `${name} does not answer: ${printed}`);
      await new Promise((wait) => setTimeout(wait, 200));
    }
    const found = await use(url);
    return { ...found, printed };
  } catch (error) {
    error.message += `\n${printed}`;
    throw error;
  } finally {
    if (ended === undefined) process.kill(-child.pid, "SIGKILL");
  }
}

/** Holds what a page made of it to what came under Node. */
function assertTried({ outcome, errors, elsewhere, requests }, { inline, hosted }) {
  assertSame(outcome);
  assert.deepEqual([errors, elsewhere], [[], []]);
  if (inline) return;
  assert.equal(outcome.device.workers, 2, outcome.device.reason);
  if (hosted) {
    const engines = requests.filter((url) => url.endsWith(".wasm")).map((url) => new URL(url).pathname);
    assert.deepEqual([...new Set(engines)], [`/${VENDOR}/wasm/cpu-relaxed/regulens_cpu-relaxed_bg.wasm`]);
    return;
  }
  assertSameGene(outcome.element);
  assert.equal(outcome.read, 400);
}

/**
 * Bytes of WebAssembly in a build, and in how many files, without those of `VENDOR`. A build with `regulens/hosted` has
 * none.
 */
function weighed(built, hosted) {
  const sizes = readdirSync(built, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".wasm") && !path.startsWith(VENDOR.replaceAll("/", sep)))
    .map((path) => statSync(join(built, path)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (hosted) assert.equal(bytes, 0, "WebAssembly in the build");
  return `, ${bytes.toLocaleString("en")} bytes of WebAssembly in ${sizes.length} files`;
}

function assertQuiet(printed, unwanted) {
  const lines = printed.split("\n").filter((line) => unwanted?.test(line));
  assert.deepEqual(lines, [], printed);
}

/** The steps of a host, by name; a step may give more to say. */
function steps(folder, host) {
  const { dev, build, built, server, hosted, unwanted, run } = host;
  if (run) return { run: () => assertSame(JSON.parse(ran(folder, [...run, "main.mjs"]).stdout)) };
  return {
    async development() {
      const found = await served(folder, dev, inChromium);
      assertTried(found, host);
      assertQuiet(found.printed, unwanted);
    },
    build() {
      if (built) rmSync(join(folder, built), { recursive: true, force: true });
      const { stdout, stderr } = ran(folder, build);
      assertQuiet(stdout + stderr, unwanted);
      return built && weighed(join(folder, built), hosted);
    },
    async server() {
      if (server) return assertTried(await served(folder, server, inChromium), host);
      const at = join(folder, built);
      // A page that its bundler leaves alone.
      const left = existsSync(join(folder, "public")) ? readdirSync(join(folder, "public")) : [];
      for (const path of left.filter((path) => !existsSync(join(at, path))))
        cpSync(join(folder, "public", path), join(at, path), { recursive: true });
      const { url, close } = await serve(at);
      try {
        assertTried(await inChromium(url), host);
      } finally {
        await close();
      }
    },
  };
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: "string" } } });
const unknown = positionals.filter((name) => !HOSTS[name]);
if (unknown.length > 0)
  throw new Error(`found ${unknown.join(", ")}; expected some of ${Object.keys(HOSTS).join(", ")}`);

let failed = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(HOSTS)) {
  const host = HOSTS[name];
  let folder;
  try {
    folder = made(name, host, values.keep);
  } catch (error) {
    failed++;
    console.log(`${name}\n  FAILED  installation: ${error.message}`);
    continue;
  }
  const versions = Object.keys(host.packages).map(
    (each) => `${each} ${JSON.parse(readFileSync(join(folder, "node_modules", each, "package.json"), "utf8")).version}`,
  );
  console.log(`${name} (${versions.join(", ") || `Node ${process.versions.node}`})`);
  for (const [step, run] of Object.entries(steps(folder, host))) {
    const start = Date.now();
    try {
      const more = (await run()) ?? "";
      console.log(`  ok      ${step} (${((Date.now() - start) / 1000).toFixed(0)} s${more})`);
    } catch (error) {
      failed++;
      console.log(`  FAILED  ${step}: ${error.message}`);
      // Nothing to serve.
      if (step === "build") break;
    }
  }
}
process.exit(failed === 0 ? 0 : 1);
