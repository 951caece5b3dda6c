// One job after another in one tab: of those before nothing is kept, in the page or in its engines.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { table } from "../support/tables.ts";

const MODELS = join(import.meta.dirname, "../../../models");

/** Has a worker keep the memories of its engines. */
const MEMORIES = `
  globalThis.memories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async function (...given) {
      const made = await original.apply(this, given);
      const { memory } = (made.instance ?? made).exports ?? {};
      if (memory) memories.push(memory);
      return made;
    };
  }
`;

/** Counts addresses of objects that nobody has given back. */
const ADDRESSES = `{
  const given = (globalThis.objectAddresses = new Set());
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (of) => (given.add(createObjectURL(of)), [...given].at(-1));
  URL.revokeObjectURL = (address) => (given.delete(address), revokeObjectURL(address));
}`;

test("after eighteen jobs a tab holds what it held after six", async ({ page }, info) => {
  await page.addInitScript(ADDRESSES);
  await page.route(/worker\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${MEMORIES}\n${await response.text()}` });
  });
  const session = await page.context().newCDPSession(page);
  const app = await new AppPage(page).open(QUICK);
  const models = ["cnn-attn-k562", "cnn-alpha-beta-h1"];
  const genes = 200;
  const text = table({ genes, labels: true });
  const held = async () => {
    // Memory that awaits the browser's collector holds more, of which some needs a second turn.
    for (let turn = 0; turn < 2; turn++) await session.send("HeapProfiler.collectGarbage");
    const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
    // Arrays are not on the heap.
    const { usedSize, backingStorageSize } = (await session.send("Runtime.getHeapUsage")) as {
      usedSize: number;
      backingStorageSize: number;
    };
    const engines = await Promise.all(
      page.workers().map((worker) =>
        worker.evaluate(() => {
          // Playwright does not see the scripts of workers that a worker starts.
          const { memories = [] } = globalThis as unknown as { memories?: WebAssembly.Memory[] };
          return memories.map(({ buffer }) => buffer.byteLength);
        }),
      ),
    );
    const addresses = await page.evaluate(
      () => (globalThis as unknown as { objectAddresses: Set<string> }).objectAddresses.size,
    );
    return { nodes, listeners: jsEventListeners, heap: usedSize, arrays: backingStorageSize, engines, addresses };
  };
  /** Counts what is held when the last job's explanation stands, and the view before it is gone. */
  const settled = async () => {
    await expect(page.getByRole("button", { name: /^Save contributions to the score of / })).toBeVisible();
    let last = await held();
    await expect(async () => {
      const before = last;
      last = await held();
      expect(last.nodes).toBe(before.nodes);
    }).toPass();
    return last;
  };
  const after: Awaited<ReturnType<typeof held>>[] = [];
  for (let job = 0; job < 18; job++) {
    await app.openSetup();
    if (job % 3 === 0) await app.chooseModel(join(MODELS, `${models[(job / 3) % models.length]}.safetensors`));
    const path = info.outputPath(`genes-${job}.csv`);
    writeFileSync(path, text);
    await app.chooseTable(path);
    await expect(page.locator("regulens-data-step .loaded")).toContainText(`genes-${job}.csv`);
    await app.run.click();
    await expect(app.fact("Table")).toContainText(`genes-${job}.csv`);
    await app.finished(genes);
    await expect(page.locator("regulens-figure").filter({ visible: true }).first()).toBeVisible();
    // Jobs of the same model.
    if (job === 5 || job === 17) after.push(await settled());
  }
  const [early, late] = after;
  const said = JSON.stringify(after);
  console.log(said);
  const jobs = 12;
  const bytes = ({ engines }: Awaited<ReturnType<typeof held>>) => engines.flat().reduce((sum, each) => sum + each, 0);
  expect(bytes(early!), said).toBeGreaterThan(0);
  // A quarter of what the tables of these jobs have: an engine asks for more than it needs, at times.
  expect(bytes(late!) - bytes(early!), said).toBeLessThan((jobs * genes * 100 * 5 * 4) / 4);
  expect(late!.addresses, said).toBe(early!.addresses);
  // A list of rows in view may have one more or less.
  expect(late!.nodes, said).toBeLessThan(1.1 * early!.nodes);
  expect(late!.listeners, said).toBeLessThan(1.1 * early!.listeners);
  // Less than half a table a job: code is compiled meanwhile, and an explanation may or may not be there yet.
  expect((late!.arrays - early!.arrays) / jobs, said).toBeLessThan(text.length / 2);
  expect((late!.heap - early!.heap) / jobs, said).toBeLessThan(text.length / 2);
});
