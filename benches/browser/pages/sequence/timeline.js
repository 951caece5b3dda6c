/** Notes when each worker of the page is asked for something, and when it has answered. */
{
  const Plain = globalThis.Worker;
  let count = 0;
  globalThis.timeline = [];
  globalThis.Worker = class extends Plain {
    #number = ++count;
    #asked = new Map();

    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const asked = this.#asked.get(data.id);
        if (asked) globalThis.timeline.push({ worker: this.#number, ...asked, answered: performance.now() });
      });
    }

    postMessage(message, ...rest) {
      if (message.id !== undefined) this.#asked.set(message.id, { kind: message.kind, asked: performance.now() });
      super.postMessage(message, ...rest);
    }
  };
}
