/** Physical memory of a process, by kind (Linux). */

const MIB = 2 ** 20;

/** Bytes at least that stay reserved behind the memory of a WebAssembly instance: none beyond can be reached. */
const GUARD = 2 ** 31;

/** Mappings of at least so many MiB are told one by one. */
const LARGE = 8;

/**
 * Reads the text of `/proc/PID/smaps`: the MiB of every WebAssembly memory, in use and in all; and of everything else
 * by kind, with the large mappings. What processes share counts in parts.
 */
export function mappings(text) {
  const all = [];
  for (const line of text.split("\n")) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (head) {
      const [, first, end, rights, name] = head;
      all.push({ first: parseInt(first, 16), end: parseInt(end, 16), rights, name, mib: 0 });
    }
    const share = /^Pss:\s+(\d+) kB$/.exec(line);
    if (share) all.at(-1).mib = (Number(share[1]) * 1024) / MIB;
  }
  const memories = [];
  const kinds = {};
  for (const [index, { first, end, rights, name, mib }] of all.entries()) {
    const next = all[index + 1];
    const guarded = rights === "rw-p" && next?.rights === "---p" && next.first === end && next.end - next.first > GUARD;
    if (guarded && end - first >= MIB) {
      memories.push({ mib, all: (end - first) / MIB });
      continue;
    }
    const kind = /memfd|shm/.test(name)
      ? "shared"
      : name.startsWith("/")
        ? "files"
        : rights.includes("x")
          ? "code"
          : "heap";
    const found = (kinds[kind] ??= { mib: 0, large: [] });
    found.mib += mib;
    if (mib >= LARGE) found.large.push(mib);
  }
  return { memories, kinds };
}

/** The same in a line. */
export function inWords({ memories, kinds }) {
  const round = (mib) => Math.round(mib);
  const wasm = memories.filter(({ mib }) => mib >= 1).map(({ mib, all }) => `${round(mib)} of ${round(all)}`);
  const rest = Object.entries(kinds)
    .filter(([, { mib }]) => mib >= 1)
    .map(([kind, { mib, large }]) => {
      const several = large.length > 0 ? ` (${large.map(round).join(", ")})` : "";
      return `${kind} ${round(mib)}${several}`;
    });
  return [`WebAssembly ${wasm.join(", ") || "none"}`, ...rest].join("; ");
}
