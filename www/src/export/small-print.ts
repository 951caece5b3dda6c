/** Small print under a figure: the model and data it was made from, and what has to be known of it. */

import { plotSize, type Provenance } from "./plot";
import { label, wrap } from "../plots/core/svg";
import type { Theme } from "../plots/core/colour";

/** 6.4 points at 96 pixels an inch: no less may be printed. */
const SIZE = 8.5;
/** Height of a line in sizes of its letters. */
const LINE = 1.3;

/** Model, data, and what else has to be known, in a line. */
export function smallPrint({ table, model, facts = [], program }: Provenance): string {
  return [model, table, ...facts, program].filter((part) => part !== "").join("; ");
}

/** A sentence for the legend of a figure whose title this is. */
export function legendSentence(title: string, { table, model, facts = [], program }: Provenance): string {
  const known = facts.length > 0 ? ` (${facts.join("; ")})` : "";
  return `${title}. Predicted from ${table} with the model ${model}${known}; drawn with ${program}.`;
}

/** A plot with the small print under it, in letters of `size` pixels of the plot. */
export function withSmallPrint(plot: string, provenance: Provenance, theme: Theme, size = SIZE): string {
  const { width, height } = plotSize(plot);
  const lines = wrap(smallPrint(provenance), width - 16, size);
  const step = Math.ceil(LINE * size - 0.5);
  const taller = height + step * lines.length + 6;
  const texts = lines.map((line, i) =>
    label(8, height + 6 + step * i, line, { "font-size": size, fill: theme.inkFaint, "data-small-print": "" }),
  );
  return plot
    .replace(
      ` height="${height}" viewBox="0 0 ${width} ${height}"`,
      ` height="${taller}" viewBox="0 0 ${width} ${taller}"`,
    )
    .replace(`<rect width="${width}" height="${height}"`, `<rect width="${width}" height="${taller}"`)
    .replace(/\n<\/svg>$/, () => `\n${texts.join("\n")}\n</svg>`);
}
