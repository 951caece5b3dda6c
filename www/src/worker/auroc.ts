/**
 * The area under the ROC curve of `score` for `labels` (1 = positive): the share of pairs of a positive and a negative in which the
 * positive scores higher, ties counting one half. Undefined where there are no such pairs.
 */
export function auroc(score: Float32Array, labels: Uint8Array): number | undefined {
  const order = Uint32Array.from(score.keys()).sort((a, b) => score[a] - score[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tied = 0;
    while (end < order.length && score[order[end]] === score[order[start]]) tied += labels[order[end++]];
    // Ranks count from 1; tied scores share the mean of theirs.
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
