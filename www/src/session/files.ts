/** Kinds of files, detected from their content. */

import { MARKER } from "../standalone/format";

/**
 * Kind of a file. "page": a page that Regulens saved as one file; "measured": signal along a genome; "annotation":
 * genes; "peaks": positions of signal without values; "index": of a FASTA; "motifs": matrices of binding sites;
 * "expression": a value or a label for each gene; "truth": what was planted in simulated genes; "sites": what was
 * planted in simulated sequence; "names": a list of genes or variants; "weights": a model trained elsewhere; "other":
 * none of these.
 */
export type FileKind =
  | "workspace"
  | "page"
  | "model"
  | "weights"
  | "sequence"
  | "index"
  | "variants"
  | "measured"
  | "annotation"
  | "peaks"
  | "motifs"
  | "table"
  | "expression"
  | "truth"
  | "sites"
  | "names"
  | "other";

/** A file, and its kind. */
export interface Identified {
  readonly file: Blob;
  readonly name: string;
  readonly kind: FileKind;
}

/** Files that the page made from text: they are not on the user's disk. */
const made = new WeakSet<Blob>();

/** Makes a file from pasted text. */
export function pastedFile(text: string, name: string): File {
  const file = new File([text], name);
  made.add(file);
  return file;
}

/** Returns true if the bytes are in a file of the user's. */
export function isOnDisk(blob: Blob): boolean {
  return typeof File !== "undefined" && blob instanceof File && !made.has(blob);
}

/** Number of bytes that determine the kind. */
const OPENING = 4096;

/** Files do not change: each is identified once. */
const known = new WeakMap<Blob, Promise<FileKind>>();

/** Detects the kind of a file from its beginning, decompressed if it is gzipped. */
export function identify(file: Blob): Promise<FileKind> {
  const kind = known.get(file) ?? look(file);
  known.set(file, kind);
  return kind;
}

