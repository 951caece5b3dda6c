// Arrays as `np.load` finds them in a .npz: in an archive whose entries are stored as they are.

/** An array, row-major. */
export interface LoadedArray {
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

/** The arrays by name. */
export function readNpz(file: Uint8Array): Map<string, LoadedArray> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = view.byteLength - 22;
  const found = new Map<string, LoadedArray>();
  let at = view.getUint32(end + 16, true);
  for (let entry = 0; entry < view.getUint16(end + 10, true); entry++) {
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(file.subarray(at + 46, at + 46 + length));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    found.set(name.replace(/\.npy$/, ""), readNpy(file.subarray(start, start + view.getUint32(at + 24, true))));
    at += 46 + length;
  }
  return found;
}

function readNpy(file: Uint8Array): LoadedArray {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(file.subarray(10, start));
  const kind = /'descr': '([^']+)'/.exec(header)![1]!;
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)![1]!.match(/\d+/g)!.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const letters = Number(/^<U(\d+)$/.exec(kind)?.[1] ?? 1);
  const word = (i: number): number => start + 4 * letters * i;
  const read: Record<string, (i: number) => number | string> = {
    "<f4": (i) => view.getFloat32(word(i), true),
    "<i4": (i) => view.getInt32(word(i), true),
  };
  const text = (i: number): string =>
    Array.from({ length: letters }, (_, at) => view.getUint32(word(i) + 4 * at, true))
      .filter((letter) => letter !== 0)
      .map((letter) => String.fromCodePoint(letter))
      .join("");
  return { shape, values: Array.from({ length: count }, (_, i) => (read[kind] ?? text)(i)) };
}
