/** Small print under a figure: its model, its data, and facts that readers must know. */

import { plotSize, type Provenance } from "./plot";
import { label, wrap } from "../plots/core/svg";
import type { Theme } from "../plots/core/colour";

/** 6.4 points at 96 pixels per inch, a minimum for print. */
const SIZE = 8.5;
/** Line height relative to the letter size. */
const LINE = 1.3;

/** Model, data, and further facts, in a line. */
export function smallPrint({ table, model, facts = [], program }: Provenance): string {
  return [model, table, ...facts, program].filter((part) => part !== "").join("; ");
}

/** A sentence for the legend of the figure with this title. */
export function legendSentence(title: string, { table, model, facts = [], program }: Provenance): string {
  const known = facts.length > 0 ? ` (${facts.join("; ")})` : "";
  return `${title}. Predicted from ${table} with the model ${model}${known}; drawn with ${program}.`;
}

/** A plot with the small print below it, in letters of `size` pixels of the plot. */
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
