/** Spread of attention over ensemble members. N genes, T bins; arrays are row-major. */

import { CPU_BATCH } from "../engine/device.js";
import type { EnginePrepared } from "../engine/engine.js";
import { type EngineAttentionSpread, type MembersSpread, spreadOf } from "../engine/members.js";
import { joined } from "../joined.js";
import { chosenGenes, type GeneChoice, valuesOf } from "./explanations.js";
import { type Explainer, explainShared } from "./sharing.js";

/** Spread of α and β over ensemble members; their means are the prediction's `alpha` and `beta`. */
export interface AttentionSpread extends EngineAttentionSpread {
  /** Indices of the genes, [N]. */
  genes: readonly number[];
}

/** Spread of attention for the chosen genes; undefined for a single model. */
export async function attentionSpread(
  explainer: Explainer,
  prepared: EnginePrepared,
  file: string,
  options: GeneChoice,
): Promise<AttentionSpread | undefined> {
  const genes = chosenGenes(options, prepared, file);
  if ((explainer.model.card.members ?? []).length === 0) return undefined;
  const parts: EngineAttentionSpread[] = [];
  await explainShared<"attention-spread">(explainer, {
    ...{ genes, names: prepared.names, file, atOnce: CPU_BATCH, what: "The spread of attention" },
    ...{ signal: options.signal, onProgress: options.onProgress },
    request: (batch) => ({ kind: "attention-spread", values: valuesOf(prepared, batch), genes: batch.length }),
    put: (found) => parts.push(found),
  });
  return {
    genes,
    alpha: joinedSpread(parts.map(({ alpha }) => alpha)),
    beta: joinedSpread(parts.map(({ beta }) => beta)),
  };
}

/** Concatenates the spreads of batches. */
export function joinedSpread(parts: readonly MembersSpread[]): MembersSpread {
  return spreadOf((name) => joined(parts.map((part) => part[name])));
}
