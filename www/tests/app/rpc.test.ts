// Calls between a page and where they are answered: in order, cancelled, with progress, moved and failing as declared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../pkg/src/errors";
import type { Progress } from "../../../pkg/src/index";
import { WorkerClient, type WorkerPort } from "../../src/rpc/client";
import type { WorkerError } from "../../src/rpc/errors";
import { call, type Declared, type FromWorker, local } from "../../src/rpc/rpc";
import { serve, type WorkerScope } from "../../src/rpc/serve";
import { FakeLocks } from "../fakes/locks";

/** Work that ends when a test says so. */
function handlers() {
  const began: string[] = [];
  const replies: Float32Array[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string): Promise<string> => {
    began.push(name);
    return new Promise((resolve) => ends.set(name, () => resolve(name)));
  };
  const named = ({ name }: { readonly name: string }) => work(name);
  return {
    began,
    replies,
    end: (name: string): void => ends.get(name)!(),
    open: call({ needs: ["model", "device"] }, named),
    ready: call({ needs: ["device"], inBackground: ({ name }: { readonly name: string }) => name === "auto" }, named),
    read: call({ needs: ["table"] }, named),
    look: call({}, named),
    double: call(
      { transfer: (values: Float32Array) => [values] },
      async ({ values }: { readonly values: Float32Array }, { onProgress }) => {
        for (let done = 0; done <= 100; done++) onProgress?.({ stage: "predict", done, total: 100, unit: "steps" });
        replies.push(values.map((value) => 2 * value));
        return replies.at(-1)!;
      },
    ),
    trap: call({}, async (_: Record<string, never>): Promise<never> => {
      throw new WebAssembly.RuntimeError("unreachable");
    }),
    refuse: call({}, async (_: Record<string, never>): Promise<never> => {
      throw new InputError("t.csv: found x; expected y.", { code: "bad", file: "t.csv", line: 3, remedy: "Write y." });
    }),
    wait: call(
      {},
      (_: Record<string, never>, { signal }) =>
        new Promise<never>((_, reject) =>
          signal?.addEventListener("abort", () => reject(new InputError("It ended.", { code: "cancelled" }))),
        ),
    ),
  };
}
type Calls = Declared<ReturnType<typeof handlers>>;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A worker in this thread: messages are copied, and buffers moved, as between threads. */
function worker(made: ReturnType<typeof handlers>) {
  const port: WorkerPort<Calls> = {
    onmessage: null,
    onerror: null,
    terminate: () => {},
    postMessage: (message) => scope.onmessage?.({ data: structuredClone(message) } as MessageEvent),
  };
  const scope: WorkerScope<Calls> = {
    onmessage: null,
    postMessage: (message, transfer = []) => {
      const data = structuredClone(message, { transfer });
      port.onmessage?.({ data } as MessageEvent<FromWorker>);
    },
  };
  let notify = (_: string): void => {};
  serve<Calls, string>((tell) => ((notify = tell), made), scope);
  return { port, notify: (notice: string) => notify(notice) };
}

/** A client whose worker is made anew where it stops: the handlers of all of them, and what was told of the stops. */
function restarted(patience?: number) {
  const all: ReturnType<typeof handlers>[] = [];
  const stopped: string[] = [];
  const client = new WorkerClient<Calls, string>(
    () => {
      all.push(handlers());
      return worker(all.at(-1)!).port;
    },
    { what: "The worker", patience, onStopped: ({ message }) => void stopped.push(message) },
  );
  return { client, all, stopped };
}

/** A client and its worker. */
function started(made = handlers()) {
  const { port, notify } = worker(made);
  const told: string[] = [];
  const client = new WorkerClient<Calls, string>(() => port, {
    what: "The worker",
    onNotice: (notice) => void told.push(notice),
  });
  return { client, made, told, notify };
}

test("calls that need the same thing wait for each other, in order; others do not", async () => {
  const made = handlers();
  const caller = local<Calls>(made);
  const calls = [
    caller.call("open", { name: "model" }),
    caller.call("ready", { name: "device" }),
    caller.call("read", { name: "table" }),
    caller.call("look", { name: "gene" }),
  ];
  await turn();
  assert.deepEqual(made.began.toSorted(), ["gene", "model", "table"]);
  made.end("model");
  await turn();
  assert.equal(made.began.at(-1), "device");
  for (const name of ["device", "table", "gene"]) made.end(name);
  assert.deepEqual(await Promise.all(calls), ["model", "device", "table", "gene"]);
});

test("a call in the background waits for those before it, and none waits for it", async () => {
  const made = handlers();
  const caller = local<Calls>(made);
  void caller.call("ready", { name: "auto" });
  void caller.call("open", { name: "model" });
  await turn();
  assert.deepEqual(made.began, ["auto", "model"]);
  void caller.call("ready", { name: "auto again" });
  await turn();
  assert.deepEqual(made.began, ["auto", "model"], "it needs the device, which the model is opened with");
});

