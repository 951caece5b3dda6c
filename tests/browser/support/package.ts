// The npm package as the site serves it, for tests that call it in a page.

import type { Page } from "@playwright/test";

/** The package's entry, relative to the site. */
export const ENTRY = "regulens/dist/index.js";

/** The parts of the package that these tests call; the site's own copy is loaded at run time. */
export interface Package {
  Regulens: {
    load(source: string | Uint8Array, options?: object): Promise<Loaded>;
    readTable: Loaded["readTable"];
  };
}

export interface Loaded {
  workers: number;
  device: {
    kind: string;
    simd?: string;
    workers?: number;
    reason: string;
    check?: { maxDifference: number };
    measured?: { cpu: number; webgpu: number };
  };
  useDevice(choice: string): Promise<Loaded["device"]>;
  readTable(source: string | Blob | Uint8Array, options?: object): Promise<unknown>;
  predict(table: unknown, options?: object): Promise<Result>;
  predict(a: unknown, b: unknown, options?: object): Promise<ChangeResult>;
  free(): void;
}

export interface Result {
  genes: string[];
  logit: Float32Array;
  probability: Float32Array;
  alpha: Float32Array;
  beta: Float32Array;
  members?: Float32Array;
  sd?: Float32Array;
  summary: { on?: Float32Array; off?: Float32Array };
  device: Loaded["device"];
}

export interface ChangeResult {
  genes: string[];
  rows: string[];
  columns: string[];
  foldChange: Float32Array;
  expression: Float32Array;
  alpha: Float32Array;
  beta: Float32Array;
  auxiliaryAlpha: Float32Array;
  auxiliaryBeta: Float32Array;
  unmatched: [string[], string[]];
  device: Loaded["device"];
  genesOnGpu: number;
}

/** A model with the outputs of the catalogue's first, in a fraction of its time, where its own numbers do not count. */
export const QUICK_MODEL = "models/cnn-alpha-beta-k562.safetensors";

/** Path of the catalogue's first model, relative to the site. */
export async function firstModel(page: Page): Promise<string> {
  const catalogue = (await (await page.request.get("models/catalogue.json")).json()) as { models: { file: string }[] };
  return `models/${catalogue.models[0]?.file}`;
}

/** Opens a page of the site's host that loads nothing by itself, and runs `script` first where there is one. */
export async function openBarePage(page: Page, script = ""): Promise<void> {
  const body = `<!doctype html><title>bare</title><script>${script}</script>`;
  await page.route("**/bare.html", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("./bare.html");
}
