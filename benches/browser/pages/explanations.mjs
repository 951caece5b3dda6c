/** Cost of explanations, on one worker of the package's CPU engine; the harness calls `bench`. */

const { Regulens } = await import("../regulens/dist/index.js");
const at = (path) => new URL(`../${path}`, import.meta.url).href;
const bytesOf = async (path) => (await fetch(at(path))).arrayBuffer();

let calls;

globalThis.bench = {
  /**
   * Opens a model of tables, or with two tables one of a change. Occlusion is of so many genes, and integrated
   * gradients.
   */
  async tables({ model, tables, explained, integrated }) {
    const loaded = await Regulens.load(at(model), { device: "cpu", workers: 1 });
    const read = async (name) => loaded.readTable(await bytesOf(name), { name: name.split("/").at(-1) });
    const given = await Promise.all(tables.map(read));
    const found = await loaded.predict(...given);
    const predicted = found.probability ?? found.foldChange;
    const all = predicted.length;
    const first = (count) => Array.from({ length: Math.min(count, all) }, (_, gene) => gene);
    const means = (method, genes) => ({
      genes: genes?.length ?? all,
      call: () => loaded.explanationMeans(...given, { method, predicted, ...(genes && { genes }) }),
    });
    calls = {
      prediction: { genes: all, call: () => loaded.predict(...given) },
      ...(tables.length === 1 && { saliency: means("saliency") }),
      "gradient-x-input": means("gradient-x-input"),
      "occlusion-of-bins": means("occlusion-of-bins", first(explained)),
      "integrated-gradients": means("integrated-gradients", first(integrated)),
    };
    return Object.keys(calls);
  },

  /** Opens a model of sequences, and a sequence that is one window. */
  async sequence({ model, sequence }) {
    const loaded = await Regulens.load(at(model), { device: "cpu", workers: 1 });
    const read = await loaded.readSequences(await bytesOf(sequence), { name: "sequence.fa" });
    const gradient = (strands) => ({
      genes: 1,
      call: () => loaded.contributions(read, 0, 0, { method: "gradient", strands }),
    });
    calls = {
      prediction: { genes: 1, call: () => loaded.predict(read, 0) },
      "gradient, one strand": gradient("forward"),
      "gradient, both strands": gradient("both"),
    };
    return Object.keys(calls);
  },

  /** Milliseconds a gene, or a sequence, of one call after another for at least so long. */
  async time(name, atLeast) {
    const { genes, call } = calls[name];
    const began = performance.now();
    let count = 0;
    do {
      await call();
      count++;
    } while (performance.now() - began < atLeast);
    return (performance.now() - began) / count / genes;
  },
};
