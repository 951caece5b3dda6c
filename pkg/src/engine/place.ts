/** Location of the package's folder: beside its script, or as the page configures it. */

import { inNode } from "../io/download.js";
import { InputError } from "../errors.js";
import type { CpuName } from "./engine.js";
import type { Simd } from "./simd.js";

/** Location of the engines, and which of them may load. */
export interface Configuration {
  /**
   * Address of a copy of the package's folder, which contains `wasm/` and `dist/`; relative addresses resolve against
   * the page. Default: beside the script, or where a bundler has put the engines.
   */
  base?: string | URL | undefined;
  /** False never looks for a GPU and never loads the WebGPU engine. Default: true. */
  webgpu?: boolean | undefined;
}

let configured: Configuration = {};

/** Changes the given settings, for engines that are not loaded yet. */
export function configure(given: Configuration = {}): void {
  configured = { ...configured, ...given };
}

/** True if the WebGPU engine must never load. */
export const withoutWebGpu = (): boolean => configured.webgpu === false;

/**
 * In development, Vite 5 to 7 bundle packages into a hidden folder of `node_modules`, but leave engine files in the
 * package. Addresses then point into the hidden folder. Not a regex literal: after one, builds of Vite 5 lose the
 * addresses of engines.
 */
const MOVED = new RegExp("^(.*/node_modules/)\\.[^/]+/(?:(?!node_modules/)[^/]+/)*wasm/");

/**
 * The address of a file of the package.
 *
 * @param path Its path in the package's folder.
 * @param bundled Its address relative to the script, or as bundled.
 */
export function placed(path: string, bundled?: URL): URL {
  const base = packageFolder(bundled);
  if (base) return new URL(path, base);
  if (bundled) return bundled;
  throw new InputError("found no address of the engines; expected one by `Regulens.configure({ base })`.", {
    code: "no-base",
    remedy:
      "Give the address of a copy of the package's folder before the first model; `regulens/hosted` has no engines.",
  });
}

/** The configured folder, or the one from which a development server has moved the script; otherwise undefined. */
export function packageFolder(bundled: URL | undefined): URL | undefined {
  const { base } = configured;
  if (base === undefined) {
    const [, modules] = MOVED.exec(bundled?.href ?? "") ?? [];
    return modules === undefined ? undefined : new URL(`${modules}regulens/`);
  }
  const { document, location } = globalThis as { document?: { baseURI: string }; location?: { href: string } };
  const given = String(base).replace(/\/?$/, "/");
  try {
    return new URL(given, document?.baseURI ?? location?.href);
  } catch (cause) {
    throw new InputError(`found the base ${given}; expected an address.`, {
      code: "no-base",
      remedy: inNode() ? "Give a `file:` URL." : "Give a whole address, or one relative to the page.",
      cause,
    });
  }
}

/** Path of an engine in the package. */
export const wasmPath = (engine: string): string => `wasm/${engine}/regulens_${engine}_bg.wasm`;

/** Path of its worker script. */
export const workerPath = (engine: string): string => `dist/${engine}-worker.js`;

/** Name of a CPU engine's folder. */
export const cpuFolder = (name: CpuName, simd: Simd): string =>
  `${name === "full" ? "full" : "cpu"}${simd === "relaxed" ? "-relaxed" : ""}`;

/** Further workers would cost more memory than they save time in a run of seconds; Node has no web workers. */
export const mostWorkers = (): number => (inNode() ? 1 : 8);
