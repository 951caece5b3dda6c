// A state dict as PyTorch saves it: a zip archive of a pickle and a file for each tensor.

/** float32 tensors by name. */
export type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

/** The tensors of a safetensors file of float16. */
export function tensorsOf(file: Buffer): Tensors {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + length).toString("utf8")) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const data = file.subarray(8 + length);
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  return new Map(
    names.map((name) => {
      const { shape, data_offsets } = header[name]!;
      const values = new Float32Array((data_offsets[1] - data_offsets[0]) / 2);
      for (const i of values.keys()) values[i] = half(data.readUInt16LE(data_offsets[0] + 2 * i));
      return [name, { shape, values }];
    }),
  );
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

/** The file that `torch.save` makes of a state dict. */
export function torchFile(tensors: Tensors): Buffer {
  const entries: [string, Buffer][] = [["archive/data.pkl", pickle(tensors)]];
  for (const [i, { values }] of [...tensors.values()].entries())
    entries.push([`archive/data/${i}`, Buffer.from(values.buffer)]);
  entries.push(["archive/version", Buffer.from("3\n")]);
  return zip(entries);
}

/** A dictionary of `torch._utils._rebuild_tensor_v2` calls, in protocol 2. */
function pickle(tensors: Tensors): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, "utf8");
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    return Buffer.concat([Buffer.from("X"), size, bytes]);
  };
  const int = (value: number): Buffer => {
    const bytes = Buffer.alloc(5, "J");
    bytes.writeInt32LE(value, 1);
    return bytes;
  };
  const tuple = (items: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);
  const named = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
  const parts: Buffer[] = [Buffer.from([0x80, 2]), Buffer.from("}(")];
  for (const [i, [name, { shape, values }]] of [...tensors].entries()) {
    const strides = shape.map((_, at) => shape.slice(at + 1).reduce((product, size) => product * size, 1));
    const storage = [
      text("storage"),
      named("torch", "FloatStorage"),
      ...[text(String(i)), text("cpu"), int(values.length)],
    ];
    const hooks = Buffer.concat([named("collections", "OrderedDict"), Buffer.from(")R")]);
    parts.push(
      text(name),
      named("torch._utils", "_rebuild_tensor_v2"),
      tuple([
        Buffer.concat([tuple(storage), Buffer.from("Q")]),
        int(0),
        ...[tuple(shape.map(int)), tuple(strides.map(int))],
        ...[Buffer.from([0x89]), hooks],
      ]),
      Buffer.from("R"),
    );
  }
  return Buffer.concat([...parts, Buffer.from("u.")]);
}

/** A zip archive whose entries are stored as they are. */
function zip(entries: readonly (readonly [string, Buffer])[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [path, bytes] of entries) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, bytes]);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, place, name);
    files.push(file);
    offset += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listed, end]);
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
