/** Size of a plot. */

/** Width and height of a plot in pixels, as its root element says. */
export function plotSize(plot: string): { readonly width: number; readonly height: number } {
  const root = /^<svg [^>]*>/.exec(plot)?.[0] ?? "";
  const read = (name: string): number => Number(new RegExp(` ${name}="([0-9.]+)"`).exec(root)?.[1] ?? Number.NaN);
  const size = { width: read("width"), height: read("height") };
  if (!(size.width > 0 && size.height > 0)) throw new TypeError("not a plot: the root element has no width and height");
  return size;
}
