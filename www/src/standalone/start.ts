/**
 * The script of a single-file page. It runs twice: in the page, and in a worker that the page makes from the same text,
 * since nothing can be fetched. If no worker can start, the page's own thread computes.
 */

import { fileName } from "../../../pkg/src/io/download";
import { readBlock, readManifest } from "./read";
import type { WorkerPort } from "../rpc/client";
import type { PageCalls } from "../worker/calls";
import { type GivenEngines, giveEngines } from "./inlined-engines";

/** True if the script includes WebGPU's JavaScript; defined by the bundler. */
declare const WITH_WEBGPU: boolean;

const scope = globalThis as unknown as { onmessage: ((event: MessageEvent<GivenEngines>) => void) | null };

if (typeof document === "undefined") {
  scope.onmessage = ({ data }) => {
    giveEngines(data);
    // From now on it receives the page's messages.
    void import("./handlers").then(({ answer }) => answer());
  };
} else {
  const script = document.currentScript?.textContent ?? "";
  const file = location.pathname.endsWith("/") ? "this page" : fileName(location.pathname);
  const element = (id: string): string | undefined => document.getElementById(id)?.textContent ?? undefined;

  const worker = async (): Promise<WorkerPort<PageCalls> | undefined> => {
    const manifest = readManifest(file, element);
    const block = (id: string): Promise<Uint8Array> => readBlock(file, element, manifest, id);
    const engines: GivenEngines = {
      cpu: await block("engine-cpu"),
      ...(WITH_WEBGPU ? { webgpu: await block("engine-webgpu") } : {}),
    };
    try {
      const started = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
      started.postMessage(engines);
      return started;
    } catch {
      giveEngines(engines);
      return undefined;
    }
  };

  void import("./page").then(({ show }) => show({ file, element, worker, withWebgpu: WITH_WEBGPU }));
}
