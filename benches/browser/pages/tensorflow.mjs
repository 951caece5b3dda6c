/**
 * TensorFlow.js, whose scripts the page has loaded: `tf` with its core, a backend, and `tf.layers` where it is used.
 *
 * It has no recurrent kernel, so the model is put together in one of two ways:
 *
 * - by hand, one loop over the bins in which the ten mark-directions are one batched product a step;
 * - of `tf.layers.bidirectional(tf.layers.lstm(…))`, as its documentation has it.
 */

// The core alone has no chained operations: `tf.reshape(x)`, not `x.reshape()`.

import { BINS, inPieces, MARKS, OUTPUTS } from "./outputs.mjs";
import { readTensors } from "./safetensors.mjs";

const { tf } = globalThis;

/**
 * The largest input projection, in values, that is made for all steps at once, which saves a GPU three launches a step.
 * On wasm it is never done: taking a step's part out copies the whole there.
 */
const PROJECTION = { webgpu: 16 * 2 ** 20, wasm: 0 };

/**
 * @param {{ model: string, backend: "wasm" | "webgpu", threads: number, wasm: string, layersFrom: number }} options
 * `wasm` is the folder of its wasm files; from `layersFrom` genes on, `tf.layers` is used
 */
export async function open({ model, backend, threads, wasm, layersFrom = Infinity }) {
  const bytes = fetch(model).then((response) => response.arrayBuffer());
  if (backend === "wasm") {
    tf.wasm.setWasmPaths(wasm);
    if (threads === 1) {
      // The build without threads, which a page that is not isolated gets.
      tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    } else {
      // It starts half as many threads as there are cores, whatever is asked for.
      Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * threads });
      tf.wasm.setThreadsCount(threads);
    }
  }
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend ${backend}`);
  await tf.ready();
  const tensors = readTensors(await bytes);
  let byHand;
  let byLayers;
  const run = async (values, genes) => {
    const forward = genes < layersFrom ? (byHand ??= handwritten(tensors)) : (byLayers ??= layered(tensors));
    const outputs = tf.tidy(() => forward(tf.tensor3d(values, [genes, BINS, MARKS.length])));
    const read = await Promise.all(OUTPUTS.map((name) => outputs[name].data()));
    for (const name of OUTPUTS) outputs[name].dispose();
    return Object.fromEntries(OUTPUTS.map((name, index) => [name, read[index]]));
  };
  return {
    facts: () => ({
      version: tf.version_core,
      ...(backend === "wasm" ? { threads: threads === 1 ? 1 : tf.wasm.getThreadsCount() } : {}),
    }),
    async prepare({ values, genes, piece }) {
      return () => inPieces(values, genes, piece ?? genes, run);
    },
  };
}

/** The model by hand: signal [N, T, M] to its outputs. */
function handwritten(tensors) {
  const marks = packed(
    tensors,
    MARKS.map((_, mark) => `rnn_hms.${mark}`),
  );
  const level = packed(tensors, ["hm_level_rnn_1"]);
  const context = tf.keep(tf.stack(MARKS.map((_, mark) => contextOf(tensors, `rnn_hms.${mark}`))));
  const markContext = tf.keep(tf.stack([contextOf(tensors, "hm_level_rnn_1")]));
  const head = headOf(tensors);
  return (signal) => {
    const genes = signal.shape[0];
    const steps = tf.expandDims(tf.transpose(signal, [1, 2, 0]), 3); // [T, M, N, 1]
    const { alpha, embedding } = attend(bilstm(marks, steps), context);
    const embeddings = tf.expandDims(embedding, 1); // [M, 1, N, 2H]: marks are the steps of the second level
    const { alpha: beta, embedding: gene } = attend(bilstm(level, embeddings), markContext);
    return finish(
      head,
      tf.reshape(gene, [genes, -1]),
      tf.transpose(alpha, [1, 0, 2]),
      tf.reshape(beta, [genes, MARKS.length]),
    );
  };
}

/**
 * Bidirectional LSTMs side by side: x [T, E, N, D] to states [E, N, T, 2H].
 *
 * The 2E directions are the batch of one product a step; those that go backwards get the steps in reverse.
 */
function bilstm({ input, recurrent, bias, hidden }, x) {
  const [steps, encoders, genes] = x.shape;
  const both = tf.concat([x, tf.reverse(x, 0)], 1); // [T, 2E, N, D]
  const project = (part) => tf.add(x.shape[3] === 1 ? tf.mul(part, input) : tf.matMul(part, input), bias);
  const atOnce = steps * 2 * encoders * genes * 4 * hidden <= PROJECTION[tf.getBackend()] && x.shape[3] === 1;
  const inputs = tf.unstack(atOnce ? project(both) : both);
  let h = tf.zeros([2 * encoders, genes, hidden]);
  let c = h;
  const states = [];
  for (const at of inputs) {
    // Without a tidy of its own each step's temporaries would stay until the end, and large batches abort.
    [h, c] = tf.tidy(() => {
      const z = tf.add(tf.matMul(h, recurrent), atOnce ? at : project(at));
      const [sigmoids, tangent] = tf.split(z, [3 * hidden, hidden], 2);
      const [i, f, o] = tf.split(tf.sigmoid(sigmoids), 3, 2);
      const cell = tf.add(tf.mul(f, c), tf.mul(i, tf.tanh(tangent)));
      return [tf.mul(o, tf.tanh(cell)), cell];
    });
    states.push(h);
  }
  const all = tf.stack(states); // [T, 2E, N, H]
  const [forwards, backwards] = tf.split(all, 2, 1);
  return tf.transpose(tf.concat([forwards, tf.reverse(backwards, 0)], 3), [1, 2, 0, 3]);
}

/** Attention over states [E, N, T, C] with contexts [E, C, 1]: alpha [E, N, T], embedding [E, N, C]. */
function attend(states, context) {
  const [encoders, genes, steps, channels] = states.shape;
  const scores = tf.matMul(tf.reshape(states, [encoders, genes * steps, channels]), context);
  const alpha = tf.softmax(tf.reshape(scores, [encoders, genes, steps]));
  const rows = tf.reshape(alpha, [encoders * genes, 1, steps]);
  const embedding = tf.matMul(rows, tf.reshape(states, [encoders * genes, steps, channels]));
  return { alpha, embedding: tf.reshape(embedding, [encoders, genes, channels]) };
}

/** The model of `tf.layers`: signal [N, T, M] to its outputs. */
function layered(tensors) {
  const levels = MARKS.map((_, mark) => bidirectional(tensors, `rnn_hms.${mark}`, BINS));
  const contexts = MARKS.map((_, mark) => tf.keep(tf.expandDims(contextOf(tensors, `rnn_hms.${mark}`), 0)));
  const level = bidirectional(tensors, "hm_level_rnn_1", MARKS.length);
  const markContext = tf.keep(tf.expandDims(contextOf(tensors, "hm_level_rnn_1"), 0));
  const head = headOf(tensors);
  return (signal) => {
    const genes = signal.shape[0];
    const attended = tf
      .split(signal, MARKS.length, 2)
      .map((x, mark) => attend(tf.expandDims(levels[mark].apply(x), 0), contexts[mark]));
    const embeddings = tf.stack(
      attended.map(({ embedding }) => tf.reshape(embedding, [genes, -1])),
      1,
    );
    const { alpha: beta, embedding: gene } = attend(tf.expandDims(level.apply(embeddings), 0), markContext);
    const alpha = tf.stack(
      attended.map((each) => tf.reshape(each.alpha, [genes, BINS])),
      1,
    );
    return finish(head, tf.reshape(gene, [genes, -1]), alpha, tf.reshape(beta, [genes, MARKS.length]));
  };
}

/** A bidirectional LSTM layer with the weights of `prefix`. */
function bidirectional(tensors, prefix, steps) {
  const directions = ["", "_reverse"].map((direction) => directionOf(tensors, prefix, direction));
  const { hidden, inputs } = directions[0];
  const layer = tf.layers.bidirectional({
    layer: tf.layers.lstm({ units: hidden, returnSequences: true, recurrentActivation: "sigmoid" }),
    mergeMode: "concat",
    inputShape: [steps, inputs],
  });
  layer.build([null, steps, inputs]);
  layer.setWeights(directions.flatMap(({ input, recurrent, bias }) => [input, recurrent, bias]));
  return layer;
}

/** Logit and probability of gene vectors [N, 2H], beside attention. */
function finish({ weight, bias }, gene, alpha, beta) {
  const logit = tf.reshape(tf.add(tf.matMul(gene, weight), bias), [-1]);
  return { logit, probability: tf.sigmoid(logit), alpha, beta };
}

/**
 * One direction's weights as TensorFlow.js has them: input [D, 4H], recurrent [H, 4H] and bias [4H], gates in the order
 * i, f, g, o, which is PyTorch's as well.
 */
function directionOf(tensors, prefix, direction) {
  const matrix = (name) => {
    const { shape, values } = tensors.get(`${prefix}.rnn.${name}_l0${direction}`);
    return tf.transpose(tf.tensor2d(values, shape));
  };
  const vector = (name) => tf.tensor1d(tensors.get(`${prefix}.rnn.${name}_l0${direction}`).values);
  const [input, recurrent] = [matrix("weight_ih"), matrix("weight_hh")];
  return {
    input,
    recurrent,
    bias: tf.add(vector("bias_ih"), vector("bias_hh")),
    hidden: recurrent.shape[0],
    inputs: input.shape[0],
  };
}

/**
 * The weights of all forward, then all reverse directions: input [2E, D, 4H], recurrent [2E, H, 4H], bias [2E, 1, 4H];
 * gates i, f, o, g.
 */
function packed(tensors, prefixes) {
  return tf.tidy(() => {
    const directions = ["", "_reverse"].flatMap((direction) =>
      prefixes.map((prefix) => directionOf(tensors, prefix, direction)),
    );
    const reordered = (values) => {
      const last = values.shape.length - 1;
      const [i, f, g, o] = tf.split(values, 4, last);
      return tf.concat([i, f, o, g], last);
    };
    const stacked = (name) => tf.keep(tf.stack(directions.map((direction) => reordered(direction[name]))));
    return {
      input: stacked("input"),
      recurrent: stacked("recurrent"),
      bias: tf.keep(tf.expandDims(tf.stack(directions.map((direction) => reordered(direction.bias))), 1)),
      hidden: directions[0].hidden,
    };
  });
}

/** A context vector, [C, 1]. */
function contextOf(tensors, prefix) {
  const { shape, values } = tensors.get(`${prefix}.bin_attention.bin_context_vector`);
  return tf.tensor2d(values, shape);
}

/** The last layer: weight [2H, 1] and bias. */
function headOf(tensors) {
  const { shape, values } = tensors.get("fdiff1_1.weight");
  return {
    weight: tf.keep(tf.transpose(tf.tensor2d(values, shape))),
    bias: tf.keep(tf.tensor1d(tensors.get("fdiff1_1.bias").values)),
  };
}