async function look(file: Blob): Promise<FileKind> {
  const { name = "" } = file as Partial<File>;
  if (/\.regulens\.json$/i.test(name)) return "workspace";
  const raw = await beginning(file);
  const document = textOf(raw);
  if (/^\s*\{\s*"kind"\s*:\s*"regulens-workspace"/.test(document)) return "workspace";
  if (isSafetensors(raw) && !(await hasCard(file, raw))) return "weights";
  if (/\.safetensors$/i.test(name) || isSafetensors(raw)) return "model";
  if (isForeign(raw, name)) return "weights";
  if (/^\s*<!doctype html/i.test(document) && document.includes(MARKER)) return "page";
  return kindOf(await unpacked(file, raw), name);
}

/**
 * Returns true if a file is a safetensors file: it begins with the length of its header, 8 bytes little-endian, and the
 * header is a JSON object. Tables are text or gzip; neither has a brace as its ninth byte after length bytes that end
 * with zeros.
 */
function isSafetensors(start: Uint8Array): boolean {
  return start.length >= 9 && start[8] === 0x7b && start[5] === 0 && start[6] === 0 && start[7] === 0;
}

/** Maximum header of a safetensors file to inspect; a longer one is left to the reader of models. */
const LONGEST_HEADER = 1 << 22;

/** Returns true for a safetensors file that is a Regulens model, or damaged: its reader reports the fault. */
async function hasCard(file: Blob, start: Uint8Array): Promise<boolean> {
  const length = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
  if (length > LONGEST_HEADER || 8 + length > file.size) return true;
  const header = await file.slice(8, 8 + length).text();
  return header.includes('"regulens.card"') || !header.includes('"data_offsets"');
}

/** Returns true if a file is from PyTorch (an archive or a pickle), or part of a TensorFlow checkpoint. */
function isForeign(start: Uint8Array, name: string): boolean {
  if (/\.(index|data-\d{5}-of-\d{5})$/i.test(name)) return true;
  const isArchive = start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
  const isPickle = start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5;
  return isPickle || (isArchive && (/\.(pt|pth)$/i.test(name) || textOf(start).includes("data.pkl")));
}

/** Detects the kind of data from its first bytes and the file name. */
function kindOf(start: Uint8Array, name: string): FileKind {
  const magic = start.length >= 4 ? new DataView(start.buffer, start.byteOffset).getUint32(0, true) : 0;
  // 2bit, in either byte order.
  if (magic === 0x1a412743 || magic === 0x4327411a) return "sequence";
  // bigWig, in either byte order.
  if (magic === 0x888ffc26 || magic === 0x26fc8f88) return "measured";
  // Uncompressed BAM; and damaged files, whose readers report the fault.
  if (magic === 0x014d4142 || /\.(bw|bigwig|bam|bai|csi|cram|tagalign(\.gz)?)$/i.test(name)) return "measured";
  if (/\.(fai|gzi)$/i.test(name)) return "index";
  const lines = textOf(start).split(/\r\n?|\n/);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (/^##fileformat=VCF|^#CHROM\t/i.test(first)) return "variants";
  if (/\.(meme|jaspar|pfm|pcm|motifs?|transfac)(\.gz)?$/i.test(name) || areMotifs(lines)) return "motifs";
  if (isTruth(lines, first)) return "truth";
  if (hasColumns(lines, ["sequence", "start", "end", "effect"])) return "sites";
  if (/^[>;]/.test(first) || /^[ACGTNacgtn]{20,}$/.test(first)) return "sequence";
  // STAR's rows of a name and three counts resemble bedGraph.
  if (first.startsWith("N_unmapped\t")) return "expression";
  const data = lines.find((line) => line.trim() !== "" && !/^(#|track\b|browser\b)/.test(line)) ?? "";
  if (NAMED_PEAKS.test(name) || /^track\b.*type="?(narrow|broad|gapped)Peak/i.test(first) || isPeak(data))
    return "peaks";
  if (/^track\b.*bedGraph/i.test(first) || /^[^\s,]+\s+\d+\s+\d+\s+[-+.\deE]+\s*$/.test(data)) return "measured";
  if (/^##gff-version/i.test(first) || isAnnotation(data) || /\.(gtf|gff3?|bed)(\.gz)?$/i.test(name))
    return "annotation";
  return tabular(start, lines);
}

/** Returns true for a planted truth, recognised by its header or as JSON. */
function isTruth(lines: readonly string[], first: string): boolean {
  if (/^\s*\{/.test(first)) return lines.some((line) => /"planted"\s*:/.test(line));
  return hasColumns(lines, ["gene", "mark", "first_bin", "last_bin"]);
}

/** Returns true if the header has all of these columns. */
function hasColumns(lines: readonly string[], names: readonly string[]): boolean {
  const header = lines.find((line) => line.trim() !== "" && !line.startsWith("#"))?.split("\t") ?? [];
  return names.every((name) => header.includes(name));
}

/**
 * Returns true for motifs in the format of MEME, TRANSFAC, JASPAR, HOCOMOCO or HOMER: `>MA0001.1 name`, followed by
 * rows of numbers, with or without a letter.
 */
function areMotifs(lines: readonly string[]): boolean {
  const [first = "", second = ""] = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (first.startsWith(">")) return /\d/.test(second) && /^\s*A?[\s\d.eE+|[\]]+$/i.test(second);
  return lines.some((line) => /^MEME version\b/i.test(line) || /^P[0O](\s+[ACGT]){4}\s*$/.test(line));
}

/** Columns that identify a signal table: a bin, or the name of a mark. */
const OF_SIGNAL = /^"?(bins?|bin_?(id|index|number)|start|H[234]\w*|DNase\w*|ATAC\w*)"?$/i;

/** A signal table, values of genes, or neither. */
function tabular(start: Uint8Array, lines: readonly string[]): FileKind {
  // UTF-16 contains zero bytes; its reader, and that of empty files, report any fault.
  const isWide = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  // Compressed, and damaged.
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  if (isWide || isPacked || start.length === 0) return "table";
  if (start.includes(0)) return "other";
  const [first = "", second = ""] = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
  // computeMatrix of deepTools begins with its settings.
  if (first.startsWith("@")) return "table";
  // GCT, and the output of featureCounts.
  if (lines[0]?.startsWith("#1.2") || first.startsWith("Geneid\t")) return "expression";
  const cut = ["\t", ";", ","].find((each) => first.includes(each));
  if (cut === undefined) return areNames(lines) ? "names" : "other";
  const [head, row] = [first.split(cut), second.split(cut)];
  const isNumber = (cell: string | undefined): boolean => /^\s*"?[-+]?(\d|\.\d|NA\b|NaN\b)/i.test(cell ?? "");
  const isNamed = head.some((name) => OF_SIGNAL.test(name.trim()));
  const hasNumbers = (second === "" ? head : row).slice(1).some(isNumber);
  if (isNamed || !hasNumbers) return isNamed ? "table" : areNames(lines) ? "names" : "other";
  const isHeaded = !head.slice(1).some(isNumber);
  return (isHeaded || head.length === 2) && !isNumber(row[0] ?? head[0]) ? "expression" : "table";
}

/** Returns true if each line is one name, or the only line is a list of several. */
function areNames(lines: readonly string[]): boolean {
  const texts = lines.map((line) => line.trim()).filter((line) => line !== "");
  const names = texts.length === 1 ? texts[0]!.split(/[,;]\s*/) : texts;
  return names.length >= (texts.length === 1 ? 3 : 2) && names.every((name) => /^(?=.*[a-z])[\w.:-]+$/i.test(name));
}

/** File names of ENCODE and MACS peaks. */
const NAMED_PEAKS = /(\.(narrow|broad|gapped)peak|[._-](peaks|summits)\.(bed|xls))(\.b?gz)?$/i;

/** Returns true for a row of peaks: BED with further values after the strand, or with the name of a peak. */
function isPeak(row: string): boolean {
  const columns = row.split("\t");
  const [, start, end, name = "", , strand = ""] = columns;
  if (![start, end].every((place) => /^\d+$/.test(place ?? ""))) return false;
  if (columns.length < 9) return !/^[-+]$/.test(strand) && /(^|[._-])peak[._-]?\d+[a-z]?$/i.test(name);
  const own = columns.slice(columns.length === 15 ? 12 : 6);
  if (![9, 10, 15].includes(columns.length) || !/^[-+.]$/.test(strand)) return false;
  // Nine columns may also be genes, with thick ends and a colour.
  const areThick = own.slice(0, 2).every((at) => /^\d+$/.test(at) && Number(start) <= +at && +at <= Number(end));
  return !areThick && own.every((value) => value !== "" && !Number.isNaN(Number(value)));
}

/** Returns true for a row of GTF or GFF3, or of BED: `chr1 11868 14409 DDX11L1 0 +`. */
function isAnnotation(row: string): boolean {
  const columns = row.split("\t");
  const isWhole = (at: number): boolean => /^\d+$/.test(columns[at] ?? "");
  if (columns.length >= 9 && isWhole(3) && isWhole(4)) return true;
  if (columns.length < 3 || !isWhole(1) || !isWhole(2)) return false;
  // Tables without a header have numbers there too, but neither strands nor names.
  return (
    columns.length === 3 || (columns.length < 6 && Number.isNaN(Number(columns[3]))) || /^[-+.]$/.test(columns[5] ?? "")
  );
}

/** The text at the beginning of a file, decompressed if it is gzipped. */
export async function openingText(file: Blob): Promise<string> {
  return new TextDecoder().decode(await unpacked(file, await beginning(file)));
}

function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes).replace(/^\uFEFF/, "");
}

async function beginning(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, OPENING).arrayBuffer());
}

/** The first decompressed bytes of a file that begins with `packed`. */
async function unpacked(file: Blob, packed: Uint8Array): Promise<Uint8Array> {
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  // Larger than needed, since gzip yields output block by block.
  const reader = file
    .slice(0, 1 << 17)
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader();
  try {
    const { value } = await reader.read();
    return (value ?? new Uint8Array()).slice(0, OPENING);
  } catch {
    // Damaged: its reader reports the fault.
    return packed;
  } finally {
    reader.cancel().catch(() => {});
  }
}
