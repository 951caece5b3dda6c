/**
 * The worker that makes tables of signal files: hears the page's calls, has the desk do them one after another, and
 * answers.
 */

import { toPlain } from "../rpc/plain-error";
import { PrepareDesk } from "./desk";
import type { FilesEngine } from "./files-engine";
import type { FromPrepare, PrepareCall, PrepareCalls, ToPrepare } from "./protocol";
import { throttled } from "../rpc/throttled";

/** The parts of a worker's global scope that are used here; the DOM's types know a window only. */
interface WorkerScope {
  postMessage(message: FromPrepare): void;
  onmessage: ((event: MessageEvent<ToPrepare>) => void) | null;
}

/** Of workers alone: reads at once, as the engine, which cannot wait, needs it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const scope = globalThis as unknown as WorkerScope;
const running = new Map<number, AbortController>();
let engine: Promise<FilesEngine> | undefined;
let last: Promise<unknown> = Promise.resolve();

const desk = new PrepareDesk(
  () => (engine ??= start()),
  (file) => {
    const reader = new FileReaderSync();
    return (offset, size) => new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + size)));
  },
);

async function start(): Promise<FilesEngine> {
  const module = (await import("../../../pkg/wasm/files/regulens_files.js")) as unknown as FilesEngine & {
    default(): Promise<unknown>;
  };
  await module.default();
  return module;
}

scope.onmessage = ({ data }) => {
  if (data.kind === "cancel") running.get(data.id)?.abort();
  else last = answer(data);
};

async function answer<Name extends PrepareCall>({
  id,
  name,
  request,
}: {
  id: number;
  name: Name;
  request: PrepareCalls[Name]["request"];
}): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const before = last;
  try {
    await before;
    const onProgress = throttled((progress) => scope.postMessage({ kind: "progress", id, progress }));
    const handler = desk[name].bind(desk) as (
      request: PrepareCalls[Name]["request"],
      options: { signal: AbortSignal; onProgress: typeof onProgress },
    ) => Promise<PrepareCalls[Name]["reply"]>;
    const reply = await handler(request, { signal: controller.signal, onProgress });
    scope.postMessage({ kind: "reply", id, reply });
  } catch (thrown) {
    scope.postMessage({ kind: "failure", id, error: toPlain(thrown) });
  } finally {
    running.delete(id);
  }
}