test("a reply is moved, and progress is told from its first step to its last, not every one between", async () => {
  const { client, made } = started();
  const steps: number[] = [];
  const onProgress = ({ done }: Progress): void => void steps.push(done);
  assert.deepEqual([...(await client.call("double", { values: Float32Array.of(1, 2) }, { onProgress }))], [2, 4]);
  assert.deepEqual([steps[0], steps.at(-1)], [0, 100]);
  assert(steps.length < 50, `${steps.length} of 101 steps were told`);
  assert.equal(made.replies[0]?.length, 0, "its values are not here any more");
});

test("an error arrives with its code, place and remedy, from a worker as from the same thread", async () => {
  for (const caller of [started().client, local<Calls>(handlers())])
    await assert.rejects(caller.call("refuse", {}), ({ plain }: WorkerError) => {
      const { name, code, message, file, line, remedy } = plain;
      assert.deepEqual(
        [name, code, message, file, line, remedy],
        ["InputError", "bad", "t.csv: found x; expected y.", "t.csv", 3, "Write y."],
      );
      return true;
    });
});

test("an abort ends the work", async () => {
  const { client } = started();
  const controller = new AbortController();
  const waiting = client.call("wait", {}, { signal: controller.signal });
  await turn();
  controller.abort();
  await assert.rejects(waiting, { cancelled: true });
  assert.equal(client.busy("look"), false);
});

test("what the worker tells without being asked is heard, and a client is busy but for calls of one name", async () => {
  const { client, told, notify, made } = started();
  notify("the device is ready");
  assert.deepEqual(told, ["the device is ready"]);
  const looking = client.call("look", { name: "gene" });
  assert.deepEqual([client.busy("look"), client.busy("open")], [false, true]);
  await turn();
  made.end("gene");
  await looking;
  assert.equal(client.busy("open"), false);
});

test("a trap ends what is pending, is told once, and the next call has another worker", async () => {
  const { client, all, stopped } = restarted();
  const looking = client.call("look", { name: "gene" });
  const failed = (call: Promise<unknown>) =>
    assert.rejects(call, ({ plain }: WorkerError) => {
      assert.deepEqual([plain.code, plain.message], ["engine-stopped", "The engine stopped: unreachable."]);
      return true;
    });
  await Promise.all([failed(client.call("trap", {})), failed(looking)]);
  assert.deepEqual([all.length, stopped], [1, ["The engine stopped: unreachable."]]);
  // A late answer from the worker that was ended is not heard.
  all[0]!.end("gene");
  const again = client.call("look", { name: "another" });
  await turn();
  all[1]!.end("another");
  assert.equal(await again, "another");
  assert.deepEqual([all.length, stopped.length, client.busy("open")], [2, 1, false]);
});

test("a worker that stops outside of any call is started again, one whose script is not there is not", async () => {
  const ports: WorkerPort<Calls>[] = [];
  const stopped: string[] = [];
  const made = handlers();
  const client = new WorkerClient<Calls, string>(
    () => {
      ports.push(worker(made).port);
      return ports.at(-1)!;
    },
    { what: "The worker", onStopped: ({ message }) => void stopped.push(message) },
  );
  const fail = (message: string): void => ports.at(-1)!.onerror?.({ message } as ErrorEvent);
  assert.equal((await client.call("double", { values: Float32Array.of(1) }))[0], 2);
  const waiting = client.call("wait", {});
  fail("it is gone");
  await assert.rejects(waiting, { message: "The worker stopped: it is gone." });
  assert.deepEqual(stopped, ["The worker stopped: it is gone."]);
  assert.equal((await client.call("double", { values: Float32Array.of(2) }))[0], 4);
  assert.equal(ports.length, 2);

  const missing = new WorkerClient<Calls, string>(
    () => {
      ports.push(worker(made).port);
      return ports.at(-1)!;
    },
    { what: "The worker", onStopped: ({ message }) => void stopped.push(message) },
  );
  fail("404");
  await assert.rejects(missing.call("double", { values: Float32Array.of(1) }), { message: "The worker stopped: 404." });
  assert.deepEqual([ports.length, stopped.length], [3, 1]);
});

test("a worker that is killed without a word is heard of by its lock; one that its client ended is not", async () => {
  const locks = new FakeLocks();
  const takeAway = locks.install();
  try {
    for (const patience of [undefined, 50]) {
      const { client, all, stopped } = restarted(patience);
      const waiting = client.call("look", { name: "gene" });
      await turn();
      assert.equal(locks.names.length, 1);
      locks.end(locks.names[0]!);
      await assert.rejects(waiting, ({ plain }: WorkerError) => {
        assert.equal(plain.code, "engine-stopped");
        assert.match(`${plain.message} ${plain.remedy}`, /^The worker stopped: the browser ended it\. Try again/);
        return true;
      });
      assert.equal(stopped.length, 1);
      const again = client.call("look", { name: "another" });
      await turn();
      all[1]!.end("another");
      assert.equal(await again, "another");
      // A trap has the client end it: its lock goes too, and nothing is told of that a second time.
      const [lock = ""] = locks.names;
      await assert.rejects(client.call("trap", {}), { message: "The engine stopped: unreachable." });
      locks.end(lock);
      await turn();
      assert.equal(stopped.length, patience === undefined ? 2 : 1);
      for (const name of locks.names) locks.end(name);
    }
  } finally {
    takeAway();
  }
});
