/**
 * Memory of the whole page with a model of the published size dropped on it, and a sequence of 131,072 bp: both
 * engines, worker and view.
 *
 *     node benches/page.mjs [--published basenji,attention-two-sided] [--devices cpu,webgpu] [--software] [--no-build]
 *
 * Installs what it needs below the repository, and writes a table to benches/results/. On a software adapter a run
 * takes minutes.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { prepare, tell } from "./browser/harness.mjs";
import { markdown } from "./browser/sequence/page-report.mjs";
import { VARIANTS, writeInputs } from "./browser/sequence/inputs.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { Server } from "./browser/server.mjs";
import { memoryNow } from "./browser/stages.mjs";

/** Milliseconds after which a run is taken to hang. */
const HANG = 30 * 60_000;

/** Milliseconds between two looks at the processes' memory. */
const LOOK = 200;

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    published: { type: "string", default: Object.keys(VARIANTS).join() },
    devices: { type: "string", default: "cpu,webgpu" },
    software: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const variants = options.published.split(",");
const strange = variants.find((variant) => !(variant in VARIANTS));
if (strange) throw new Error(`--published names ${strange}; there are ${Object.keys(VARIANTS).join(", ")}`);

const { chromium, folder } = await prepare(root, options);
const server = new Server({ site: join(root, "www/dist") });

/**
 * Looks at the memory of a browser's renderer and GPU process until it is stopped, and keeps the moment at which they
 * had the most together.
 */
class MemoryWatch {
  most = { sum: 0, renderer: 0, gpu: 0 };
  #going = true;
  #looking;

  constructor(browser) {
    this.#looking = this.#look(browser);
  }

  async stop() {
    this.#going = false;
    await this.#looking;
  }

  async #look(browser) {
    while (this.#going) {
      const renderer = await memoryNow(browser, "renderer");
      const gpu = await memoryNow(browser, "GPU");
      if (renderer + gpu > this.most.sum) this.most = { sum: renderer + gpu, renderer, gpu };
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }
}

/**
 * Opens the page for `device`, gives it a model and a sequence and runs it, all as a reader does. Gives the most memory
 * of the parts of a visit.
 */
async function visit(browser, device, model, sequence) {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(HANG);
  const during = async (work) => {
    const watch = new MemoryWatch(browser);
    try {
      await work();
    } finally {
      await watch.stop();
    }
    return watch.most;
  };
  try {
    await page.goto(`${server.visit("<!doctype html>").url}site/index.html?device=${device}`);
    await page.getByRole("button", { name: "Read the model card" }).and(page.locator(":enabled")).waitFor();
    const idle = await during(() => new Promise((resolve) => setTimeout(resolve, 2 * LOOK)));
    const data = page.locator("regulens-sequence-data");
    const loading = await during(async () => {
      await page.locator("regulens-model-step input[type=file]").setInputFiles(model);
      await data.getByText("Drop a sequence").waitFor();
      await data.locator("input[type=file]").setInputFiles(sequence);
      await page.getByRole("button", { name: /^Run on / }).waitFor();
      await page.locator("regulens-progress").waitFor({ state: "detached" });
    });
    const running = await during(async () => {
      await page.getByRole("button", { name: /^Run on / }).click();
      await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
      await page.locator("regulens-progress").waitFor({ state: "detached" });
    });
    // A variant without attention has nothing to look at.
    const looking = await during(async () => {
      const tracks = page.getByRole("slider", { name: /^predicted tracks/i });
      await tracks.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page
        .getByRole("img", { name: /^Where .* looked/ })
        .or(page.getByText("has no attention between bins"))
        .first()
        .waitFor();
      await page.locator("regulens-progress").waitFor({ state: "detached" });
    });
    return {
      idle,
      loading,
      running,
      looking,
      computedOn: (await page.locator("dt", { hasText: "Device" }).locator("+ dd").first().innerText()).replace(
        /\s+/g,
        " ",
      ),
    };
  } finally {
    await context.close();
  }
}

try {
  tell("inputs");
  writeInputs(root, folder, { program: options.program, variants });
  const codes = readFileSync(join(folder, "data/codes.u8"));
  const sequence = join(folder, "sequence.fa");
  writeFileSync(sequence, `>sequence\n${Array.from(codes, (code) => "ACGTN"[code]).join("")}\n`);
  await server.start();
  const { start, adapter, software } = await chooseAdapter(chromium, server, options.software);
  const result = {
    ...surroundings(root, "page.mjs"),
    adapter: { name: adapter, software },
    runs: [],
  };
  for (const variant of variants) {
    for (const device of options.devices.split(",")) {
      tell(`${variant}, ${device}`);
      const browser = await start();
      result.chromium = browser.version();
      const found = await visit(browser, device, join(folder, "models", `${variant}.safetensors`), sequence);
      console.dir(found, { depth: 5 });
      result.runs.push({ variant, device, ...found });
      await browser.close();
    }
  }
  save(root, "page", options.out, result, markdown(result));
} finally {
  server.stop();
}
