/**
 * Pearson's correlation of two series from `from` up to but not including `to`, where both are finite; undefined where
 * either does not vary.
 */
export function pearson(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  from = 0,
  to = Math.min(x.length, y.length),
): number | undefined {
  const known: number[] = [];
  let [sumX, sumY] = [0, 0];
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    known.push(i);
    sumX += x[i]!;
    sumY += y[i]!;
  }
  const [meanX, meanY] = [sumX / known.length, sumY / known.length];
  let [xy, xx, yy] = [0, 0, 0];
  for (const i of known) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return known.length > 1 && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : undefined;
}
