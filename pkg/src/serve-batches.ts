/** What a worker of the {@link Pool} does: an engine, a model, batch after batch. */

import { buffersOf } from "./batch.js";
import type { CpuEngine, EngineModel } from "./engine.js";
import type { WasmModule } from "./cpu-modules.js";
import type { FromWorker, Kit, ToWorker } from "./pool.js";

/** The parts of a worker's global scope that are used here; the DOM's types know a window only. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/** Answers the pool. `module` is the JavaScript of the engine, whose WebAssembly comes compiled. */
export function serveBatches(module: unknown): void {
  const engine = module as CpuEngine & WasmModule;
  const scope = globalThis as unknown as WorkerScope;
  let model: Promise<EngineModel> | undefined;

  async function open({ module, bytes, file }: Kit): Promise<EngineModel> {
    await engine.default({ module_or_path: module });
    return new engine.Model(bytes, file);
  }

  scope.onmessage = async ({ data }) => {
    try {
      if (data.kind === "start") {
        model = open(data);
        await model;
        scope.postMessage({ kind: "ready" });
      } else {
        const output = await (await model!).predict(data.values, data.genes);
        scope.postMessage({ kind: "done", id: data.id, output }, buffersOf(output));
      }
    } catch (cause) {
      scope.postMessage({ kind: "failed", message: cause instanceof Error ? cause.message : String(cause) });
    }
  };
}
