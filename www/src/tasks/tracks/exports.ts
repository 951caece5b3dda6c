/** Files to save from results along a sequence, and remarks that readers must know. */

import { html, nothing } from "lit";
import type { Intervals, MembersSpread, WorkOptions } from "../../../../pkg/src/index";
import { downloadName, saveFile } from "../../export";
import { type ArrayFormat, arraysFile, type NamedArray } from "../../export/arrays";
import type { Page } from "../../session/page";
import { save } from "../../ui/icons";
import type { Remark } from "../../ui/notice";
import { earlierRemark, otherGenomeRemark, simulatedRemark, takeOverRemark } from "../shared/remarks/results";
import "../shared/run/save-arrays";
import { methodsOfTracks } from "./methods";
import type { SequenceSession, SequenceState } from "./session";
import { exportable, isOfVariants } from "./standalone/page";
import { differsOf, trackOf } from "./result";
import { coverageDrawn } from "./sure/intervals";
import { basesCounted, trackContext, trackRecord } from "./words";
import type { Caller } from "../../rpc/rpc";
import { SPREAD } from "../shared/members";
import type { TrackCalls } from "./calls";

/** State of the page other than the tracks themselves. */
type Known = Pick<SequenceState, "coverage" | "noIntervals" | "overlays" | "attention" | "contributions"> & {
  readonly run: NonNullable<SequenceState["run"]>;
};

/** Values of all tracks of a run. */
interface Found {
  readonly values: readonly Float32Array[];
  readonly spreads: readonly MembersSpread[];
  readonly intervals: readonly Intervals[];
}

/** Requests all tracks of a run, and makes the file. */
export async function arraysOfTracks(
  worker: Caller<TrackCalls>,
  known: Known,
  format: ArrayFormat,
  options: WorkOptions,
): Promise<Blob> {
  const { run } = known;
  const asked = { run: run.id, tracks: Array.from(run.peaks, (_, track) => track) };
  const coverage = coverageDrawn(known);
  const found = {
    values: await worker.call("trackValues", asked, options),
    spreads: await worker.call("trackSpreads", asked, options),
    intervals: coverage === undefined ? [] : await worker.call("trackIntervals", { ...asked, coverage }, options),
  };
  return arraysFile(trackArrays(known, found), format);
}

/** The arrays of a run; positions are counted from 0, as in BED. */
export function trackArrays({ run, overlays, attention, contributions }: Known, found: Found): NamedArray[] {
  const { bins, origin, bin } = run;
  const tracks = run.peaks.length;
  const ofTracks = (name: string, values: readonly Float32Array[]): NamedArray[] =>
    values.length === 0 ? [] : [matrix(name, values, bins)];
  return [
    { name: "record", shape: [1], values: [run.record.name] },
    { name: "track", shape: [tracks], values: Array.from(run.peaks, (_, at) => trackOf(run.model.card, at).name) },
    { name: "start", shape: [bins], values: Int32Array.from({ length: bins }, (_, at) => origin + at * bin) },
    { name: "bin_size", shape: [1], values: Int32Array.of(bin) },
    ...ofTracks("predicted", found.values),
    ...SPREAD.flatMap((part) =>
      ofTracks(
        `predicted_${part}`,
        found.spreads.map((spread) => spread[part]),
      ),
    ),
    ...(["low", "high"] as const).flatMap((end) =>
      ofTracks(
        `interval_${end}`,
        found.intervals.map((interval) => interval[end]),
      ),
    ),
    ...ofTracks(
      "measured",
      overlays.map(({ values }) => values),
    ),
    ...(overlays.length > 0
      ? [{ name: "measured_file", shape: [overlays.length], values: overlays.map(({ source }) => source.file) }]
      : []),
    ...(attention ? attentionArrays(attention) : []),
    ...(contributions ? contributionArrays(run, contributions) : []),
  ];
}

