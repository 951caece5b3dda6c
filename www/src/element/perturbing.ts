/** What the components that change a signal ask, answered in this page rather than by a worker. */

import type { Caller } from "../session/session";
import type { GenePrediction } from "../tasks/change/protocol";
import { toPlain } from "../rpc/plain-error";
import { WorkerError } from "../rpc/worker-error";

/** Answers `predictGene`. */
export class Perturbing implements Caller {
  constructor(private readonly predict: (values: Float32Array) => Promise<GenePrediction>) {}

  readonly call = (async (name: string, request: { readonly values: Float32Array }) => {
    if (name !== "predictGene") throw new Error(`${name} is not for one gene`);
    try {
      return await this.predict(request.values);
    } catch (thrown) {
      throw new WorkerError(toPlain(thrown));
    }
  }) as unknown as Caller["call"];
}
