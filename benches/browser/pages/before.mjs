/** One version of the package in its own page; the harness calls `bench`. */

const [version] = location.hash.slice(1).split("?");
const { Regulens } = await import(`../${version}/dist/index.js`);
const MODEL = new URL("../models/attentive-chrome-k562.safetensors", import.meta.url).href;
const TRACKS = new URL("../models/basenji-attention-two-sided-simulated.safetensors", import.meta.url).href;

const packed = async (name) => new Response((await fetch(`models/examples/${name}`)).body).arrayBuffer();
let model;
let table;
let tracks;
let sequences;

globalThis.bench = {
  /** Milliseconds from navigation until a first gene is predicted. */
  async cold() {
    const first = await Regulens.load(MODEL, { device: "cpu" });
    const small = await first.readTable(await (await fetch("data/gene.csv")).text());
    const { probability } = await first.predict(small);
    return { ms: performance.now(), numbers: [...probability] };
  },

  async open() {
    model = await Regulens.load(MODEL, { device: "cpu", workers: 1 });
    table = await model.readTable(await (await fetch("data/genes.csv")).arrayBuffer());
    tracks = await Regulens.load(TRACKS, { device: "cpu", workers: 1, task: "tracks" });
    sequences = await tracks.readSequences(await packed("sequence.fa.gz"), { name: "sequence.fa.gz" });
  },

  /** Opens a model file once the engine is there. */
  async load() {
    const bytes = new Uint8Array(await (await fetch(MODEL)).arrayBuffer());
    const began = performance.now();
    for (let i = 0; i < 20; i++) (await Regulens.load(bytes, { device: "cpu" })).free();
    return { ms: (performance.now() - began) / 20, numbers: [] };
  },

  async genes() {
    const began = performance.now();
    const { probability } = await model.predict(table);
    return { ms: performance.now() - began, numbers: [...probability.subarray(0, 400)] };
  },

  async sequence() {
    const began = performance.now();
    const { values } = await tracks.predict(sequences, 0);
    return { ms: performance.now() - began, numbers: [...values] };
  },
};
