/**
 * A plot as a file of its own, as the page shows it, with its provenance in the metadata; or as pixels, which the
 * browser renders from the SVG.
 */

import { element, textElement, unescapeXml } from "../plots/core/svg";

/** Provenance of a figure. */
export interface Provenance {
  /** Name of the table's file. */
  readonly table: string;
  /** Name of the model on its card. */
  readonly model: string;
  /** SHA-256 of the model's file, in hexadecimal. */
  readonly sha256: string;
  /** The program and its version. */
  readonly program: string;
  /** Date of the prediction, ISO 8601. */
  readonly date: string;
  /** Facts that readers of the figure must know: "bins of 100 bp", "simulated data". */
  readonly facts?: readonly string[] | undefined;
}

/** Dublin Core in RDF, which SVG editors and reference managers read. */
function metadata(title: string, { table, model, sha256, program, date }: Provenance): string {
  const description = element("rdf:Description", { "rdf:about": "" }, [
    textElement("dc:title", {}, title),
    textElement("dc:creator", {}, program),
    textElement("dc:source", {}, `Table ${table}; model ${model}, SHA-256 ${sha256}`),
    textElement("dc:date", {}, date),
    textElement("dc:format", {}, "image/svg+xml"),
  ]);
  const namespaces = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
  };
  return element("metadata", {}, [element("rdf:RDF", namespaces, [description])]);
}

/** The root tag of a plot with its size in millimetres; coordinates remain pixels. */
function sized(head: string, millimetres: number | undefined): string {
  if (millimetres === undefined) return head;
  const { width, height } = plotSize(head);
  const tall = Math.round((1000 * height * millimetres) / width) / 1000;
  return head.replace(/ width="[0-9.]+" height="[0-9.]+"/, ` width="${millimetres}mm" height="${tall}mm"`);
}

/** The text of an SVG file from a plot's string, with a printed width of `millimetres` if given. */
export function svgFile(plot: string, provenance: Provenance, millimetres?: number): string {
  const described = /^<svg [^>]*>\n<title>([^<]*)<\/title>\n<desc>[^<]*<\/desc>\n/.exec(plot);
  if (!described) throw new TypeError("not a plot: it does not start with a title and a description");
  const [head, title] = described;
  const file = `${sized(head, millimetres)}${metadata(unescapeXml(title), provenance)}\n${plot.slice(head.length)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${file}\n`;
}

/** Width and height of a plot in pixels, from its root element. */
export function plotSize(plot: string): { readonly width: number; readonly height: number } {
  const root = /^<svg [^>]*>/.exec(plot)?.[0] ?? "";
  const read = (name: string): number => Number(new RegExp(` ${name}="([0-9.]+)"`).exec(root)?.[1] ?? Number.NaN);
  const size = { width: read("width"), height: read("height") };
  if (!(size.width > 0 && size.height > 0)) throw new TypeError("not a plot: the root element has no width and height");
  return size;
}

/** Pixels of a plot per inch. */
export const PLOT_DPI = 96;

/**
 * A PNG of a plot at `dpi` dots per inch; the file records the resolution, so that it is placed at the plot's size. The
 * policy of the page must allow images from `blob:`, and from `data:` those within a plot. Rejects with an `Error` if
 * the browser cannot render it.
 */
export async function pngFile(plot: string, dpi: number): Promise<Blob> {
  const scale = dpi / PLOT_DPI;
  const { width, height } = plotSize(plot);
  const url = URL.createObjectURL(new Blob([plot], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode().catch((cause: unknown) => {
      throw new Error(
        "the browser did not draw the figure as an image: where the page has a content security policy, it must have " +
          "img-src blob: data:; save the figure as SVG instead",
        { cause },
      );
    });
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no 2D canvas; save the figure as SVG instead");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else
          reject(
            new Error(
              `this browser cannot write a PNG of ${canvas.width} x ${canvas.height} pixels; save the figure as ` +
                "SVG instead",
            ),
          );
      }, "image/png");
    });
    return new Blob([withDpi(new Uint8Array(await drawn.arrayBuffer()), dpi)], { type: "image/png" });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Size of a PNG's signature and first chunk, IHDR, which `pHYs` may follow. */
const HEAD = 8 + 25;

/** @internal Adds the resolution to a PNG: a chunk `pHYs`, in dots per metre. */
export function withDpi(png: Uint8Array<ArrayBuffer>, dpi: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEAD));
  whole.set(chunk, HEAD);
  whole.set(png.subarray(HEAD), HEAD + chunk.length);
  return whole;
}

/** The checksum of PNG (ISO 3309), bit by bit, since it covers only a few bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
