/** Worker calls for models of tracks. */

import { decode, InputError, Regulens, type TracksModel, VERSION } from "../../../../pkg/src/index";
import type { Opened } from "../../session/opened";
import type { Pack } from "../../standalone/calls";
import { type Open, openModel } from "../shared/open";
import { AllRecordHandlers, TrackStore } from "./all/calls";
import { TrackHandlers } from "./calls";
import { OtherTrackHandlers } from "./compare/calls";
import { GeneHandlers } from "./genes/calls";
import { exportedSequences } from "./standalone/data";

/** The calls, and the function that packs a finished run for a single-file page. */
export function atWork(open: Open) {
  const store = new TrackStore();
  const runs = new TrackHandlers(
    () => ofSequences(open.any()),
    { Regulens, InputError, decode, VERSION },
    () => open.notifyDevice(open.any()),
    store.of,
  );
  open.beforeNext(() => runs.forget());
  const others = new OtherTrackHandlers(
    (run) => runs.ranOn(run),
    async (request, options) => ofSequences(await openModel(request, options)),
  );
  const genes = new GeneHandlers((variants, options) => runs.changedBases(variants, options));
  const pack: Pack = (request, options) =>
    exportedSequences(ofSequences(open.any()).runner, runs.exported(), request, options, (...asked) =>
      genes.exported(...asked),
    );
  return { calls: { ...runs, ...others, ...new AllRecordHandlers(runs, store), ...genes }, pack };
}

/** A model, required to read sequences. */
function ofSequences({ runner, model }: Opened): Opened<TracksModel> {
  if (runner.task !== "tracks")
    throw new InputError(`${model.card.name || model.file} reads tables of histone marks; found a sequence.`, {
      code: "another-family",
      remedy: "Choose a model that predicts tracks along a sequence.",
    });
  return { runner, model };
}
