/** Files that can be read during a call, as in a worker. */

/** The bytes of parts of files, which a worker's reader gets at once. */
const parts = new WeakMap<Blob, Uint8Array>();

// As workers have it.
Object.assign(globalThis, {
  FileReaderSync: class {
    readAsArrayBuffer(part: Blob): ArrayBuffer {
      return new Uint8Array(parts.get(part)!).buffer;
    }
  },
});

/** A file whose bytes come of `slice` where they are read. */
export function virtual(file: File, size: number, slice: (offset: number, size: number) => Uint8Array): File {
  const part = (from: number, to: number): Blob => {
    const bytes = Uint8Array.from(slice(from, Math.min(to, size) - from));
    const blob = new Blob([bytes]);
    parts.set(blob, bytes);
    return blob;
  };
  return Object.defineProperties(file, { size: { value: size }, slice: { value: part } });
}

/** A file whose bytes can be read at once, as in a worker. */
export function given(name: string, bytes: Buffer | string): File {
  const buffer = Buffer.from(bytes as string);
  return virtual(new File([buffer], name), buffer.length, (from, size) => buffer.subarray(from, from + size));
}
