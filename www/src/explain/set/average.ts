/** Conversion of the package's results into those of the page. */

import type { Attributions, Deletion } from "../../../../pkg/src/index";
import type { Compared } from "../contrasts";
import type { Contributions, DeletionTest, TestedExplanation } from "../result";

/** Mean curves and areas over the tested genes; of one gene, its own, with the range of its random orders. */
export function average({ genes, bins, steps, randomOrders, chance, curves }: Deletion): DeletionTest {
  const tested = curves.map(({ explanation, mean, least, greatest, planted }): TestedExplanation => {
    const range = genes.length === 1 && least && greatest ? { least, greatest } : {};
    return { explanation, ...mean, ...range, ...(planted && { planted: planted.mean }) };
  });
  return { bins, steps, orders: randomOrders, curves: tested, ...(chance && { chance: chance.mean }) };
}

/** Contributions of one gene's values to its score; of whole marks, where that was asked for. */
export function contributionsOf(byBin: Attributions, byMark?: Attributions): Contributions {
  return {
    baseline: byBin.baseline as Compared,
    values: byBin.values,
    marks: byMark?.values,
    spread: byBin.spread && { values: byBin.spread, marks: byMark?.spread },
    score: byBin.score[0]!,
    baselineScore: byBin.baselineScore[0]!,
    error: byBin.completeness[0]!,
    isComplete: byBin.complete[0] === 1,
    isOutside: byBin.outside[0] === 1,
    isBaselineOutside: byBin.baselineOutside[0] === 1,
  };
}
