/** What a worker of the {@link Pool} runs: an engine and a model, that predicts or explains batch after batch. */

import type { CpuModel, SequencesEngine, TablesEngine } from "../engine/engine.js";
import type { WasmModule } from "../cpu-modules.js";
import { buffersOf, explainBatch } from "./explain-batch.js";
import type { Answer, FromWorker, Kit, Request, ToWorker } from "./worker-port.js";
import { pacing } from "../progress.js";
import type { CpuTrackModel } from "../engine/track-engine.js";
import { byName } from "./tracks.js";

/** The parts of a worker's global scope that are used here; the DOM's types only know a window. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/** Ends a window that was cancelled. */
const STOPPED = Symbol("stopped");

/** Answers the pool. `module` is the JavaScript of the engine, whose WebAssembly comes compiled. */
export function serveBatches(module: unknown): void {
  // Which of them it is, `reads` says.
  const engine = module as TablesEngine & SequencesEngine & WasmModule;
  const scope = globalThis as unknown as WorkerScope;
  let model: CpuModel | undefined;
  let tracks: CpuTrackModel | undefined;
  /** How often it was stopped. */
  let stops = 0;
  /** One after the other; the next message is read between two steps of a window. */
  let last = Promise.resolve();

  async function open({ module, bytes, file, reads }: Kit): Promise<void> {
    await engine.default({ module_or_path: module });
    if (reads === "sequences") tracks = new engine.TrackModel(bytes, file);
    else model = new engine.Model(bytes, file);
    scope.postMessage({ kind: "ready" });
  }

  async function answer(data: Exclude<ToWorker, { kind: "stop" }>, asked: number): Promise<void> {
    if (data.kind === "start") return open(data);
    const wanted = (): void => {
      if (stops !== asked) throw STOPPED;
    };
    wanted();
    const outputs = await compute(data, wanted);
    scope.postMessage({ kind: "done", id: data.id, outputs }, buffersOf(outputs));
  }

  async function compute(request: Request, wanted: () => void): Promise<Answer> {
    switch (request.kind) {
      case "batch":
        return model!.predict(request.values, request.genes);
      case "window":
        return byName(await tracks!.predict(request.codes, request.attention, pacing(wanted)));
      case "tower":
        return { tower: await tracks!.tower(request.codes, request.first, request.end) };
      case "from-tower":
        return byName(await tracks!.predictFrom(request.values, request.attention, pacing(wanted)));
      default:
        return explainBatch(model!, request);
    }
  }

  scope.onmessage = ({ data }) => {
    if (data.kind === "stop") return void stops++;
    const asked = stops;
    last = last
      .then(() => answer(data, asked))
      .catch((cause) => {
        if (cause !== STOPPED)
          scope.postMessage({ kind: "failed", message: cause instanceof Error ? cause.message : String(cause) });
      });
  };
}
