/** Telling files apart by content. */

import { MARKER } from "../standalone/format";

/**
 * What a file looks like; a table is what is none of the others. Signal along a genome is "measured", genes are an
 * "annotation".
 */
export type FileKind = "model" | "sequence" | "variants" | "measured" | "annotation" | "table";

/** Bytes that tell. */
const OPENING = 4096;

/**
 * Whether a file is a safetensors file: it begins with the length of its header, 8 bytes little-endian, and the header
 * is a JSON object. A table is text or gzip; neither has an opening brace as its ninth byte after seven bytes of which
 * the last are zeros.
 */
export async function looksLikeModel(file: Blob): Promise<boolean> {
  if (/\.safetensors$/i.test((file as Partial<File>).name ?? "")) return true;
  const start = new Uint8Array(await file.slice(0, 9).arrayBuffer());
  return start.length === 9 && start[8] === 0x7b && start[5] === 0 && start[6] === 0 && start[7] === 0;
}

/** Whether a file is a page of one file that Regulens saved. */
export async function looksLikeExport(file: Blob): Promise<boolean> {
  const start = new TextDecoder().decode(await file.slice(0, OPENING).arrayBuffer());
  return /^\s*<!doctype html/i.test(start.replace(/^\uFEFF/, "")) && start.includes(MARKER);
}

/** What a file looks like by how it begins; what is gzipped, by what is in it. */
export async function kindOf(file: Blob): Promise<FileKind> {
  if (await looksLikeModel(file)) return "model";
  const start = await opening(file);
  const magic = start.length >= 4 ? new DataView(start.buffer, start.byteOffset).getUint32(0, true) : 0;
  // bigWig of either byte order.
  if (magic === 0x888ffc26 || magic === 0x26fc8f88) return "measured";
  // BAM, unpacked; and what is damaged, so that its reader says what is wrong.
  const { name = "" } = file as Partial<File>;
  if (magic === 0x014d4142 || /\.(bw|bigwig|bam|bai|csi|cram|tagalign(\.gz)?)$/i.test(name)) return "measured";
  const lines = new TextDecoder()
    .decode(start)
    .replace(/^\uFEFF/, "")
    .split(/\r\n?|\n/);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (/^##fileformat=VCF|^#CHROM\t/i.test(first)) return "variants";
  if (/^[>;]/.test(first) || /^[ACGTNacgtn]{20,}$/.test(first)) return "sequence";
  const data = lines.find((line) => line.trim() !== "" && !/^(#|track\b|browser\b)/.test(line)) ?? "";
  if (/^track\b.*bedGraph/i.test(first) || /^[^\s,]+\s+\d+\s+\d+\s+[-+.\deE]+\s*$/.test(data)) return "measured";
  if (/^##gff-version/i.test(first) || isAnnotation(data) || /\.(gtf|gff3?|bed)(\.gz)?$/i.test(name))
    return "annotation";
  return "table";
}

/** Whether a row is one of GTF or GFF3, or of BED: `chr1 11868 14409 DDX11L1 0 +`. */
function isAnnotation(row: string): boolean {
  const columns = row.split("\t");
  const isWhole = (at: number): boolean => /^\d+$/.test(columns[at] ?? "");
  if (columns.length >= 9 && isWhole(3) && isWhole(4)) return true;
  if (columns.length < 3 || !isWhole(1) || !isWhole(2)) return false;
  // Tables without a header have numbers there, too, but no strand and no names.
  return (
    columns.length === 3 || (columns.length < 6 && Number.isNaN(Number(columns[3]))) || /^[-+.]$/.test(columns[5] ?? "")
  );
}

/** The text at the beginning of a file, unpacked where it is gzipped. */
export async function openingText(file: Blob): Promise<string> {
  return new TextDecoder().decode(await opening(file));
}

/** The first bytes of a file, unpacked where it is gzipped. */
async function opening(file: Blob): Promise<Uint8Array> {
  const packed = new Uint8Array(await file.slice(0, OPENING).arrayBuffer());
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  // Larger than what is wanted, since gzip hands on what it has block by block.
  const reader = file
    .slice(0, 1 << 17)
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader();
  try {
    const { value } = await reader.read();
    return (value ?? packed).slice(0, OPENING);
  } catch {
    // Damaged: who reads it will say so.
    return packed;
  } finally {
    reader.cancel().catch(() => {});
  }
}
