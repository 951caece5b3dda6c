/** TensorFlow.js, whose core and backend the page has loaded: fused convolutions, the library's fastest way. */

import { readTensors } from "../safetensors.mjs";
import { channels } from "./channels.mjs";

const { tf } = globalThis;

/**
 * @param {{ model: string, backend: "wasm" | "webgpu", threads: number, wasm: string, pools: number[], dilations:
 * number[] }} options `wasm` is the folder of its wasm files
 */
export async function open({ model, backend, threads, wasm, pools, dilations }) {
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
  const layer = (index) => {
    const { shape, values } = tensors.get(`${index}.kernel`);
    return {
      filter: tf.keep(tf.tensor4d(values, [1, ...shape])),
      bias: tf.keep(tf.tensor1d(tensors.get(`${index}.bias`).values)),
    };
  };
  const layers = Array.from({ length: tensors.size / 2 }, (_, index) => layer(index));
  const convolve = (x, index, activation = "relu", dilation = 1) =>
    tf.fused.conv2d({ x, ...layers[index], strides: 1, pad: "same", dilations: [1, dilation], activation });

  /**
   * [1, 1, L, 4] to [bins, tracks]. Everything rectifies what it reads: ReLU follows each convolution, as it commutes
   * with what is between.
   */
  const forward = (sequence) => {
    let x = sequence;
    pools.forEach((pool, index) => {
      x = tf.maxPool(convolve(x, index), [1, pool], [1, pool], "valid");
    });
    dilations.forEach((dilation, index) => {
      x = tf.concat([x, convolve(x, pools.length + index, "relu", dilation)], 3);
    });
    const last = layers.length - 2;
    return tf.softplus(convolve(convolve(x, last), last + 1, "linear"));
  };
  return {
    facts: () => ({
      version: tf.version_core,
      ...(backend === "wasm" ? { threads: threads === 1 ? 1 : tf.wasm.getThreadsCount() } : {}),
    }),
    async prepare(codes) {
      const values = channels(codes, false);
      return async () => {
        const prediction = tf.tidy(() => forward(tf.tensor4d(values, [1, 1, codes.length, 4])));
        const read = await prediction.data();
        prediction.dispose();
        return read;
      };
    },
  };
}
