/**
 * Notes every WebAssembly memory of a page and of its module workers, so that their sizes can be asked for. A memory never shrinks:
 * its size after the work is its peak.
 *
 * Loaded before anything else, as a classic script in the page and as a module in a worker.
 */

(() => {
  const inWorker = typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope;
  const channel = new BroadcastChannel("memories");
  const memories = new Set();
  const { Memory, Instance, instantiate, instantiateStreaming } = WebAssembly;

  const note = (made) => {
    for (const value of [made, ...Object.values((made.instance ?? made).exports ?? {})]) if (value instanceof Memory) memories.add(value);
    return made;
  };
  WebAssembly.Memory = new Proxy(Memory, { construct: (target, given) => note(Reflect.construct(target, given)) });
  WebAssembly.Instance = new Proxy(Instance, { construct: (target, given) => note(Reflect.construct(target, given)) });
  WebAssembly.instantiate = async (...given) => note(await instantiate.apply(WebAssembly, given));
  WebAssembly.instantiateStreaming = async (...given) => note(await instantiateStreaming.apply(WebAssembly, given));

  // A shared memory is its owner's: threads only borrow it.
  const bytes = () =>
    [...memories].filter(({ buffer }) => !inWorker || buffer instanceof ArrayBuffer).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  if (inWorker) {
    channel.onmessage = ({ data }) => {
      if (data === "ask") channel.postMessage({ bytes: bytes() });
    };
    return;
  }

  const Worker = globalThis.Worker;
  let watched = 0;
  let others = 0;
  globalThis.Worker = new Proxy(Worker, {
    construct(target, [url, options]) {
      const address = new URL(url, document.baseURI);
      const watch = options?.type === "module" && address.protocol.startsWith("http");
      if (watch) watched++;
      else others++;
      // The same worker, behind this script.
      const script = watch ? new URL(`pages/watched-worker.mjs?${new URLSearchParams({ script: address.href })}`, document.baseURI) : url;
      return new target(script, options);
    },
  });

  /** Bytes of all memories of the page and of the workers that answer within a moment. */
  globalThis.wasmMemory = async () => {
    const answers = [];
    channel.onmessage = ({ data }) => {
      if (data.bytes !== undefined) answers.push(data.bytes);
    };
    channel.postMessage("ask");
    for (let wait = 0; wait < 40 && answers.length < watched; wait++) await new Promise((done) => setTimeout(done, 50));
    return { bytes: answers.reduce((sum, each) => sum + each, bytes()), workers: watched, answered: answers.length, others };
  };
})();
