/** The part of a picture that has genes: between its last track and its axis, with a heading. */

import { label } from "../core/svg";
import { fit, textWidth } from "../core/text";
import type { Theme } from "../core/theme";
import { aboutGenes, drawGenes, genesHeight, type PlacedGenes, placeGenes } from "./genes";
import type { SequenceGenes, Stretch } from "./options";

const HEADER = 18;
const GAP = 10;

/** Where genes lie below their heading. */
export interface GenesUnder {
  readonly top: number;
  readonly bottom: number;
  readonly shown: PlacedGenes;
}

/** The genes that begin at `top`, with their heading, and where the axis is then. */
export function layGenesUnder(
  genes: SequenceGenes | undefined,
  stretch: Stretch,
  left: number,
  right: number,
  top: number,
): { readonly genes: GenesUnder | undefined; readonly axisY: number } {
  if (!genes) return { genes, axisY: top };
  const shown = placeGenes(genes, stretch, left, right);
  const bottom = top + HEADER + genesHeight(shown);
  return { genes: { shown, top: top + HEADER, bottom }, axisY: bottom + GAP };
}

/** The genes with their heading. */
export function drawGenesUnder(
  genes: SequenceGenes | undefined,
  place: GenesUnder | undefined,
  stretch: Stretch,
  left: number,
  right: number,
  theme: Theme,
): string[] {
  if (!genes || !place) return [];
  const about = aboutGenes(place.shown);
  const room = right - left - (about ? textWidth(about, 11) + 16 : 0);
  const y = place.top - 6;
  const name = left + textWidth("Genes", 12) + 8;
  return [
    label(left, y, "Genes", { "font-size": 12, fill: theme.ink }),
    label(name, y, fit(genes.file, left + room - name, 11), { fill: theme.inkMuted }),
    about ? label(right, y, about, { "text-anchor": "end", fill: theme.inkMuted }) : "",
    ...drawGenes(place.shown, genes, stretch, left, right, place.top, theme),
  ];
}
