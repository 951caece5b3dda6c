/** Which device runs a model, and why. */

import { inNode } from "../io/download.js";
import type { Simd } from "./simd.js";

/**
 * The device that a caller requests. `auto` takes WebGPU if it is available and measured to be faster, else the CPU;
 * `webgpu` takes any adapter; `cpu` requests none.
 */
export type DeviceChoice = "auto" | "webgpu" | "cpu";

/** Which device runs a model, and why. */
export interface DeviceReport {
  /** Kind of device that computes. */
  kind: "cpu" | "webgpu";
  /** Which instructions the CPU uses; absent where it does not compute. */
  simd?: Simd;
  /** Number of threads that compute on the CPU at a time; absent where it does not compute. */
  workers?: number;
  /** The adapter's own name, if one was found, even if it is not used. */
  adapter?: string;
  /** True if that adapter computes in software, on the CPU. */
  software: boolean;
  /** Why this device, in a sentence for a user. */
  reason: string;
  /** The self-test that compares GPU and CPU, if it was run. */
  check?: {
    /** Largest absolute difference in any output. */
    maxDifference: number;
  };
  /**
   * Genes (or windows of a sequence) per second on either device, if `auto` measured them; with workers, a lower
   * bound for all of them.
   */
  measured?: { cpu: number; webgpu: number };
}

/** Identity of an adapter, as it reports itself. */
export interface AdapterIdentity {
  /** The best of its names. */
  name: string;
  /** True if it computes in software, on the CPU. */
  software: boolean;
}

/** The result of looking for an adapter: one, or the reason why there is none. */
export type AdapterSurvey = { adapter: AdapterIdentity } | { adapter?: undefined; reason: string };

/** Names by which software renderers are known, in any field that an adapter gives. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp\b/i;

/** The parts of WebGPU's own types that are used here. */
interface PlatformAdapter {
  readonly info?: {
    vendor?: string;
    architecture?: string;
    device?: string;
    description?: string;
    isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
}

interface PlatformGpu {
  requestAdapter(options?: { powerPreference?: string }): Promise<PlatformAdapter | null>;
}

/** Why there can be no WebGPU here; undefined where there may be. */
export function gpuMissing(): string | undefined {
  const { navigator, isSecureContext } = globalThis as { navigator?: { gpu?: PlatformGpu }; isSecureContext?: boolean };
  if (navigator?.gpu) return undefined;
  if (inNode()) return "Node offers no WebGPU";
  return isSecureContext === false
    ? "WebGPU is only there on https pages and on localhost"
    : "this browser offers no WebGPU";
}

/** Looks for a WebGPU adapter, and names it. Never throws: a browser's `requestAdapter` may. */
export async function findAdapter(): Promise<AdapterSurvey> {
  const { gpu } = (globalThis as { navigator?: { gpu?: PlatformGpu } }).navigator ?? {};
  if (!gpu) return { reason: gpuMissing() ?? "this browser offers no WebGPU" };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    return adapter ? { adapter: identify(adapter) } : { reason: "this browser found no WebGPU adapter" };
  } catch (cause) {
    return { reason: `asking for a WebGPU adapter failed (${cause instanceof Error ? cause.message : String(cause)})` };
  }
}

/** Names an adapter from its own fields, and tells whether it is software. */
export function identify(adapter: PlatformAdapter): AdapterIdentity {
  const { vendor = "", architecture = "", device = "", description = "", isFallbackAdapter } = adapter.info ?? {};
  const fields = [description, device, vendor, architecture];
  return {
    name: description || device || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    software:
      isFallbackAdapter === true || adapter.isFallbackAdapter === true || fields.some((field) => SOFTWARE.test(field)),
  };
}

/** Genes that the CPU runs at once: fewer are slower, more delay a cancel. */
export const CPU_BATCH = 64;

/** Genes that a GPU runs at once, where its memory allows. */
const GPU_BATCH = 256;

/**
 * Genes that a GPU runs at once: the largest buffer of a pass, of `bytesPerGene` a gene, must fit one binding. A
 * software adapter takes the CPU's batch, so that progress and cancel stay prompt.
 */
export function gpuBatch(software: boolean, maxBufferBytes: number, bytesPerGene: number): number {
  return software ? CPU_BATCH : Math.max(1, Math.min(GPU_BATCH, Math.floor(maxBufferBytes / bytesPerGene)));
}
