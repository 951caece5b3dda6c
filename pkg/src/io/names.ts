/** Names of sequences, which differ between files of the same genome (`Names` in the crate). */

/** The name without `chr`, in upper case; the mitochondrial chromosome is `MT`. */
function plain(name: string): string {
  const bare = name.toUpperCase().replace(/^CHR(?=.)/, "");
  return /^(M|MITO|MTDNA|MITOCHONDRION)$/.test(bare) ? "MT" : bare;
}

/** Finds sequences by name: exactly, or else without regard to `chr`; −1 for none. */
export function finder(names: readonly string[]): (name: string) => number {
  const [exact, bare] = [new Map<string, number>(), new Map<string, number>()];
  for (const [i, name] of names.entries()) {
    if (!exact.has(name)) exact.set(name, i);
    if (!bare.has(plain(name))) bare.set(plain(name), i);
  }
  return (name) => exact.get(name) ?? bare.get(plain(name)) ?? -1;
}