/** Attention from the selected bin to the bins of its window. */
function attentionArrays({ bin, start, bins, heads, layers }: NonNullable<Known["attention"]>): NamedArray[] {
  if (layers.length === 0) return [];
  const { values } = matrix("attention", layers, heads * bins);
  return [
    { name: "attention", shape: [layers.length, heads, bins], values },
    { name: "attention_bin", shape: [1], values: Int32Array.of(bin) },
    { name: "attention_start", shape: [1], values: Int32Array.of(start) },
  ];
}

/** Contributions of bases to a track's sum over the selected bins. */
function contributionArrays({ model }: Known["run"], of: NonNullable<Known["contributions"]>): NamedArray[] {
  const { contributions: values, spread, start, track, codes, bins } = of;
  const shape = [values.length];
  return [
    { name: "contributions", shape, values },
    ...(spread ? SPREAD.map((part) => ({ name: `contributions_${part}`, shape, values: spread[part] })) : []),
    { name: "contributions_start", shape: [1], values: Int32Array.of(start) },
    { name: "contributions_of", shape: [2], values: Int32Array.from(bins) },
    { name: "contributions_track", shape: [1], values: [trackOf(model.card, track).name] },
    { name: "bases", shape, values: Array.from(codes, (code) => "ACGTN"[code] ?? "N") },
  ];
}

/** Stacks rows of equal length. */
function matrix(name: string, rows: readonly Float32Array[], columns: number): NamedArray & { values: Float32Array } {
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => values.set(row, at * columns));
  return { name, shape: [rows.length, columns], values };
}

/** Returns true if the sequences are those of a simulated example. */
function isSimulated({ state }: SequenceSession, page: Page): boolean {
  return page.state.catalogue?.examples.find(({ id }) => id === state.example)?.simulated ?? false;
}

/** A control for each file; a single-file page offers no further single-file page. */
export function exportsOf(work: SequenceSession, page: Page, isOneFile = false) {
  const { run } = work.state;
  if (!run) return html``;
  const recordName = downloadName(run.file, "predicted", "tsv", run.record.name).replace(/\.tsv$/, ".json");
  const recordText = (): string => trackRecord(run, coverageDrawn(work.state));
  const arrays = (format: ArrayFormat, options: WorkOptions): Promise<Blob> =>
    arraysOfTracks(work.worker, { ...work.state, run }, format, options);
  return html`<button
      class="quiet"
      @click=${() => saveFile(recordName, new Blob([recordText()], { type: "application/json" }))}
    >
      ${save} Run record (JSON)
    </button>
    ${
      isOneFile
        ? nothing
        : html`<regulens-save-page
              .page=${page}
              .of=${() => exportable(work, run)}
              .listed=${isOfVariants(work.scored) ? () => work.scored.listed : undefined}
            ></regulens-save-page>
            <regulens-save-arrays .of=${arrays} file=${run.file}></regulens-save-arrays>`
    }
    <regulens-methods
      .file=${run.file}
      .methods=${() =>
        methodsOfTracks(run, {
          ...trackContext(work.state, run, isSimulated(work, page)),
          scored: work.scored.doneBy(run.model.sha256),
        })}
    ></regulens-methods>`;
}

/** Remarks on the results that a reader must know. */
export function remarksOf(work: SequenceSession, page: Page): Remark[] {
  const { run, doing } = work.state;
  if (!run) return [];
  const { model, record, file, padded } = run;
  const isEarlier = !work.isCurrent && !doing.run;
  return [
    ...(isEarlier ? [earlierRemark(`${model.card.name || model.file} on ${record.name} of ${file}`)] : []),
    ...otherGenomeRemark(differsOf(run)?.[0]),
    ...takeOverRemark(run.device, run.windowsOnGpu),
    ...(padded > 0 ? [paddedRemark(record.name, padded)] : []),
    ...simulatedRemark(isSimulated(work, page)),
  ];
}

function paddedRemark(record: string, padded: number): Remark {
  const text = html`<p>
    ${record} is shorter than the model’s window: ${basesCounted(padded)} that are unknown were put around it.
    Predictions near its ends rest on them.
  </p>`;
  return { tone: "info", heading: "The sequence was padded", text };
}
