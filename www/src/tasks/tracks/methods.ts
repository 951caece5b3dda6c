/** Methods text of a manuscript for a run that predicts tracks along a sequence. */

import {
  cited,
  sentences,
  modelInWords,
  fileInWords,
  trainingInWords,
  deviceInWords,
  type Methods,
} from "../shared/methods";
import { meanInWords } from "../shared/confidence";
import { formatCount } from "../../plots/core/format";
import { counted } from "../../ui/words";
import { assemblyInWords } from "../shared/assemblies";
import { differsOf, type TrackRun } from "./result";
import { SCORE } from "../../../../pkg/src/constants";

/** Further data of a run for its methods text. */
export interface TrackContext {
  readonly simulated?: boolean;
  /** The intervals shown, in a sentence without its full stop. */
  readonly intervals?: string | undefined;
  /** Measured tracks, and the summary of their bins. */
  readonly measured?: readonly { readonly file: string; readonly track: string; readonly value: "sum" | "mean" }[];
  /** A variant that was tried, as written. */
  readonly variant?: string | undefined;
  /** A VCF whose variants were scored by the run's model, and their number. */
  readonly scored?: { readonly file: string; readonly variants: number } | undefined;
  /** Method, unit and baseline of the contributions of bases, in a sentence without its full stop. */
  readonly contributions?: string | undefined;
  /** A stretch whose bases were substituted, from 1, both ends included. */
  readonly stretch?: readonly [number, number] | undefined;
}

/** A run of a model of tracks along a sequence. */
export function methodsOfTracks(
  run: TrackRun,
  { simulated, intervals, measured = [], variant, scored, contributions, stretch }: TrackContext = {},
): Methods {
  const { model, record, file, windows, origin, bin, bins, padded, peaks } = run;
  const { card, shape } = model;
  const works = cited(model);
  const mean = meanInWords(card);
  const differs = differsOf(run)?.[0];
  const length = card.sequence?.length ?? shape?.length;
  const buffer = card.sequence?.buffer ?? 0;
  const text = sentences(
    `Tracks along the sequence were predicted with ${modelInWords(run)}`,
    mean && `Predictions, effects of variants and contributions are ${mean}`,
    fileInWords(model),
    trainingInWords(card),
    `The input was ${record.name} of ${file}${simulated ? " (simulated)" : ""}, ` +
      `${counted(record.length, "base")}, read as the forward strand; predictions were not averaged over both ` +
      "strands or over shifts",
    run.assembly && `Its assembly is ${assemblyInWords(run.assembly.name)}, told by ${run.assembly.by}`,
    differs,
    record.unknown
      ? `${counted(record.unknown, "base is", "bases are")} unknown and count a quarter as A, C, G and T`
      : undefined,
    length === undefined
      ? undefined
      : `The model looks at ${counted(length, "base")} at a time: ` +
          `${windows.length === 1 ? "one window" : `${formatCount(windows.length)} overlapping windows`} ` +
          `${windows.length === 1 ? "covers" : "cover"} the ` +
          `sequence${
            buffer > 0
              ? `, of each of which the first and last ${formatCount(buffer)} bases are read but not predicted`
              : ""
          }`,
    padded > 0
      ? `${counted(padded, "unknown base was", "unknown bases were")} put around the sequence to fill the window`
      : undefined,
    `It gives ${counted(peaks.length, "track")} in ${counted(bins, "bin")} of ${bin} bp, from base ` +
      `${formatCount(origin + 1)}`,
    intervals,
    measured.length > 0
      ? "Measured tracks beside the prediction: " +
          `${measured.map((each) => `${each.file} (${each.value} over each bin) under ${each.track}`).join("; ")}`
      : undefined,
    variant
      ? `The effect of ${variant} is the prediction of the changed sequence less that of the sequence as given, ` +
          "over the same window"
      : undefined,
    scored
      ? `${counted(scored.variants, "variant")} of ${scored.file} ${scored.variants === 1 ? "was" : "were"} ` +
          "scored, each in the middle of a window: the prediction with the variant less that without, as the mean of " +
          `both strands, summed over the bins of the variant and ${SCORE.around} on either side`
      : undefined,
    contributions,
    shape && shape.layers > 0
      ? `Attention is that of ${counted(shape.layers, "layer")} of ${counted(shape.heads, "head")} over the ` +
          `${formatCount(shape.bins)} bins of a window; each head’s adds up to 1 over them`
      : undefined,
    stretch
      ? `For mutagenesis every base from ${formatCount(stretch[0])} to ${formatCount(stretch[1])} was replaced by ` +
          "each of the three others"
      : undefined,
    deviceInWords(run, run.windowsOnGpu, windows.length, "window"),
  );
  return { text, works };
}
