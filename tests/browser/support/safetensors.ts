// Reading and rewriting model files in tests: 8 bytes of length, a JSON header, then the tensors.

/** The header of a safetensors file. */
export interface Header {
  __metadata__?: Record<string, string>;
  [tensor: string]: unknown;
}

/** Header and tensors of a file. */
export function parse(file: Buffer): { header: Header; data: Buffer } {
  const length = Number(file.readBigUInt64LE(0));
  return {
    header: JSON.parse(file.subarray(8, 8 + length).toString("utf8")) as Header,
    data: file.subarray(8 + length),
  };
}

/** A file of this header and these tensors. */
export function serialise({ header, data }: { header: Header; data: Buffer }): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** The model card in a file. */
export function card(file: Buffer): Record<string, unknown> {
  return JSON.parse(parse(file).header.__metadata__?.["regulens.card"] ?? "{}") as Record<string, unknown>;
}

/** The file with its card changed. */
export function withCard(file: Buffer, change: Record<string, unknown>): Buffer {
  const { header, data } = parse(file);
  const changed = JSON.stringify({ ...card(file), ...change });
  return serialise({ header: { ...header, __metadata__: { ...header.__metadata__, "regulens.card": changed } }, data });
}

/** Returns true if the file has such a tensor. */
export function hasTensor(file: Buffer, name: string): boolean {
  return name in parse(file).header;
}

/** A tensor's values, float16, float32 or float64. */
export function tensor(file: Buffer, name: string): { shape: number[]; values: number[] } {
  const { header, data } = parse(file);
  const entry = header[name] as { dtype: string; shape: number[]; data_offsets: [number, number] } | undefined;
  if (!entry) throw new Error(`the file has no tensor ${name}`);
  const [start, end] = entry.data_offsets;
  const size = { F16: 2, F32: 4, F64: 8 }[entry.dtype];
  if (size === undefined) throw new Error(`${name} is ${entry.dtype}`);
  const read = { 2: halfAt, 4: (at: number) => data.readFloatLE(at), 8: (at: number) => data.readDoubleLE(at) }[size];
  const values: number[] = [];
  for (let at = start; at < end; at += size) values.push(read?.(at) ?? NaN);
  return { shape: entry.shape, values };

  /** Decodes a float16 of the sizes that occur: no infinity and no NaN. */
  function halfAt(at: number): number {
    const bits = data.readUInt16LE(at);
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    return (
      (bits >> 15 ? -1 : 1) * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
    );
  }
}
