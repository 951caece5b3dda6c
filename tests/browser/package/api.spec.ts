// The npm package as others use it: in a worker and in Node, and against the reference cases.

import { devices, expect, hasWebGpu, openReferenceCases, test } from "../support/fixtures.ts";
import { ENTRY, firstModel, openBarePage, type Package } from "../support/package.ts";
import { card, hasTensor, resized, tensor, together } from "../support/safetensors.ts";
import { table } from "../support/tables.ts";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TABLE = table({ genes: 5 });

test("a module worker of one's own loads a model and predicts", async ({ page }) => {
  const model = await firstModel(page);
  const script = `
    import { Regulens } from "./${ENTRY}";
    const stages = new Set();
    const onProgress = ({ stage }) => stages.add(stage);
    const loaded = await Regulens.load("${model}", { device: "auto", onProgress });
    const { genes, probability, device } = await loaded.predict(await loaded.readTable(new Blob([${JSON.stringify(
      TABLE,
    )}]).stream(), { name: "streamed.csv" }), { onProgress });
    postMessage({ genes, probability: [...probability], kind: device.kind, stages: [...stages] });`;
  await page.route("**/own-worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  await openBarePage(page);
  const outcome = await page.evaluate(
    () =>
      new Promise<{ genes: string[]; probability: number[]; kind: string; stages: string[] }>((resolve, reject) => {
        const worker = new Worker("own-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  expect(outcome.stages).toEqual(expect.arrayContaining(["engine", "weights", "predict"]));
  expect(outcome.genes).toEqual(["GENE1", "GENE2", "GENE3", "GENE4", "GENE5"]);
  expect(outcome.probability.every((value) => value > 0 && value < 1)).toBe(true);
  // The CPU answers until it is known whether WebGPU is faster.
  expect(outcome.kind).toBe("cpu");
});

test("Node gives the same numbers as the browser, on the CPU; errors have a code, and a signal cancels", async ({
  page,
  watched,
}) => {
  await openBarePage(page);
  const model = await firstModel(page);
  const inBrowser = await page.evaluate(
    async ([entry, model, text]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      // Not every Node has relaxed SIMD, whose last bit is another.
      const loaded = await Regulens.load(model, { device: "cpu", simd: "plain" });
      return [...(await loaded.predict(await loaded.readTable(text))).logit];
    },
    [ENTRY, model, TABLE] as const,
  );
  const entry = fileURLToPath(new URL("../../../pkg/dist/index.js", import.meta.url));
  const { Regulens } = (await import(entry)) as Package;
  const path = fileURLToPath(new URL(`../../../${model}`, import.meta.url));
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  const loaded = await Regulens.load(path, { device: "auto", simd: "plain", sha256 });
  expect(loaded.device).toMatchObject({ kind: "cpu", software: false, reason: expect.stringMatching(/CPU/) });
  const card = { marks: expect.arrayContaining(["H3K4me3"]), bins: 100 };
  expect(loaded).toMatchObject({ sha256, verified: true, card });
  const labelled = await loaded.readTable(new TextEncoder().encode(table({ genes: 5, labels: true })));
  const result = await loaded.predict(labelled);
  expect([...result.logit]).toEqual(inBrowser);
  const sizes = { genes: 5, probability: 5, logit: 5, alpha: 5 * 5 * 100, beta: 5 * 5 };
  for (const [name, size] of Object.entries(sizes))
    expect((result as unknown as Record<string, ArrayLike<unknown>>)[name], name).toHaveLength(size);
  const { auroc = NaN } = result as unknown as { auroc?: number };
  expect(auroc >= 0 && auroc <= 1).toBe(true);
  loaded.free();
  await test.step("a file of several models, of which one has other sizes, is refused", async () => {
    const one = readFileSync(new URL("../../../models/lstm-attn-k562.safetensors", import.meta.url));
    const other = resized(one, { "rnn.weight_ih_l0": [128, 4], "rnn.weight_ih_l0_reverse": [128, 4] });
    const loading = Regulens.load(new Uint8Array(together([one, other])), { device: "cpu" });
    await expect(loading).rejects.toMatchObject({ name: "WeightsError", code: "member" });
    const file = new Uint8Array(together([one, one]));
    (await Regulens.load(file, { device: "cpu" })).free();
  });
  await test.step("errors are subclasses of Error with a code, and a signal cancels", async () => {
    const outcome = await page.evaluate(
      async ([entry, model, text]) => {
        const package_ = (await import(new URL(entry, document.baseURI).href)) as Package &
          Record<string, new () => Error>;
        const { Regulens } = package_;
        const caught = async (work: Promise<unknown>, kind: string) => {
          try {
            await work;
            return undefined;
          } catch (error) {
            const { code, name } = error as { code: string; name: string };
            return [error instanceof Error, error instanceof package_[kind]!, code, name];
          }
        };
        const loaded = await Regulens.load(model, { device: "cpu" });
        const table = await loaded.readTable(text);
        const aborted = AbortSignal.abort();
        return {
          input: await caught(loaded.readTable(""), "InputError"),
          hash: await caught(Regulens.load(model, { sha256: "0".repeat(64) }), "HashMismatchError"),
          weights: await caught(Regulens.load(new Uint8Array(20), {}), "WeightsError"),
          cancelled: await caught(loaded.predict(table, { signal: aborted }), "CancelledError"),
          cancelledLoad: await caught(Regulens.load(model, { signal: aborted }), "CancelledError"),
        };
      },
      [ENTRY, model, TABLE] as const,
    );
    expect(outcome.input).toEqual([true, true, "empty", "InputError"]);
    expect(outcome.hash?.slice(0, 3)).toEqual([true, true, "hash-mismatch"]);
    expect(outcome.weights?.slice(0, 2)).toEqual([true, true]);
    expect(outcome.cancelled).toEqual([true, true, "cancelled", "AbortError"]);
    expect(outcome.cancelledLoad).toEqual([true, true, "cancelled", "AbortError"]);
  });
  await test.step("an address that is not there is an error that says so", async () => {
    watched.expectError(/404/);
    const message = await page.evaluate(async (entry) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      return Regulens.load("models/no-such-model.safetensors", {}).then(
        () => "",
        (error: Error) => error.message,
      );
    }, ENTRY);
    expect(message).toMatch(/no-such-model\.safetensors could not be loaded: the server answered 404/);
  });
});

test("a browser with relaxed SIMD loads the engine that uses it, which agrees with the other to 1e-6", async ({
  page,
  watched,
}) => {
  await openBarePage(page);
  const model = await firstModel(page);
  const predict = (options: object) =>
    page.evaluate(
      async ([entry, model, text, options]) => {
        const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
        const loaded = await Regulens.load(model, { device: "cpu", ...options });
        // Read by the engine of `auto`, whichever the model has.
        const table = await (Regulens as unknown as typeof loaded).readTable(text);
        const { logit, probability, alpha, beta } = await loaded.predict(table);
        return {
          simd: loaded.device.simd,
          outputs: [logit, probability, alpha, beta].flatMap((values) => [...values]),
        };
      },
      [ENTRY, model, table({ genes: 70 }), options] as const,
    );
  const engines = () => watched.requests.filter((url) => url.endsWith(".wasm")).map((url) => url.replace(/.*\//, ""));
  const relaxed = await predict({});
  expect(relaxed.simd).toBe("relaxed");
  expect(engines()).toEqual(["regulens_cpu-relaxed_bg.wasm"]);
  const plain = await predict({ simd: "plain" });
  expect(plain.simd).toBe("plain");
  expect(engines()).toEqual(["regulens_cpu-relaxed_bg.wasm", "regulens_cpu_bg.wasm"]);
  const differences = plain.outputs.map(
    (value, i) => Math.abs(value - (relaxed.outputs[i] ?? NaN)) / Math.max(1, Math.abs(value)),
  );
  expect(relaxed.outputs.length).toBe(plain.outputs.length);
  expect(Math.max(...differences)).toBeLessThanOrEqual(1e-6);
});

test("only the engine for relaxed SIMD has its instructions", async ({ page }) => {
  /** Counts `f32x4.relaxed_madd` in an engine, by its opcode 0x105. */
  const multiplyAdds = async (file: string) => {
    const wasm = await (await page.request.get(`regulens/wasm/${file}`)).body();
    return wasm.toString("latin1").split("\xfd\x85\x02").length - 1;
  };
  for (const engine of ["cpu", "full"]) {
    expect(await multiplyAdds(`${engine}-relaxed/regulens_${engine}-relaxed_bg.wasm`)).toBeGreaterThan(0);
    expect(await multiplyAdds(`${engine}/regulens_${engine}_bg.wasm`)).toBe(0);
  }
});

/**
 * All reference cases of AttentiveChrome: small odd sizes, seven marks, the published size, the authors' own weights.
 */
const CASES = [
  "lstm-alpha-beta",
  "lstm-alpha-beta.seven-marks",
  "lstm-alpha-beta.full",
  "lstm-alpha-beta.authors",
  "lstm-alpha",
  "lstm-alpha.linear-head",
  "lstm-attn",
  "lstm",
  "cnn-alpha-beta",
  "cnn-attn",
  "deep-chrome",
];

/**
 * Expected values of an output in a case: none where the variant has no such output; DeepChrome's log-odds are the
 * difference of two scores.
 */
function wantedOf(expected: Buffer, output: string): number[] {
  if (hasTensor(expected, `output.${output}`)) return tensor(expected, `output.${output}`).values;
  if (output !== "logit") return [];
  const scores = tensor(expected, "output.scores").values;
  return scores.flatMap((on, index) => (index % 2 === 0 ? [on - (scores[index + 1] ?? NaN)] : []));
}

/** One of each architecture computes on WebGPU too; natively, wgpu has all of them. */
const ON_WEBGPU = ["lstm-alpha-beta.full", "lstm-attn", "cnn-alpha-beta", "deep-chrome"];

test("all reference cases are met within 1e-5", { tag: "@webgpu" }, async ({ page }, { project }) => {
  const cases = await openReferenceCases(page, hasWebGpu(project) ? ON_WEBGPU : CASES);
  test.skip(!cases, "needs the reference data");
  for (const { name, model, expected, address } of cases ?? [])
    await test.step(`the reference case ${name} is met within 1e-5`, async () => {
      const counts = tensor(expected, "input.counts");
      const [genes = 0, bins = 0, marks = 0] = counts.shape;
      const lines = [["gene", "bin", ...(card(model)["marks"] as string[])].join(",")];
      for (let gene = 0; gene < genes; gene++) {
        for (let bin = 0; bin < bins; bin++) {
          const start = (gene * bins + bin) * marks;
          lines.push([`g${gene}`, bin + 1, ...counts.values.slice(start, start + marks)].join(","));
        }
      }
      for (const options of devices(project)) {
        const got = await page.evaluate(
          async ([entry, address, text, options]) => {
            const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
            const loaded = await Regulens.load(address, options);
            const { logit, alpha, beta, probability, device: ran } = await loaded.predict(await loaded.readTable(text));
            loaded.free();
            return {
              values: { logit: [...logit], alpha: [...alpha], beta: [...beta], probability: [...probability] },
              ran,
            };
          },
          [ENTRY, address, lines.join("\n"), options] as const,
        );
        const device = Object.values(options).join(", ");
        expect(got.ran).toMatchObject({ kind: options.device, ...("simd" in options ? { simd: options.simd } : {}) });
        for (const [output, values] of Object.entries(got.values)) {
          const wanted = wantedOf(expected, output);
          expect(values.length).toBe(wanted.length);
          const error = Math.max(0, ...values.map((value, i) => Math.abs(value - (wanted[i] ?? NaN))));
          expect(error, `${output} on ${device}`).toBeLessThan(1e-5);
          console.log(`${name}, ${device}, ${output}: ${error.toExponential(1)}`);
        }
      }
    });
});
