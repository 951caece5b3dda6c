/** Hierarchical clustering by average linkage (UPGMA), for the order in which things stand. Pure. */

/** A cluster: its members in the order of the leaves. */
interface Cluster {
  readonly leaves: readonly number[];
  readonly size: number;
}

/**
 * The order of the leaves of a tree by average linkage. Of two clusters that join, the one with the earlier first
 * member stands first; ties join what comes first. Nearest-neighbour chains find the same tree as joining the closest
 * pair again and again (Murtagh 1983), in n² steps; it holds n² distances.
 *
 * @param distance Distance of two of the `count` things; symmetric, at least 0.
 */
export function leafOrder(count: number, distance: (a: number, b: number) => number): readonly number[] {
  if (count < 3) return Array.from({ length: count }, (_, i) => i);
  const apart = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) apart[a * count + b] = apart[b * count + a] = distance(a, b);
  const clusters: (Cluster | undefined)[] = Array.from({ length: count }, (_, i) => ({ leaves: [i], size: 1 }));
  const chain: number[] = [];
  for (let left = count; left > 1; left--) {
    if (chain.length === 0) chain.push(clusters.findIndex((each) => each !== undefined));
    for (;;) {
      const at = chain.at(-1)!;
      const before = chain.at(-2);
      // Ties go to the one before, so that the chain ends.
      let [nearest, least] = before === undefined ? [-1, Infinity] : [before, apart[at * count + before]!];
      for (let other = 0; other < count; other++)
        if (other !== at && clusters[other] && apart[at * count + other]! < least)
          [nearest, least] = [other, apart[at * count + other]!];
      if (nearest === before) break;
      chain.push(nearest);
    }
    const [a, b] = [chain.pop()!, chain.pop()!].sort((x, y) => x - y) as [number, number];
    join(clusters, apart, a, b);
  }
  return clusters.find((each) => each !== undefined)!.leaves;
}

/** Makes one cluster of two, in the place of the first. */
function join(clusters: (Cluster | undefined)[], apart: Float64Array, a: number, b: number): void {
  const [one, other] = [clusters[a]!, clusters[b]!];
  const size = one.size + other.size;
  const count = clusters.length;
  for (let each = 0; each < count; each++) {
    if (each === a || each === b || !clusters[each]) continue;
    const mean = (one.size * apart[a * count + each]! + other.size * apart[b * count + each]!) / size;
    apart[a * count + each] = apart[each * count + a] = mean;
  }
  const isFirst = Math.min(...one.leaves) <= Math.min(...other.leaves);
  clusters[a] = { leaves: isFirst ? [...one.leaves, ...other.leaves] : [...other.leaves, ...one.leaves], size };
  clusters[b] = undefined;
}
