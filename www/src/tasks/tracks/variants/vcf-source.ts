/** The text of a VCF file, plain or compressed with gzip or bgzip. */

import type { WorkOptions } from "../../../../../pkg/src/index";
import { WorkerError } from "../../../rpc/errors";
import { contentOf, type TableRequest } from "../../../session/opened";

/** The text of a file as opened. */
export async function textOf(source: TableRequest, options: Pick<WorkOptions, "signal"> = {}): Promise<string> {
  const blob = await contentOf(source, options);
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return blob.text().then(withoutMark);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  try {
    // Browsers decompress only one member, and bgzip makes one for every 64 kB.
    const members = await Promise.all(membersOf(bytes).map(unpacked));
    return withoutMark(await new Blob(members).text());
  } catch {
    throw new WorkerError({
      name: "InputError",
      code: "gzip-members",
      message: `${source.file}: found gzip data that this browser cannot unpack again; expected what gzip or bgzip write.`,
      file: source.file,
      remedy: "Unpack the file first, and give it to the page as it is then.",
    });
  }
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function unpacked(member: Uint8Array): Promise<ArrayBuffer> {
  const packed = new Blob([member as BlobPart]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** The blocks of a bgzip file, whose headers give their sizes; for other files a single block. */
export function membersOf(bytes: Uint8Array): Uint8Array[] {
  const members: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = blockSize(bytes, at);
    if (size === undefined) return [...members, bytes.subarray(at)];
    members.push(bytes.subarray(at, at + size));
    at += size;
  }
  return members;
}

/** Size in bytes of the block that begins there, from its extra field `BC`; undefined for a member without one. */
function blockSize(bytes: Uint8Array, at: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  if (view.byteLength < 18 || (view.getUint8(3) & 4) === 0) return undefined;
  const end = 12 + view.getUint16(10, true);
  for (let field = 12; field + 6 <= Math.min(end, view.byteLength); field += 4 + view.getUint16(field + 2, true))
    if (view.getUint8(field) === 66 && view.getUint8(field + 1) === 67) return view.getUint16(field + 4, true) + 1;
  return undefined;
}
