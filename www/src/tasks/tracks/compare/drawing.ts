/** Drawing and readout of the figure of two models on a record. */

import type { Provenance } from "../../../export";
import { columns as tsv } from "../../../export/columns";
import {
  basesInWords,
  binAtPixelOf,
  binStart,
  comparedTracks,
  comparedTracksLayout,
  formatSigned,
  formatValue,
  type PlotFrame,
  type SequenceGenes,
} from "../../../plots/sequences";
import { modelName } from "../../../session/state";
import type { Drawing } from "../../../ui/drawing";
import { lettered } from "../../shared/compare/provenance";
import { trackOf } from "../names";
import type { TrackRun } from "../result";
import { trackProvenance } from "../words";
import type { OtherRun } from "./aligned";
import type { TrackPair } from "./comparing";

/** Provenance of the figure. */
export function provenanceOf(run: TrackRun, other: OtherRun): Provenance {
  return lettered([{ letter: "A" }, { letter: "B" }], [trackProvenance(run), trackProvenance(other)]);
}

/** Returns true if the cards say different units of the tracks. */
export function unitsDiffer(run: TrackRun, other: OtherRun, { track, against }: Omit<TrackPair, "values">): boolean {
  return trackOf(run.model.card, track).unit !== trackOf(other.model.card, against).unit;
}

/**
 * A track of each model over each other in view, and their difference under them. Places are all bins of the record.
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
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, record, origin: run.origin, binSize: run.bin, view, names, values, genes },
    // Neither of two units is that of the scale.
    unit: areUnlike ? undefined : (ofOwn.unit ?? undefined),
    areUnlike,
  });
  const stretch = { record, origin: run.origin, binSize: run.bin, view };
  const shown = (value: number | undefined): string => (Number.isFinite(value) ? formatValue(value!) : "–");
  return {
    saved: "comparison",
    gene: record,
    draw: (frame) => comparedTracks(options(frame)),
    tsv: () =>
      tsv(
        ["record", "start", "end", ...names],
        Array.from({ length: view[1] - view[0] }, (_, i) => view[0] + i).map((bin) => [
          ...[record, binStart(stretch, bin), binStart(stretch, bin + 1)],
          ...[own[bin]!, theirs[bin]!],
        ]),
      ),
    places: {
      count: run.bins,
      name: "bin",
      at: (frame, pixel) => {
        const { left, right } = comparedTracksLayout(options(frame));
        const bin = binAtPixelOf(stretch, left, right, pixel);
        return bin === undefined ? undefined : bin + 1;
      },
      read: (frame, place) => {
        const bin = place - 1;
        if (bin < view[0] || bin >= view[1]) return undefined;
        const { left, right } = comparedTracksLayout(options(frame));
        const width = (right - left) / (view[1] - view[0]);
        const difference = theirs[bin]! - own[bin]!;
        return {
          left: left + (bin - view[0]) * width,
          right: left + (bin - view[0] + 1) * width,
          title: basesInWords(record, binStart(stretch, bin), binStart(stretch, bin + 1)),
          columns: ["", "A", "B", ...(areUnlike ? [] : ["B − A"])],
          rows: [
            {
              name: ofOwn.name,
              isMark: false,
              values: [
                shown(own[bin]),
                shown(theirs[bin]),
                ...(areUnlike ? [] : [Number.isFinite(difference) ? formatSigned(difference) : "–"]),
              ],
            },
          ],
        };
      },
    },
  };
}
