/** A plot as pixels, drawn by the browser itself. Needs a DOM. */

import { plotSize } from "./plot-size";

/** Pixels of a plot to the inch. */
export const PLOT_DPI = 96;

/**
 * A PNG of a plot with `dpi` dots to the inch, which the file says too, so that it is placed as large as the plot. The
 * policy of the page must let images come from `blob:`, and from `data:` those within a plot. Rejects with an `Error`
 * where the browser cannot draw it.
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

/** Bytes of a PNG's signature and of its first chunk, IHDR, behind which `pHYs` may stand. */
const HEAD = 8 + 25;

/** @internal A PNG that says how many dots it has to the inch: a chunk `pHYs`, in dots to the metre. */
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

/** The checksum of PNG (ISO 3309), bit by bit: it is of a few bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
