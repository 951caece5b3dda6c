// Memory that a whole test fold of the paper takes, in all engines together.

import { expect, test } from "../support/fixtures.ts";
import { ENTRY, firstModel, openBarePage, type Package } from "../support/package.ts";
import { rows } from "../support/tables.ts";

const GENES = 6600;
/** Genes of a run before, which wakes every worker: a second run holds no more than the first. */
const FEW = 1024;
const MEBIBYTE = 1 << 20;

/** Answers each question on the channel "memory" with the bytes of this thread's WebAssembly memories. */
const TELLING = `{
  const memories = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...options) => {
    const made = await instantiate(...options);
    memories.push((made.instance ?? made).exports.memory);
    return made;
  };
  const channel = new BroadcastChannel("memory");
  channel.onmessage = ({ data }) => data === "how much?" && channel.postMessage(memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
}`;

for (const workers of [1, 8]) {
  test(
    `${GENES} genes take at most 64 MiB above the idle engine, with ` +
      `${workers === 1 ? "one thread" : `${workers} workers together`}`,
    async ({ page }) => {
      await page.route("**/cpu*-worker.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${TELLING}\n${await response.text()}` });
      });
      await openBarePage(page, TELLING);
      for (const [name, genes] of [
        ["table.csv", GENES],
        ["few.csv", FEW],
      ] as const)
        await page.route(`**/${name}`, (route) =>
          route.fulfill({ contentType: "text/csv", body: [...rows({ genes })].join("\n") }),
        );
      const { idle, read, done, threads } = await page.evaluate(
        async ([entry, model, workers]) => {
          const channel = new BroadcastChannel("memory");
          /** The bytes of each thread that has an engine. */
          const ask = (expected: number) =>
            new Promise<number[]>((resolve) => {
              const answers: number[] = [];
              channel.onmessage = ({ data }) => {
                if (typeof data === "number" && answers.push(data) === expected) resolve(answers);
              };
              channel.postMessage("how much?");
            });
          const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
          const loaded = await Regulens.load(model, { device: "cpu", workers });
          const idle = await ask(1);
          const readTable = async (name: string) => loaded.readTable(await (await fetch(name)).blob());
          const table = await readTable("table.csv");
          const read = await ask(1);
          await loaded.predict(await readTable("few.csv"));
          await loaded.predict(table);
          const done = await ask(loaded.workers);
          return { idle, read, done, threads: loaded.workers };
        },
        [ENTRY, await firstModel(page), workers] as const,
      );
      const total = (bytes: number[]) => bytes.reduce((sum, each) => sum + each, 0);
      const mebibytes = (bytes: number[]) => bytes.map((each) => (each / MEBIBYTE).toFixed(1)).join(" + ");
      console.log(
        `${workers} workers, MiB: idle ${mebibytes(idle)}, table read ${mebibytes(read)}, after two runs ` +
          `${mebibytes(done)}`,
      );
      expect(threads).toBe(workers);
      expect(total(read), "the table lies in an engine that is watched").toBeGreaterThan(total(idle));
      expect((total(done) - total(idle)) / MEBIBYTE).toBeLessThanOrEqual(64);
    },
  );
}
