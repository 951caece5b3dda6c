/** A plot as pixels, drawn by the browser itself. Needs a DOM. */

import { plotSize } from "./svg";

/**
 * A PNG of a plot, `scale` pixels of the file for each pixel of the plot. The policy of the page must let images come
 * from `blob:`. Rejects with an `Error` where the browser cannot draw it.
 */
export async function pngFile(plot: string, scale = 2): Promise<Blob> {
  const { width, height } = plotSize(plot);
  const url = URL.createObjectURL(new Blob([plot], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no 2D canvas; save the figure as SVG instead");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
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
  } finally {
    URL.revokeObjectURL(url);
  }
}
