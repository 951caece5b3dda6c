import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CancelledError, EngineError, fromEngine, InputError } from "../../../pkg/src/errors";
import { type Progress, VERSION } from "../../../pkg/src/index";
import { WorkerClient, type WorkerPort } from "../../src/rpc/client";
import { toPlain } from "../../src/rpc/errors";
import type { FromWorker, ToWorker } from "../../src/rpc/rpc";
import type { PageCalls } from "../../src/worker/calls";
import { asOneDownload } from "../../src/tasks/shared/downloads";
import { attended, geneSignal } from "../../src/tasks/genes/result";

test("the bin that was attended to is that of the mark with the highest β", () => {
  const alpha = Float32Array.of(0.1, 0.9, 0, 0.6, 0.2, 0.2, /* gene 2 */ 0.3, 0.3, 0.4, 0, 1, 0);
  const { topRow, topBin } = attended(2, 3, alpha, Float32Array.of(0.2, 0.8, 0.9, 0.1));
  assert.deepEqual(
    [[...topRow], [...topBin]],
    [
      [1, 0],
      [0, 2],
    ],
  );
  assert.deepEqual(
    [...attended(2, 3, alpha, new Float32Array()).topBin],
    [1, 1],
    "without β the highest α of all rows",
  );
  assert.deepEqual([...attended(2, 3, alpha.slice(0, 6), new Float32Array()).topRow], [0, 0], "one row for all marks");
  assert.deepEqual(
    attended(2, 3, new Float32Array(), new Float32Array()).topBin.length,
    0,
    "without α nothing was looked at",
  );
  assert.deepEqual(attended(0, 3, new Float32Array(), new Float32Array()).topBin.length, 0);
});

test("a gene's signal is put into the model's order, its bins are selected and its marks rescaled", () => {
  const raw = Float32Array.from({ length: 4 * 3 }, (_, i) => i); // 4 bins, 3 columns
  const signal = geneSignal(raw, 3, [2, 0], ["A", "B"], { selectBins: [2, 3], scale: { B: 10 } });
  assert.deepEqual([...signal], [5, 30, 8, 60]);
});

test("files that are fetched at the same time are one in the progress", () => {
  const heard: Progress[] = [];
  const tell = asOneDownload("m.safetensors", (progress) => heard.push(progress));
  const bytes = (file: string, done: number, total: number): Progress => ({
    stage: file === "m.safetensors" ? "weights" : "engine",
    file,
    done,
    total,
    unit: "bytes",
  });
  tell(bytes("CPU engine", 10, 400));
  tell(bytes("m.safetensors", 0, 100));
  tell(bytes("CPU engine", 200, 400));
  tell(bytes("m.safetensors", 100, 100));
  assert.deepEqual(
    heard.map(({ done, total }) => [done, total]),
    [
      [10, 400],
      [10, 500],
      [200, 500],
      [300, 500],
    ],
  );
  assert(heard.every(({ stage, file }) => stage === "weights" && file === "m.safetensors"));
  tell(bytes("packed", 5, 0));
  assert.deepEqual([heard.at(-1)!.done, heard.at(-1)!.total], [305, 0], "one of unknown size makes the sum unknown");
  const check: Progress = { stage: "check", done: 1, total: 2, unit: "steps" };
  tell(check);
  assert.equal(heard.at(-1), check);
});

/** A worker that records what it is told. */
class Port implements WorkerPort<PageCalls> {
  readonly heard: ToWorker<PageCalls>[] = [];
  onmessage: WorkerPort<PageCalls>["onmessage"] = null;
  onerror: WorkerPort<PageCalls>["onerror"] = null;
  postMessage(message: ToWorker<PageCalls>): void {
    this.heard.push(message);
  }
  terminate(): void {}
  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
}

test("calls are answered by their own replies, in any order", async () => {
  const port = new Port();
  const client = new WorkerClient<PageCalls>(() => port, { what: "The page's worker" });
  const calls = [client.call("gene", { index: 1 }), client.call("gene", { index: 2 })];
  const gene = (index: number) => ({ index, signal: new Float32Array(), alpha: new Float32Array() });
  port.say({ kind: "reply", id: 2, reply: gene(2) });
  port.say({ kind: "reply", id: 1, reply: gene(1) });
  assert.deepEqual(
    (await Promise.all(calls)).map(({ index }) => index),
    [1, 2],
  );
});

test("an abort is told to the worker, whose answer ends the call", async () => {
  const port = new Port();
  const client = new WorkerClient<PageCalls>(() => port, { what: "The page's worker" });
  const controller = new AbortController();
  const call = client.call("predict", { preparations: [{}] }, { signal: controller.signal });
  controller.abort();
  assert.deepEqual(port.heard.at(-1), { kind: "cancel", id: 1 });
  port.say({ kind: "failure", id: 1, error: toPlain(new CancelledError("The run")) });
  await assert.rejects(call, { name: "AbortError", cancelled: true });
});

test("a worker that has nothing to do is ended on request, and the next call starts another", async () => {
  const ports: Port[] = [];
  const ended: Port[] = [];
  const start = (): Port => {
    const port = new Port();
    port.terminate = () => void ended.push(port);
    ports.push(port);
    return port;
  };
  const client = new WorkerClient<PageCalls>(start, { what: "The calibration", patience: 400 });
  for (const id of [1, 2]) {
    const call = client.call("understand", {});
    client.end();
    assert.equal(ended.length, id - 1, "one that works is not");
    ports.at(-1)!.say({ kind: "reply", id, reply: {} });
    await call;
    client.end();
    assert.deepEqual(ended, ports);
  }
  assert.equal(ports.length, 2);
});

test("a worker that fails as a whole fails every call, with what to do", async () => {
  const port = new Port();
  const client = new WorkerClient<PageCalls>(() => port, { what: "The page's worker" });
  const call = client.call("understand", {});
  port.onerror?.({ message: "not found" } as ErrorEvent);
  await assert.rejects(call, /worker stopped: not found/);
  await assert.rejects(client.call("understand", {}), /worker stopped/);
});

test("an engine's error keeps its code, place and remedy on its way to the page", () => {
  const thrown = Object.assign(new Error("t.csv, line 3, column 4: found x"), {
    code: "not-a-number",
    file: "t.csv",
    line: 3,
    column: 4,
    remedy: "Write 0.",
  });
  const { name, ...plain } = toPlain(fromEngine(thrown, InputError));
  assert.equal(name, "InputError");
  assert.deepEqual(plain, {
    code: "not-a-number",
    message: thrown.message,
    file: "t.csv",
    line: 3,
    column: 4,
    remedy: "Write 0.",
  });
});

test("a trap of the engine is told apart from the errors that it means", () => {
  const error = fromEngine(new WebAssembly.RuntimeError("unreachable"), InputError, "t.csv");
  assert(error instanceof EngineError);
  assert.equal(error.code, "engine-stopped");
});

test("the package says the version that it has", () => {
  assert.equal(JSON.parse(readFileSync("../pkg/package.json", "utf8")).version, VERSION);
});
