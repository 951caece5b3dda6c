/**
 * Records every WebAssembly memory of a page and of its module workers, so that their sizes can be read. A memory
 * never shrinks: its size after the work is its peak.
 *
 * Loaded before anything else, as a classic script in the page and as a module in a worker.
 */

(() => {
  const inWorker = typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope;
  const channel = new BroadcastChannel("memories");
  const memories = new Set();
  const { Memory, Instance, instantiate, instantiateStreaming } = WebAssembly;

  const note = (made) => {
    for (const value of [made, ...Object.values((made.instance ?? made).exports ?? {})])
      if (value instanceof Memory) memories.add(value);
    return made;
  };
  WebAssembly.Memory = new Proxy(Memory, { construct: (target, given) => note(Reflect.construct(target, given)) });
  WebAssembly.Instance = new Proxy(Instance, { construct: (target, given) => note(Reflect.construct(target, given)) });
  WebAssembly.instantiate = async (...given) => note(await instantiate.apply(WebAssembly, given));
  WebAssembly.instantiateStreaming = async (...given) => note(await instantiateStreaming.apply(WebAssembly, given));

  // A shared memory is its owner's: threads only borrow it.
  const bytes = () =>
    [...memories]
      .filter(({ buffer }) => !inWorker || buffer instanceof ArrayBuffer)
      .reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  if (inWorker) {
    const worker = crypto.randomUUID();
    channel.onmessage = ({ data }) => {
      if (data === "ask") channel.postMessage({ worker, bytes: bytes() });
    };
    return;
  }

  const Worker = globalThis.Worker;
  const workers = [];
  globalThis.Worker = new Proxy(Worker, {
    construct(target, [url, options]) {
      const address = new URL(url, document.baseURI);
      const watch = options?.type === "module" && address.protocol.startsWith("http");
      // The same worker, behind this script.
      const script = watch
        ? new URL(`pages/watched-worker.mjs?${new URLSearchParams({ script: address.href })}`, document.baseURI)
        : url;
      const worker = new target(script, options);
      workers.push(worker);
      return worker;
    },
  });

  /** Bytes of all memories of the page and of its workers, and how many workers did not answer within a moment. */
  globalThis.wasmMemory = async () => {
    // Workers of a page that shares its memory are its threads: they have no memory of their own, and cannot answer
    // while they wait.
    if ([...memories].some(({ buffer }) => !(buffer instanceof ArrayBuffer)))
      return { bytes: bytes(), workers: workers.length, silent: 0 };
    const answers = new Map();
    channel.onmessage = ({ data }) => {
      if (data.worker) answers.set(data.worker, data.bytes);
    };
    for (let wait = 0; wait < 40 && answers.size < workers.length; wait++) {
      channel.postMessage("ask");
      await new Promise((done) => setTimeout(done, 50));
    }
    return {
      bytes: [...answers.values()].reduce((sum, each) => sum + each, bytes()),
      workers: workers.length,
      silent: workers.length - answers.size,
    };
  };
})();
