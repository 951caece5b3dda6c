/** Program of a worker of the {@link Pool}: an engine and a model, which predict or explain batch after batch. */

import type { FullEngine, Reads } from "../engine/engine.js";
import type { WasmModule } from "../cpu-modules.js";
import { buffersOf } from "./explain-batch.js";
import { live } from "./lifetime.js";
import { servedTables } from "./tables-served.js";
import { servedTracks } from "./tracks-served.js";
import type { Compute, FromWorker, Kit, ToWorker } from "./worker-port.js";

/** The parts of a worker's global scope that are used here; the DOM types only describe windows. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/** Stops a window that was cancelled. */
const STOPPED = Symbol("stopped");

/** Makes the compute function for a model, by its input. */
const SERVED: Readonly<Record<Reads, (engine: FullEngine, kit: Kit) => Compute>> = {
  tables: servedTables,
  sequences: servedTracks,
};

/** Answers the pool. `module` is the JavaScript of the engine; its WebAssembly arrives compiled. */
export function serveBatches(module: unknown): void {
  // The tables engine only receives requests that it supports.
  const engine = module as FullEngine & WasmModule;
  const scope = globalThis as unknown as WorkerScope;
  let compute: Compute | undefined;
  /** Number of stop messages received. */
  let stops = 0;
  /** Requests run one after another; further messages are read between two steps of a window. */
  let last = Promise.resolve();

  async function open(kit: Kit): Promise<void> {
    await engine.default({ module_or_path: kit.module });
    compute = SERVED[kit.reads](engine, kit);
    scope.postMessage({ kind: "ready" });
  }

  async function answer(data: Exclude<ToWorker, { kind: "stop" }>, asked: number): Promise<void> {
    if (data.kind === "start") return open(data);
    const wanted = (): void => {
      if (stops !== asked) throw STOPPED;
    };
    wanted();
    const outputs = await compute!(data, wanted);
    scope.postMessage({ kind: "done", id: data.id, outputs }, buffersOf(outputs));
  }

  live((lock) => scope.postMessage({ kind: "alive", lock }));
  scope.onmessage = ({ data }) => {
    if (data.kind === "stop") return void stops++;
    const asked = stops;
    last = last
      .then(() => answer(data, asked))
      .catch((cause) => {
        if (cause === STOPPED) return;
        const message = cause instanceof Error ? cause.message : String(cause);
        // The engine's state is unaffected.
        if (data.kind !== "start" && cause?.code === "prediction")
          scope.postMessage({ kind: "refused", id: data.id, message, details: { ...cause } });
        else scope.postMessage({ kind: "failed", message });
      });
  };
}
