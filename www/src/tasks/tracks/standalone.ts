/** Tracks along a sequence, as a page of one file. */

import type { Exported } from "../../standalone/format";
import type { Exportable } from "../../standalone/save-page";
import { blobOf } from "../shared/table-page";
import { tracksDrawing } from "./drawings";
import type { TrackRun } from "./result";
import type { SequenceSession, SequenceState } from "./session";

const VIEWS = [
  { view: "tracks", label: "The tracks, and all else" },
  { view: "attention", label: "Where the heads looked" },
] as const;

/** What of a run can be saved. */
export function exportable(state: SequenceState, run: TrackRun): Exportable {
  const { records, file } = state.sequences ?? { records: [run.record], file: run.file };
  const measured = state.overlays.map(({ track, source, value }) => ({ source, track, value }));
  return {
    ...{ model: run.model, names: records.map(({ name }) => name), measured },
    ...{ many: false, chosen: run.index, views: VIEWS, bases: records.map(({ length }) => length) },
    inputs: [
      {
        ...{ role: "sequences", block: "sequences", file, of: records.length },
        ...(run.simulated ? { simulated: true } : {}),
      },
      ...measured.map(({ source, track, value }, i) => ({
        role: "measured" as const,
        block: i === 0 ? "measured" : `measured-${i + 1}`,
        file: source.file,
        track,
        value,
      })),
    ],
    picture: (frame) => tracksDrawing(state, run).draw(frame),
  };
}

/** Opens what a page holds, runs it, and lays beside it what was measured. */
export async function openExported(work: SequenceSession, exported: Exported): Promise<void> {
  const { inputs, selected } = exported.manifest;
  const of = inputs.find(({ role }) => role === "sequences");
  if (!of || !(await work.readSequences({ blob: blobOf(exported, of), file: of.file }, { simulated: of.simulated })))
    return;
  const index = work.state.sequences?.records.findIndex(({ name }) => name === selected) ?? -1;
  if (index > 0) await work.chooseRecord(index);
  await work.run();
  for (const input of inputs)
    if (input.role === "measured" && work.isCurrent)
      await work.readMeasured({ blob: blobOf(exported, input), file: input.file }, input.track, input.value);
}
