/** Drawing and readout of the figure of two models on a record. */

import type { Provenance } from "../../../export";
import {
  binsInWords,
  comparedTracks,
  comparedTracksLayout,
  formatSigned,
  formatValue,
  type PlotFrame,
  type SequenceGenes,
} from "../../../plots/sequences";
import { plainRow, slotPlaces } from "../../../plots/core/hover";
import { modelName } from "../../../session/state";
import type { Drawing } from "../../../ui/drawing";
import { lettered } from "../../shared/compare/provenance";
import { sequenceTsv } from "../drawings";
import { trackOf, type TrackRun } from "../result";
import { trackProvenance } from "../words";
import type { OtherRun } from "./aligned";
import type { TrackPair } from "./comparing";

/** Provenance of the figure. */
export function provenanceOf(run: TrackRun, other: OtherRun): Provenance {
  return lettered([{ letter: "A" }, { letter: "B" }], [trackProvenance(run), trackProvenance(other)]);
}

/** Returns true if the cards give the tracks different units. */
export function unitsDiffer(run: TrackRun, other: OtherRun, { track, against }: Omit<TrackPair, "values">): boolean {
  return trackOf(run.model.card, track).unit !== trackOf(other.model.card, against).unit;
}

/**
 * A track of each model overlaid in view, and their difference below. Positions are all bins of the record.
 */
export function comparedDrawing(
  run: TrackRun,
  other: OtherRun,
  { track, against, values }: TrackPair,
  view: readonly [number, number],
  genes?: SequenceGenes,
): Drawing | undefined {
  if (!values) return undefined;
  const [own, theirs] = values;
  const [ofOwn, ofTheirs] = [trackOf(run.model.card, track), trackOf(other.model.card, against)];
  const names = [
    `A: ${modelName(run.model)}, ${ofOwn.name}`,
    `B: ${modelName(other.model)}, ${ofTheirs.name}`,
  ] as const;
  const { name: record } = run.record;
  const areUnlike = unitsDiffer(run, other, { track, against });
  const stretch = { record, origin: run.origin, binSize: run.bin, view };
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, ...stretch, names, values, genes },
    // With two different units, neither applies to the scale.
    unit: areUnlike ? undefined : (ofOwn.unit ?? undefined),
    areUnlike,
  });
  const shown = (value: number | undefined): string => (Number.isFinite(value) ? formatValue(value!) : "–");
  return {
    saved: "comparison",
    gene: record,
    draw: (frame) => comparedTracks(options(frame)),
    tsv: () =>
      sequenceTsv(stretch, view, [
        { name: names[0], values: own },
        { name: names[1], values: theirs },
      ]),
    places: slotPlaces(
      { name: "bin", count: run.bins, view },
      (frame) => comparedTracksLayout(options(frame)),
      (bin) => {
        const difference = theirs[bin]! - own[bin]!;
        const between = Number.isFinite(difference) ? formatSigned(difference) : "–";
        return {
          title: binsInWords(stretch, bin),
          columns: ["", "A", "B", ...(areUnlike ? [] : ["B − A"])],
          rows: [plainRow(ofOwn.name, shown(own[bin]), shown(theirs[bin]), ...(areUnlike ? [] : [between]))],
        };
      },
    ),
  };
}
