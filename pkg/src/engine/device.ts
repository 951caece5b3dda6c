/** Which device runs a model, and why. */

import { inNode } from "../io/download.js";
import type { Simd } from "./simd.js";

/**
 * The device that a caller requests. `auto` uses WebGPU if it is available and measured to be faster, otherwise the
 * CPU; `webgpu` uses any adapter; `cpu` requests none.
 */
export type DeviceChoice = "auto" | "webgpu" | "cpu";

/** Which device runs a model, and why. */
export interface DeviceReport {
  /** Kind of device that computes. */
  kind: "cpu" | "webgpu";
  /** SIMD instructions that the CPU uses; absent if the CPU does not compute. */
  simd?: Simd;
  /** Number of threads that compute on the CPU at a time; absent if the CPU does not compute. */
  workers?: number;
  /** The adapter's own name, if one was found, even if it is not used. */
  adapter?: string;
  /** True if that adapter computes in software, on the CPU. */
  software: boolean;
  /** Reason for this device, in a sentence for a user. */
  reason: string;
  /** The self-test that compares GPU and CPU, if it was run. */
  check?: {
    /** Largest difference in any output: absolute up to a magnitude of 1, relative beyond. */
    maxDifference: number;
  };
  /**
   * Genes (or windows of a sequence) per second on each device, if `auto` measured them; with workers, the CPU's is a
   * lower bound for all of them together.
   */
  measured?: { cpu: number; webgpu: number };
}

/** Identity of an adapter, as the adapter reports it. */
export interface AdapterIdentity {
  /** The most informative of its names. */
  name: string;
  /** True if it computes in software, on the CPU. */
  software: boolean;
}

/** The result of looking for an adapter: one, or the reason why there is none. */
export type AdapterSurvey = { adapter: AdapterIdentity } | { adapter?: undefined; reason: string };

/** Names of software renderers, matched against every field that an adapter provides. */
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

/** Reason why WebGPU is impossible here; undefined if it may be possible. */
export function gpuMissing(): string | undefined {
  const { navigator, isSecureContext } = globalThis as { navigator?: { gpu?: PlatformGpu }; isSecureContext?: boolean };
  if (navigator?.gpu) return undefined;
  if (inNode()) return "Node offers no WebGPU";
  return isSecureContext === false
    ? "WebGPU is only there on https pages and on localhost"
    : "this browser offers no WebGPU";
}

/** Looks for a WebGPU adapter and names it. Never throws: a browser's `requestAdapter` may. */
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

/** Names an adapter from its own fields, and detects software adapters. */
export function identify(adapter: PlatformAdapter): AdapterIdentity {
  const { vendor = "", architecture = "", device = "", description = "", isFallbackAdapter } = adapter.info ?? {};
  const fields = [description, device, vendor, architecture];
  return {
    name: description || device || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    software:
      isFallbackAdapter === true || adapter.isFallbackAdapter === true || fields.some((field) => SOFTWARE.test(field)),
  };
}

/** Genes per batch on the CPU: smaller batches are slower, larger ones delay a cancel. */
export const CPU_BATCH = 64;

/** Genes per batch on a GPU, memory permitting. */
const GPU_BATCH = 256;

/**
 * Genes per batch on a GPU: the largest buffer of a pass, at `bytesPerGene` per gene, must fit one binding. A software
 * adapter uses the CPU's batch size, so that progress and cancel stay prompt.
 */
export function gpuBatch(software: boolean, maxBufferBytes: number, bytesPerGene: number): number {
  return software ? CPU_BATCH : Math.max(1, Math.min(GPU_BATCH, Math.floor(maxBufferBytes / bytesPerGene)));
}
