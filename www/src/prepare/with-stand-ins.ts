/** Adds substitute columns for missing marks to a table, in the format of `regulens prepare hm`. */

import { noteOf } from "../tasks/shared/stand-ins";
import type { StandIn } from "./result";

/** Format of a table's rows: the separator of cells, and the decimal separator. */
interface Writing {
  readonly separator: string;
  readonly point: string;
}

/** The decoder for a text by its first bytes: UTF-16 has a byte order mark. */
function decoderOf(start: Uint8Array): TextDecoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
  return new TextDecoder(start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : "utf-8");
}

/** Detects the format of a table from its beginning. If semicolons separate cells, commas separate decimals. */
function writingOf(text: string): Writing {
  const header = text.split(/\r\n?|\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  const separator = ["\t", ";", ","].find((each) => header.includes(each)) ?? ",";
  return { separator, point: separator === ";" && /[;"]\d+,\d/.test(text) ? "," : "." };
}

/** The decompressed text. */
async function unpacked(table: Blob): Promise<ReadableStream<Uint8Array>> {
  const [first, second] = new Uint8Array(await table.slice(0, 2).arrayBuffer());
  const stream = table.stream();
  return first === 0x1f && second === 0x8b ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
}

/** The table with a further column for each of `standIns`, with the same value in each bin of each gene. */
export async function withStandIns(table: Blob, standIns: readonly StandIn[]): Promise<Blob> {
  let decoder: TextDecoder | undefined;
  let writing: Writing | undefined;
  let isHeaded = false;
  let rest = "";
  const added = (line: string): string => {
    if (!writing || line.trim() === "" || (!isHeaded && line.startsWith("#"))) return `${line}\n`;
    const { separator, point } = writing;
    const cells = standIns.map(({ mark, value }) => (isHeaded ? shortest(value).replace(".", point) : mark));
    const before = isHeaded
      ? ""
      : standIns.map((each) => `# ${noteOf(each.mark, shortest(each.value), each.what)}\n`).join("");
    isHeaded = true;
    return `${before}${[line, ...cells].join(separator)}\n`;
  };
  const lines = (text: string): string => {
    const all = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = all.pop() ?? "";
    return all.map(added).join("");
  };
  const encoder = new TextEncoder();
  const rewritten = (await unpacked(table)).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        decoder ??= decoderOf(chunk);
        const text = decoder.decode(chunk, { stream: true });
        writing ??= writingOf(text);
        controller.enqueue(encoder.encode(lines(text)));
      },
      flush(controller) {
        const last = lines(decoder?.decode() ?? "") + (rest === "" ? "" : added(rest.replace(/\r$/, "")));
        controller.enqueue(encoder.encode(last));
      },
    }),
  );
  return new Response(rewritten).blob();
}

/** A float32 in as few digits as identify it, as the program writes it. */
export function shortest(value: number): string {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
  return String(digits === undefined ? value : Number(value.toPrecision(digits)));
}
