/** Explains a batch of genes on the CPU, in any thread. */

import type { ExplainingModel } from "../engine/engine.js";
import type { Answer, Explaining } from "./worker-port.js";

type Explainers = {
  readonly [Kind in keyof Explaining]: (
    model: ExplainingModel,
    request: Explaining[Kind]["request"],
  ) => Promise<Explaining[Kind]["found"]>;
};

const EXPLAINERS: Explainers = {
  saliency: async (model, { values, genes }) => ({ values: model.saliency(values, genes) }),
  attribution: (model, { values, genes, method, baseline }) => model.attribute(values, genes, method, baseline),
  // Requested for ensembles only.
  "attention-spread": async (model, { values, genes }) => (await model.attentionSpread(values, genes))!,
  deletion: async (model, { values, names, planted, options }) => {
    const test = model.deletionTest(options);
    try {
      await test.add(names, values, planted);
      return test.finish();
    } finally {
      test.free();
    }
  },
};

/** Explains these genes. */
export function explainBatch<Kind extends keyof Explaining>(
  model: ExplainingModel,
  request: Explaining[Kind]["request"],
): Promise<Explaining[Kind]["found"]> {
  const explain = EXPLAINERS[request.kind] as Explainers[Kind];
  return explain(model, request);
}

/** Buffers of the result, which can be transferred. */
export function buffersOf(found: Answer | object): ArrayBuffer[] {
  const values: unknown[] = Object.values(found);
  return values.flatMap((value) => {
    if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
    return typeof value === "object" && value !== null ? buffersOf(value) : [];
  });
}
