/** The figure and the numbers of a variant's effect. */

import type { EffectNull, MembersSpread, VariantTrackScore } from "../../../../../pkg/src/index";
import {
  binsInWords,
  changeOf,
  formatBase,
  formatSigned,
  formatValue,
  type PlotFrame,
  type SequenceGenes,
  variantTracks,
  variantTracksLayout,
} from "../../../plots/sequences";
import { plainRow, slotPlaces } from "../../../plots/core/hover";
import type { Drawing } from "../../../ui/drawing";
import { behindMean } from "../../shared/members";
import { rangeAt, sequenceTsv, spreadColumns } from "../drawings";
import { trackOf, type TrackRun, type VariantChange } from "../result";
import { apartOf, type ChangeSpread } from "./apart";

/** Name of a variant: "chrIV:29,760 A>G". */
export function variantName(
  record: string,
  { variant: { position, reference, alternative } }: Pick<VariantChange, "variant">,
): string {
  return `${record}:${formatBase(position + 1)} ${reference}>${alternative}`;
}

/** Tracks of a variant's window, for drawing. */
function tracksOf(run: TrackRun, { reference, alternative, spread }: VariantChange, shown: readonly number[]) {
  const count = run.peaks.length;
  const column = (values: Float32Array, track: number): Float32Array =>
    Float32Array.from({ length: values.length / count }, (_, bin) => values[bin * count + track]);
  const ofTrack = ({ sd, low, high }: MembersSpread, track: number): MembersSpread => ({
    ...{ sd: column(sd, track), low: column(low, track), high: column(high, track) },
  });
  return shown.map((track) => ({
    ...trackOf(run.model.card, track),
    reference: column(reference, track),
    alternative: column(alternative, track),
    spread: spread && {
      reference: ofTrack(spread.reference, track),
      alternative: ofTrack(spread.alternative, track),
    },
  }));
}

/** Percentile of a change among random variants, in per cent. */
export interface Unusual {
  readonly percentile: number;
  readonly low: number;
  readonly high: number;
  readonly activity: number;
}

function unusualOf(score: VariantTrackScore): Unusual | undefined {
  const { percentile, percentile_low: low, percentile_high: high, activity } = score;
  if (percentile === undefined || low === undefined || high === undefined || activity === undefined) return undefined;
  return { percentile, low, high, activity };
}

/** A percentile with its range: "98.2 (97.1 to 98.9)"; beyond all random variants, the distance is unknown. */
export function unusualText({ percentile, low, high }: Unusual): string {
  if (high >= 100) return `beyond all random variants (above ${low.toFixed(1)})`;
  return `${percentile.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

/** Reference set of a variant's percentile; for several variants, each is compared with its own kind. */
export function nullText({ genome, drawn }: EffectNull, isIndel?: boolean): string {
  const where = `at places where about as much is predicted (${drawn}).`;
  if (isIndel === undefined)
    return `Each percentile, with its 95 % interval, is among random variants of the same kind in ${genome}, ${where}`;
  const what = isIndel ? "insertions and deletions" : "single bases";
  return `Percentiles, with their 95 % intervals, are among random ${what} of ${genome} ${where}`;
}

/** Change of each track by a variant, the largest first. */
export function changesOf({ scores }: Pick<VariantChange, "scores">): {
  readonly track: number;
  readonly name: string;
  readonly sad: number;
  /** Spread of `sad` over ensemble members; undefined for a single model. */
  readonly apart: ChangeSpread | undefined;
  readonly total: number;
  readonly log2: number;
  /** Change relative to the sum without the variant. */
  readonly relative: number;
  /** Percentile among random variants; undefined if the model's card has none of the kind. */
  readonly unusual: Unusual | undefined;
}[] {
  return scores
    .map((score, track) => {
      const { track: name, sad, total, log2, reference_sum: sum } = score;
      return {
        track,
        name,
        sad,
        apart: apartOf(score),
        total,
        log2,
        relative: sum > 0 ? sad / sum : 0,
        unusual: unusualOf(score),
      };
    })
    .sort((a, b) => Math.abs(b.log2) - Math.abs(a.log2) || a.track - b.track);
}

/** Effect of a variant, drawn around it. */
export function variantDrawing(
  run: TrackRun,
  change: VariantChange,
  shown: readonly number[],
  bins: number,
  genes?: SequenceGenes,
): Drawing {
  const count = change.reference.length / run.peaks.length;
  const at = Math.floor((change.variant.position - change.origin) / run.bin);
  const from = Math.max(0, Math.min(count - bins, at - Math.floor(bins / 2)));
  const view = [from, Math.min(count, from + bins)] as const;
  const tracks = tracksOf(run, change, shown);
  const name = variantName(run.record.name, change);
  const stretch = { record: run.record.name, origin: change.origin, binSize: run.bin, view };
  const { position } = change.variant;
  const options = (frame: PlotFrame) => ({ ...frame, ...stretch, variant: name, position, tracks, genes });
  const columns = tracks.flatMap(({ name, reference, alternative, spread }) => [
    { name: `${name} reference`, values: reference },
    ...spreadColumns(`${name} reference`, spread?.reference),
    { name: `${name} alternative`, values: alternative },
    ...spreadColumns(`${name} alternative`, spread?.alternative),
  ]);
  return {
    saved: "variant",
    gene: name,
    draw: (frame) => variantTracks(options(frame)),
    tsv: () => sequenceTsv(stretch, [0, count], columns),
    places: slotPlaces(
      { name: "bin", count, view },
      (frame) => variantTracksLayout(options(frame)),
      (bin) => ({
        title: binsInWords(stretch, bin),
        columns: ["", "reference", "alternative", "change"],
        rows: tracks.map((track) =>
          plainRow(
            track.name,
            formatValue(track.reference[bin]) + behindMean(rangeAt(track.spread?.reference, bin), formatValue),
            formatValue(track.alternative[bin]) + behindMean(rangeAt(track.spread?.alternative, bin), formatValue),
            formatSigned(changeOf(track, [bin, bin + 1]).sum),
          ),
        ),
      }),
    ),
  };
}
