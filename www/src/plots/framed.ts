/** Additions of published plots to those of the page: a default width and theme, and checks of lengths. */

import type { PlotFrame } from "./core/options";
import { light } from "./core/theme";

/** Options of a plot whose frame may be left out: `width` is then 640 pixels, `theme` is `light`. */
export type Framed<Options extends PlotFrame> = Omit<Options, keyof PlotFrame> & Partial<PlotFrame>;

/** An array of a plot: its name, its values, and how many there must be, in words too. */
export type Length = readonly [name: string, values: ArrayLike<unknown> | undefined, expected: number, words: string];

const WIDTH = 640;

/**
 * The options of a plot with their frame.
 *
 * @param name The plot, in errors.
 * @param lengths The arrays whose lengths follow from others.
 * @throws TypeError, RangeError.
 */
export function ready<Options extends PlotFrame>(
  name: string,
  given: Framed<Options>,
  lengths: (options: Options) => readonly Length[] = () => [],
): Options {
  if (typeof given !== "object" || given === null) throw new TypeError(`${name}: expected options, as an object.`);
  const { width = WIDTH, theme = light } = given;
  if (!(Number.isFinite(width) && width > 0))
    throw new RangeError(`${name}: found the width ${String(width)}; expected a number of pixels above 0.`);
  if (typeof theme !== "object")
    throw new TypeError(`${name}: found the theme ${String(theme)}; expected \`light\` or \`dark\` of this module.`);
  const options = { ...given, width, theme } as unknown as Options;
  for (const [array, values, expected, words] of lengths(options))
    if (values && values.length !== expected)
      throw new RangeError(
        `${name}: found ${values.length} values in \`${array}\`; expected ${expected}, of ${words}.`,
      );
  return options;
}

/** The length of an array [rows, bins], and in words. */
export const lengthOf = (rows: readonly string[], bins: number): [number, string] => [
  rows.length * bins,
  `${rows.length} rows of ${bins} bins`,
];
