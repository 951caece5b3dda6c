/** The worker's part of comparing two models on a record: the tracks of the second model. */

import {
  type DeviceReport,
  InputError,
  type TracksResult,
  VERSION,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import type { ModelRequest, OpenedModel } from "../../../session/opened";
import { type TrackHandlers, type TrackModel, valuesOf } from "../calls";
import { trackRun } from "../result";
import { binsOf, type OtherRun, shiftOf } from "./aligned";

/** A model opened for the comparison only. */
interface OpenedOther {
  readonly runner: TrackModel & {
    useDevice(kind: DeviceReport["kind"], options: WorkOptions): Promise<unknown>;
    free(): void;
  };
  readonly model: OpenedModel;
}

/** Answers the page's calls. */
export class OtherTrackHandlers {
  /** The latest prediction of the other model. */
  #other: { readonly id: number; readonly tracks: TracksResult } | undefined;
  #nextId = 1;
  readonly #ranOn: TrackHandlers["ranOn"];
  readonly #openModel: (request: ModelRequest, options: WorkOptions) => Promise<OpenedOther>;

  constructor(
    ranOn: TrackHandlers["ranOn"],
    openModel: (request: ModelRequest, options: WorkOptions) => Promise<OpenedOther>,
  ) {
    this.#ranOn = ranOn;
    this.#openModel = openModel;
  }

  /** Predicts the record of a run with another model, which is then closed. */
  readonly predictOther = call(
    { needs: ["device", "table"] },
    async (
      {
        run,
        model,
        device,
      }: { readonly run: number; readonly model: ModelRequest; readonly device: DeviceReport["kind"] },
      options,
    ): Promise<OtherRun> => {
      const { sequences, index, region, tracks: shown } = this.#ranOn(run);
      const { runner, model: opened } = await this.#openModel(model, options);
      try {
        // Checked before the run, which would be in vain.
        if (runner.shape.binSize !== shown.binSize) throw otherBins(opened, runner.shape.binSize, shown.binSize);
        await runner.useDevice(device, options);
        const tracks = await runner.predict(sequences, index, { ...options, region });
        if (shiftOf(binsOf(shown), binsOf(tracks)) === undefined)
          throw otherBins(opened, runner.shape.binSize, shown.binSize);
        const id = this.#nextId++;
        this.#other = { id, tracks };
        return { ...trackRun(opened, runner.shape, sequences, index, tracks, `Regulens ${VERSION}`), id, of: run };
      } finally {
        runner.free();
      }
    },
  );

  /** Values of a track of the other model, [its bins]. */
  readonly otherValues = call(
    { transfer: (values: Float32Array) => [values] },
    async ({ id, track }: { readonly id: number; readonly track: number }) => {
      if (this.#other?.id !== id)
        throw new InputError("This needs the tracks of the other model.", {
          code: "missing",
          remedy: "Choose it again.",
        });
      return valuesOf(this.#other.tracks, track);
    },
  );

  /** Discards the predictions of the other model. */
  readonly forgetOther = call({}, async (_: Record<string, never>) => {
    this.#other = undefined;
    return {};
  });
}

function otherBins({ card, file }: OpenedModel, bin: number, shown: number): InputError {
  const name = card.name || file;
  return new InputError(
    bin === shown
      ? `The bins of ${name} begin at other bases than those of these results: the two cannot lie over each other.`
      : `${name} predicts bins of ${bin} bases, and these results have bins of ${shown}: the two cannot lie over ` +
          "each other.",
    { code: "other-bins", remedy: "Choose a model with the same bins." },
  );
}
