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

/** A model file with a tensor of float16 halved. */
export function halved(file: Buffer, name: string): Buffer {
  const { header, data } = parse(file);
  const {
    data_offsets: [start, end],
  } = header[name] as { data_offsets: [number, number] };
  const changed = Buffer.from(data);
  for (let at = start; at < end; at += 2) {
    const bits = changed.readUInt16LE(at);
    // Its exponent is one less; what is too small for that stays as it is.
    if (((bits >> 10) & 31) > 1) changed.writeUInt16LE(bits - (1 << 10), at);
  }
  return serialise({ header, data: changed });
}

/** A model file with some tensors of other shapes, made of the first of their numbers. */
export function resized(file: Buffer, shapes: Record<string, number[]>): Buffer {
  const { header, data } = parse(file);
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__") as [
    string,
    { shape: number[]; data_offsets: [number, number] },
  ][];
  tensors.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const count = (shape: number[]): number => shape.reduce((product, size) => product * size, 1);
  const parts: Buffer[] = [];
  let length = 0;
  for (const [name, entry] of tensors) {
    const [start, end] = entry.data_offsets;
    const shape = shapes[name] ?? entry.shape;
    const bytes = ((end - start) / count(entry.shape)) * count(shape);
    parts.push(data.subarray(start, start + bytes));
    header[name] = { ...entry, shape, data_offsets: [length, (length += bytes)] };
  }
  return serialise({ header, data: Buffer.concat(parts) });
}

/** The file of an ensemble of these models. */
export function together(files: readonly Buffer[]): Buffer {
  const cards = files.map(card);
  const header: Header = {};
  let length = 0;
  for (const [member, file] of files.entries()) {
    const { header: own, data } = parse(file);
    for (const [name, entry] of Object.entries(own)) {
      if (name === "__metadata__") continue;
      const { data_offsets: ends, ...rest } = entry as { data_offsets: number[] };
      header[`${member}.${name}`] = { ...rest, data_offsets: ends.map((end) => end + length) };
    }
    length += data.length;
  }
  const members = cards.map(({ variant, hyperparameters }, i) => ({ variant, hyperparameters, seed: i + 1 }));
  const parameters = cards.reduce((sum, { parameters }) => sum + (parameters as number), 0);
  const of = { ...cards[0], format_version: 2, members, parameters };
  header.__metadata__ = { "regulens.card": JSON.stringify(of) };
  return serialise({ header, data: Buffer.concat(files.map((file) => parse(file).data)) });
}
