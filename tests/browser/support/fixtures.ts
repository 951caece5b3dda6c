// Fixtures of all tests of the page: a page whose console must stay free of errors and whose requests must stay on its
// host.

import { test as base, expect, type Page } from "@playwright/test";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openBarePage } from "./package.ts";

export { expect };

/**
 * A name that the browser resolves to this machine, but does not trust as it does localhost: over plain http there,
 * pages and workers have neither `navigator.gpu` nor `crypto.subtle`, as in a browser without WebGPU.
 */
export const INSECURE_HOST = "regulens.test";

/** Returns true if this run has WebGPU, by its project. */
export function hasWebGpu(project: { name: string }): boolean {
  return project.name === "webgpu" || onHardware(project);
}

/** Returns true if this run's WebGPU is a GPU's own, by its project. */
export function onHardware(project: { name: string }): boolean {
  return project.name === "hardware";
}

/** The page's name of the device when it runs on WebGPU: Chromium's adapter in software, or a GPU by its own name. */
export function webGpuName(project: { name: string }): RegExp {
  return onHardware(project) ? /WebGPU · (?!.*\(software\))\w/ : /WebGPU · google swiftshader \(software\)/;
}

/** Model file and case (inputs, expected outputs) of one reference case. */
export interface Golden {
  model: string;
  case: string;
}

/**
 * Paths of a reference case's files, or undefined where the reference data are not on this machine:
 * `const golden = goldenCase("lstm-alpha-beta.full"); test.skip(!golden, "needs the reference data")`.
 * In CI they must be there; `cargo xtask test` sees to that.
 */
export function goldenCase(name: string): Golden | undefined {
  const folder = process.env.REGULENS_GOLDEN_DIR;
  if (!folder) return undefined;
  const golden = { model: join(folder, `${name}.safetensors`), case: join(folder, `${name}.case.safetensors`) };
  for (const file of [golden.model, golden.case]) {
    if (!existsSync(file)) throw new Error(`REGULENS_GOLDEN_DIR has no ${file}`);
  }
  return golden;
}

/** A reference case as a test reads it: the bytes of its model and of the case, and the model's address in the page. */
export interface ReferenceCase {
  name: string;
  model: Buffer;
  expected: Buffer;
  address: string;
}

/**
 * Opens a page of the site's host that loads nothing by itself, with the models of reference cases beside it. Undefined
 * where the reference data are not on this machine.
 */
export async function openReferenceCases(page: Page, names: readonly string[]): Promise<ReferenceCase[] | undefined> {
  const cases: ReferenceCase[] = [];
  for (const name of names) {
    const golden = goldenCase(name);
    if (!golden) return undefined;
    const [model, expected] = await Promise.all([readFile(golden.model), readFile(golden.case)]);
    const address = `golden/${name}.safetensors`;
    await page.route(`**/${address}`, (route) => route.fulfill({ body: model }));
    cases.push({ name, model, expected, address });
  }
  await openBarePage(page);
  return cases;
}

/** Devices on which a run computes reference cases, as options of `load`: the CPU with both engines, or WebGPU. */
export function devices(project: { name: string }): { device: string; simd?: string }[] {
  if (hasWebGpu(project)) return [{ device: "webgpu" }];
  return ["plain", "relaxed"].map((simd) => ({ device: "cpu", simd }));
}

/** The native program, which `cargo xtask test` builds before and names. */
export const PROGRAM =
  process.env.REGULENS ??
  join(import.meta.dirname, "../../../target/release", process.platform === "win32" ? "regulens.exe" : "regulens");

/** Messages and requests of a page, as they happened. */
export interface Watched {
  /** Errors on the console, exceptions nobody caught, violations of the content security policy. */
  errors: string[];
  /** Requests to other hosts than the page's own. */
  elsewhere: string[];
  /** Everything requested, in order. */
  requests: string[];
  /** Called by a test that causes an error on purpose: errors that match do not count. */
  expectError(pattern: RegExp): void;
}

interface Fixtures {
  /** The page's address at a host that the browser does not trust; see {@link INSECURE_HOST}. */
  insecureURL: string;
  /** Fails the test at its end if the page logged an error or asked another host for anything. */
  watched: Watched;
}

export const test = base.extend<Fixtures>({
  insecureURL: async ({ baseURL }, use) => {
    const url = new URL(baseURL ?? "");
    url.hostname = INSECURE_HOST;
    await use(url.href);
  },
  watched: [
    async ({ page, baseURL, insecureURL }, use) => {
      const own = [new URL(baseURL ?? "").origin, new URL(insecureURL).origin];
      const expected: RegExp[] = [];
      const watched: Watched = {
        errors: [],
        elsewhere: [],
        requests: [],
        expectError: (pattern) => expected.push(pattern),
      };
      page.on("console", (message) => {
        if (message.type() === "error") watched.errors.push(`${message.text()} (${message.location().url})`);
      });
      page.on("pageerror", (error) => watched.errors.push(String(error)));
      // The context's requests include those of workers.
      page.context().on("request", (request) => {
        const url = new URL(request.url());
        watched.requests.push(url.href);
        if (url.protocol.startsWith("http") && !own.includes(url.origin)) watched.elsewhere.push(url.href);
      });
      await use(watched);
      const unexpected = watched.errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
      expect(unexpected, "errors on the page's console").toEqual([]);
      expect(watched.elsewhere, "requests that left the page's host").toEqual([]);
    },
    { auto: true },
  ],
});
