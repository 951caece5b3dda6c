/** Sequences in words: properties of a record, and its windows. */

import type { SequenceRecord, WindowShape } from "../../../../pkg/src/index";
import type { Provenance } from "../../export";
import { differsOf, trackOf, type TrackRun } from "./result";
import type { TrackContext } from "./methods";
import type { SequenceState } from "./session";
import { formatCount } from "../../plots/core/format";
import { modelName } from "../../session/state";
import { assemblyInWords } from "../shared/assemblies";
import { contributionsForMethods } from "./explained/contributions-words";
import { factsOf } from "../shared/figure-facts";
import { deviceRecord, modelRecord } from "../shared/run/record";
import { intervalsForMethods } from "./sure/intervals";
import { counted, percent } from "../../ui/words";

/** A number of bases: "1 base", "131,072 bases". */
export function basesCounted(bases: number): string {
  return counted(bases, "base");
}

/** Number of windows of a model that cover a record. */
export function windowCount(length: number, { length: window, binSize: bin, cropped }: WindowShape): number {
  if (length <= window) return 1;
  const bins = Math.ceil(length / bin);
  return Math.ceil((bins - window / bin) / cropped) + 1;
}

/** Describes a model's windows on a record. */
export function windowsInWords(length: number, shape: WindowShape): string {
  const { length: window, binSize: bin, crop } = shape;
  const edge = crop > 0 ? ` The first and the last ${basesCounted(crop * bin)} are read, but have no prediction.` : "";
  if (length === window) return `It fills the model’s window of ${basesCounted(window)}.${edge}`;
  if (length < window)
    return (
      `It is shorter than the model’s window of ${basesCounted(window)}: it is placed in the middle, between ` +
      `${basesCounted(window - length)} that are unknown. Predictions near its ends rest on them.`
    );
  return `Covered by ${formatCount(windowCount(length, shape))} overlapping windows of ${basesCounted(window)}.${edge}`;
}

/** Contents of a record other than upper-case A, C, G and T; empty if there are none. */
export function lettersInWords({ length, lower = 0, unknown = 0, iupac = {} }: SequenceRecord): string[] {
  const letters = Object.entries(iupac)
    .filter(([letter, count]) => count > 0 && letter !== "U")
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([letter, count]) => `${counted(count, letter, letter)}`);
  return [
    ...(lower > 0 ? [`${counted(lower, "base")} in lower case (${percent(lower / length)}), read like any other`] : []),
    ...(unknown > 0
      ? [
          `${counted(unknown, "base")} that the model does not know ` +
            `(${percent(unknown / length)})${letters.length > 0 ? `: ${letters.join(", ")}` : ""}; each counts a ` +
            "quarter as A, C, G and T",
        ]
      : []),
    ...(iupac["U"] ? [`${counted(iupac["U"], "U", "U")}, read as T`] : []),
  ];
}

/** Provenance of a figure of a run. */
export function trackProvenance(run: TrackRun): Provenance {
  return {
    table: `${run.file}, record ${run.record.name}`,
    model: modelName(run.model),
    sha256: run.model.sha256,
    program: run.program,
    date: run.date,
    facts: [...factsOf({ ...run.model.card, bin_size: run.bin }, [run]), ...(differsOf(run) ?? assemblyOf(run))],
  };
}

/** The assembly and its source, in a list of one; empty if unknown. */
function assemblyOf({ assembly }: TrackRun): string[] {
  return assembly ? [`assembly ${assemblyInWords(assembly.name)}, told by ${assembly.by}`] : [];
}

/** Everything needed to repeat a run, as JSON, with the coverage of its intervals. */
export function trackRecord(run: TrackRun, coverage?: number): string {
  const { model, device, record } = run;
  const about = {
    program: run.program,
    date: run.date,
    model: modelRecord(model),
    sequence: {
      file: run.file,
      record: record.name,
      bases: record.length,
      lower_case: record.lower,
      unknown: record.unknown,
      letters: record.iupac,
      ...(run.assembly ? { assembly: run.assembly.name, assembly_told_by: run.assembly.by } : {}),
    },
    windows: run.windows.map(({ start }) => start),
    padded: run.padded,
    bins: { first_base: run.origin, size: run.bin, count: run.bins },
    ...(coverage === undefined ? {} : { intervals: { coverage } }),
    device: deviceRecord(device),
    windows_on_gpu: run.windowsOnGpu,
    seconds: Number(run.seconds.toFixed(3)),
  };
  return `${JSON.stringify(about, null, 2)}\n`;
}

/** Further data of a run, for its methods text. */
export function trackContext(state: SequenceState, run: TrackRun, simulated: boolean): TrackContext {
  const { overlays, variant, contributions, mutagenesis } = state;
  const { card } = run.model;
  return {
    simulated,
    intervals: intervalsForMethods(state),
    measured: overlays.map(({ track, file, value }) => ({ file, value, track: trackOf(card, track).name })),
    variant:
      variant &&
      `${run.record.name}:${variant.variant.position + 1} ${variant.variant.reference}>${variant.variant.alternative}`,
    contributions: contributions && contributionsForMethods(contributions, card),
    stretch: mutagenesis && [mutagenesis.start + 1, mutagenesis.end],
  };
}
