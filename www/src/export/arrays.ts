/** Saves named arrays as files for Python: NumPy's .npz, and safetensors. */

/** An array, row-major; arrays of strings have one dimension. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | readonly string[];
}

/** A kind of file. */
export type ArrayFormat = "npz" | "safetensors";

const TEXT = new TextEncoder();

/** Makes the file; safetensors store strings in their metadata, as JSON lists. */
export function arraysFile(arrays: readonly NamedArray[], format: ArrayFormat): Blob {
  const parts = format === "npz" ? npz(arrays) : safetensors(arrays);
  return new Blob(parts as BlobPart[], { type: "application/octet-stream" });
}

/** Lines of Python that open such a file. */
export function inPython(file: string, format: ArrayFormat): string {
  return format === "npz"
    ? `import numpy as np\narrays = np.load("${file}")\nprint({name: arrays[name].shape for name in arrays})`
    : `from safetensors.numpy import load_file\narrays = load_file("${file}")\n` +
        "print({name: array.shape for name, array in arrays.items()})";
}

/** Bytes of one array in NumPy's format 1.0. */
function npy({ shape, values }: NamedArray): Uint8Array[] {
  const longest = isText(values) ? Math.max(1, ...values.map((text) => [...text].length)) : 0;
  const kind = isText(values) ? `<U${longest}` : values instanceof Int32Array ? "<i4" : "<f4";
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dict = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${axes}), }`;
  // Values begin at a multiple of 64 bytes.
  const padded = 64 * Math.ceil((10 + dict.length + 1) / 64) - 10;
  const head = new Uint8Array(10 + padded).fill(0x20);
  head.set([0x93, ...TEXT.encode("NUMPY"), 1, 0, padded & 255, padded >> 8]);
  head.set(TEXT.encode(dict), 10);
  head[head.length - 1] = 0x0a;
  if (!isText(values)) return [head, bytesOf(values)];
  const letters = new Uint32Array(values.length * longest);
  values.forEach((text, i) =>
    letters.set(
      Uint32Array.from([...text], (letter) => letter.codePointAt(0)!),
      i * longest,
    ),
  );
  return [head, new Uint8Array(letters.buffer)];
}

function isText(values: NamedArray["values"]): values is readonly string[] {
  return !ArrayBuffer.isView(values);
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The first of January 1980, the earliest date in a ZIP. */
const NO_DATE = 0x21;

/** A ZIP without compression, as `np.savez` writes it. */
function npz(arrays: readonly NamedArray[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const listed: Uint8Array[] = [];
  let at = 0;
  for (const array of arrays) {
    const name = TEXT.encode(`${array.name}.npy`);
    const content = npy(array);
    const size = content.reduce((sum, { length }) => sum + length, 0);
    const crc = crc32(content);
    // Both headers of a file have version, flags, method, time, date, checksum, sizes and length of the name.
    const both = [...two(20, 0x800, 0, 0, NO_DATE), ...four(crc, size, size), ...two(name.length, 0)];
    const local = Uint8Array.of(...four(0x04034b50), ...both);
    const central = Uint8Array.of(...four(0x02014b50), ...two(20), ...both, ...two(0, 0, 0), ...four(0, at));
    parts.push(local, name, ...content);
    listed.push(central, name);
    at += local.length + name.length + size;
  }
  const length = listed.reduce((sum, part) => sum + part.length, 0);
  const count = arrays.length;
  const end = Uint8Array.of(...four(0x06054b50), ...two(0, 0, count, count), ...four(length, at), ...two(0));
  return [...parts, ...listed, end];
}

/** Two-byte numbers, little-endian. */
function two(...numbers: readonly number[]): number[] {
  return numbers.flatMap((number) => [number & 255, (number >>> 8) & 255]);
}

/** Four-byte numbers, little-endian. */
function four(...numbers: readonly number[]): number[] {
  return two(...numbers.flatMap((number) => [number & 0xffff, number >>> 16]));
}

let table: Uint32Array | undefined;

/** The checksum of ZIP (ISO 3309), by table, since arrays are large. */
function crc32(parts: readonly Uint8Array[]): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc >>> 0;
  });
  let crc = 0xffffffff;
  for (const part of parts) for (const byte of part) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}

function safetensors(arrays: readonly NamedArray[]): Uint8Array[] {
  const metadata: Record<string, string> = {};
  const header: Record<string, unknown> = { __metadata__: metadata };
  const data: Uint8Array[] = [];
  let at = 0;
  for (const { name, shape, values } of arrays) {
    if (isText(values)) {
      metadata[name] = JSON.stringify(values);
      continue;
    }
    header[name] = {
      dtype: values instanceof Int32Array ? "I32" : "F32",
      shape,
      data_offsets: [at, at + values.byteLength],
    };
    data.push(bytesOf(values));
    at += values.byteLength;
  }
  const text = TEXT.encode(JSON.stringify(header));
  const padded = new Uint8Array(8 * Math.ceil(text.length / 8)).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...data];
}
