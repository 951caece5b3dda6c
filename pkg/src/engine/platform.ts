/** The engines of this page, worker or Node process: each starts once, on first use. */

import { Activity } from "./activity.js";
import { started } from "./compile.js";
import { findAdapter, gpuMissing, type AdapterSurvey } from "./device.js";
import type { CpuEngines, CpuName, GpuEngine, GpuInfo } from "./engine.js";
import { engineFiles } from "../engine-files.js";
import { EngineError } from "../errors.js";
import { Guard } from "./guard.js";
import { withoutWebGpu } from "./place.js";
import type { WorkerPort } from "../run/worker-port.js";
import type { WorkOptions } from "../progress.js";
import { Shared } from "./shared.js";
import type { Simd, SimdChoice } from "./simd.js";

/** A started GPU: its engine, its device's properties, and its guard. */
export interface RunningGpu {
  engine: GpuEngine;
  info: GpuInfo;
  guard: Guard;
}

/** A started CPU engine. */
export interface RunningCpu<Name extends CpuName = CpuName> {
  engine: CpuEngines[Name];
  /** Name of the engine that runs; if only the full engine exists, it stands in for the tables engine. */
  name: CpuName;
  simd: Simd;
  /** Its compiled code, for workers. */
  module: WebAssembly.Module;
}

/** Services that a model needs from its platform. */
export interface Platform {
  /** A CPU engine for these instructions, started once. */
  cpu<Name extends CpuName>(name: Name, simd: SimdChoice | undefined, options: WorkOptions): Promise<RunningCpu<Name>>;
  /** Starts a worker with that engine; throws if workers are unavailable. */
  startWorker(name: CpuName, simd: Simd): WorkerPort;
  /** Reason why WebGPU is impossible, if that is known without looking for an adapter. */
  gpuMissing(): string | undefined;
  /** Looks for a WebGPU adapter without starting anything. */
  findAdapter(): Promise<AdapterSurvey>;
  /** The WebGPU engine with its device, started once. Rejects for good once the device is lost. */
  gpu(options: WorkOptions): Promise<RunningGpu>;
  /** Returns true if the user asked for reduced data usage. */
  savesData(): boolean;
  /** Work that callers wait for, over all models. */
  readonly activity: Activity;
  /** A clock, in milliseconds. */
  now(): number;
  /** Waits for `milliseconds`. */
  pause(milliseconds: number): Promise<void>;
}

/** Time limit in milliseconds for starting a device. */
const START_LIMIT = 60_000;

class HostPlatform implements Platform {
  readonly #cpu: { readonly [Name in CpuName]: Readonly<Record<Simd, Shared<RunningCpu<Name>>>> } = {
    tables: bothOf("tables"),
    full: bothOf("full"),
  };
  readonly #gpu = new Shared(startGpu, "Loading the WebGPU engine");

  readonly activity = new Activity();
  readonly findAdapter = findAdapter;
  readonly gpuMissing = (): string | undefined =>
    withoutWebGpu() ? "`Regulens.configure` has turned WebGPU off" : gpuMissing();
  readonly now = (): number => performance.now();
  readonly pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  cpu<Name extends CpuName>(
    name: Name,
    choice: SimdChoice | undefined,
    options: WorkOptions,
  ): Promise<RunningCpu<Name>> {
    const simd = engineFiles.simd(choice);
    // The full engine has everything that the others have.
    if (engineFiles.fullAlone) return this.#cpu.full[simd].get(options) as Promise<RunningCpu<CpuName>> as never;
    return this.#cpu[name][simd].get(options);
  }

  startWorker(name: CpuName, simd: Simd): WorkerPort {
    return engineFiles.startWorker(name, simd);
  }

  async gpu(options: WorkOptions): Promise<RunningGpu> {
    const gpu = await this.#gpu.get(options);
    const { lost } = gpu.guard;
    // A lost device leaves the engine in an unknown state, and a module can be instantiated only once.
    if (lost)
      throw new EngineError(`${lost.message}; reload the page to try WebGPU again`, { code: lost.code, cause: lost });
    return gpu;
  }

  savesData(): boolean {
    const { navigator } = globalThis as { navigator?: { connection?: { saveData?: boolean } } };
    return navigator?.connection?.saveData === true;
  }
}

/** The engines of this page, worker or Node process. */
export const host: Platform = new HostPlatform();

function bothOf<Name extends CpuName>(name: Name): Record<Simd, Shared<RunningCpu<Name>>> {
  const of = (simd: Simd): Shared<RunningCpu<Name>> =>
    new Shared((options) => startCpu(name, simd, options), "Loading the CPU engine");
  return { plain: of("plain"), relaxed: of("relaxed") };
}

async function startCpu<Name extends CpuName>(name: Name, simd: Simd, options: WorkOptions): Promise<RunningCpu<Name>> {
  const parts = await engineFiles.cpu(name, simd, options);
  return { engine: await started(parts), name, simd, module: parts.module };
}

async function startGpu(options: WorkOptions): Promise<RunningGpu> {
  const engine = await started(await engineFiles.gpu(options));
  const guard = new Guard();
  // A device starts only once: a caller that stops waiting does not cancel it.
  const info = await guard.wait(() => engine.startDevice(guard.lose), START_LIMIT);
  return { engine, info, guard };
}
