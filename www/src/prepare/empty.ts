/** BigWig files that say which chromosomes there are, and hold no values. */

import { InputError } from "../../../pkg/src/errors";

const MAGIC = 0x888ffc26;
/** Bytes of a header, and at most of what follows it in a file without values: their number, and the magic again. */
const HEADER = 64;
const REST = 16;

/**
 * Whether a file is a whole bigWig without values. Such a file has no index; one that was cut short while it was
 * written has none either, but values.
 */
export async function isEmptyBigWig(file: Blob): Promise<boolean> {
  const header = new DataView(await file.slice(0, HEADER).arrayBuffer());
  if (header.byteLength < HEADER) return false;
  const isLittle = header.getUint32(0, true) === MAGIC;
  if (!isLittle && header.getUint32(0) !== MAGIC) return false;
  const [data, index] = [16, 24].map((at) => header.getBigUint64(at, isLittle)) as [bigint, bigint];
  return index === 0n && BigInt(file.size) <= data + BigInt(REST);
}

/** What is said of one. */
export function withoutValues(file: string): InputError {
  return new InputError(`${file}: found a bigWig file without any value; expected signal.`, {
    code: "no-values",
    file,
    remedy:
      "Remove it: where a mark was not measured, a value can stand in for it. Where it was, make the file again from " +
      "its reads.",
  });
}
