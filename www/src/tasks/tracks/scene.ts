/** Models of tracks in an element: predicted tracks along a region, and attention. */

import { html, nothing } from "lit";
import type { Measured, Sequences, TracksResult, TracksModel } from "../../../../pkg/src/index";
import type { RegulensEngine, RegulensTracksResult } from "../../../../pkg/src/element";
import "./explained/attention";
import "./along";
import { local } from "../../rpc/rpc";
import { type PlainError } from "../../rpc/errors";
import { type CorrelationCalls, correlationHandlers, Correlations } from "../../session/correlations";
import type { OpenedModel } from "../../session/opened";
import { trackOf, type TrackRun } from "./result";
import { SequenceSession, type SequenceState } from "./session";
import { hasIntervals } from "./sure/intervals";
import { type TrackCalls, TrackHandlers, type TrackPackage } from "./calls";
import {
  deviceName,
  type Job,
  loaded,
  onDevice,
  ofTask,
  type Opened,
  requireView,
  type Scene,
  type Stage,
  withoutGpu,
} from "../shared/view/job";
import { chosen, missing } from "../shared/view/names";
import { type Place, placeOf } from "./region";
import { keyOf, located, nameOf, numberOf } from "../shared/view/request";

/** Number of bases from which `auto` tests if a GPU is faster. */
const LONG = 131_072;

/** A model of tracks on a record. */
export async function scene(job: Job, any: Opened): Promise<Scene> {
  const opened = ofTask(any, "tracks");
  const { runner } = opened;
  const { request } = job;
  const view = requireView(job, opened.model, ["tracks", "attention"], "tracks along a sequence");
  const attends = view === "attention";
  // Without attention layers the session requests no attention.
  const model: OpenedModel = attends ? opened.model : { ...opened.model, shape: { ...runner.shape, layers: 0 } };
  const { sequences, key } = await read(job);
  const names = sequences.records.map(({ name }) => name);
  const place = placeOf(request.region, names);
  const index = chosen(names, place.record, sequences.file, "record");
  const session = new SequenceSession(
    local<TrackCalls>(handlersOf(job, opened, model, sequences, key)),
    undefined,
    new Correlations(local<CorrelationCalls>(correlationHandlers(() => runner))),
  );
  session.follow(model);
  const source = { blob: new Blob([]), file: sequences.file };
  await session.readSequences(source);
  await session.chooseRecord(index);
  await session.run();
  refuse(session.state.problems.run ?? session.state.problems.data);
  if (request.measured !== undefined) {
    const where = located(request.measured);
    const file = nameOf(request.measured) ?? "measured";
    await session.tracks.readMeasured(
      where instanceof URL
        ? { url: where.href, file }
        : { blob: where instanceof Blob ? where : new Blob([where as BlobPart]), file },
    );
    refuse(session.state.problems.measured);
  }
  const run = session.state.run!;
  await session.tracks.cover(request.coverage);
  await goTo(session, run, place);
  let end: (() => void) | undefined;
  return {
    ...{ view, models: [opened.model], files: [sequences.file], names, device: deviceName(run.device) },
    notes: [
      ...(run.padded > 0
        ? [
            {
              heading: "The sequence was padded",
              text:
                `${run.record.name} is shorter than the model’s window: ${run.padded.toLocaleString("en-US")} ` +
                "unknown bases were put around it. Predictions near its ends rest on them.",
            },
          ]
        : []),
      ...(request.coverage === undefined || hasIntervals(opened.model.card)
        ? []
        : [
            { heading: "No intervals are drawn", text: "The model’s card has no distances of tracks to make them of." },
          ]),
      ...withoutGpu(request.device, run.device),
    ],
    choice: { kind: "record", names, chosen: index },
    result: resultOf(opened.model, run, session.state),
    render: (stage) => {
      end ??= tellBins(session, run, stage);
      return html`<div class="panel">
          <regulens-sequence-tracks part="view" .sequences=${session} .run=${run} .attends=${attends} .open=${false}
            >${
              attends
                ? html`<regulens-sequence-attention
                    part="attention"
                    .sequences=${session}
                    .run=${run}
                  ></regulens-sequence-attention>`
                : nothing
            }</regulens-sequence-tracks
          >
        </div>
        ${
          attends
            ? html`<div class="panel">
                <regulens-attention-maps .sequences=${session} .run=${run}></regulens-attention-maps>
              </div>`
            : nothing
        }`;
    },
    end: () => end?.(),
  };
}

/** Shows the requested bases. */
async function goTo(session: SequenceSession, run: TrackRun, { bases }: Place): Promise<void> {
  if (!bases) return;
  const [start, end] = bases;
  const bin = (base: number): number => Math.floor((base - run.origin) / run.bin);
  if (end - start > 1) session.tracks.look([bin(start), bin(end - 1) + 1]);
  // A stretch selects no bin, unless attention is requested.
  if (end - start > 1 && run.model.shape?.layers === 0) return;
  await session.tracks.chooseBase(
    Math.max(run.origin, Math.min(run.record.length - 1, Math.floor((start + end - 1) / 2))),
  );
}

/** Reads the sequences; elements with the same address share them. */
export async function read({ request, engine, leases }: Job): Promise<{ sequences: Sequences; key: string }> {
  const { data } = request;
  if (data === undefined) throw missing("data", "the address of a FASTA file");
  const key = `sequences ${numberOf(engine)} ${keyOf(data)}`;
  const name = nameOf(data);
  const sequences = await leases.once(
    key,
    (making) => engine.Regulens.readSequences(located(data), { ...making, ...(name === undefined ? {} : { name }) }),
    (read) => read.free(),
  );
  return { sequences, key };
}

/** Handles the calls of this element, which shares files and predictions with others. */
function handlersOf(
  job: Job,
  { runner, key }: Opened<TracksModel>,
  model: OpenedModel,
  sequences: Sequences,
  of: string,
): TrackHandlers {
  const { request, engine, leases } = job;
  const shared = {
    shape: runner.shape,
    predict: (_: Sequences, index: number): Promise<TracksResult> =>
      leases.take(`tracks ${key} ${of} ${index} ${request.device}`, ({ signal, onProgress }) =>
        onDevice(runner, request.device, (sequences.records[index]?.length ?? 0) < LONG ? 0 : Infinity, signal, () =>
          runner.predict(sequences, index, { signal, onProgress }),
        ),
      ),
    intervals: runner.intervals.bind(runner),
    attention: runner.attention.bind(runner),
    positionFunctions: runner.positionFunctions.bind(runner),
    variant: runner.variant.bind(runner),
    checkVariants: runner.checkVariants.bind(runner),
    changedBases: runner.changedBases.bind(runner),
    scoreVariants: runner.scoreVariants.bind(runner),
    mutagenesis: runner.mutagenesis.bind(runner),
    contributions: runner.contributions.bind(runner),
    motifs: runner.motifs.bind(runner),
    variantMotifs: runner.variantMotifs.bind(runner),
    deletion: runner.deletion.bind(runner),
    writeBigWig: runner.writeBigWig.bind(runner),
  };
  return new TrackHandlers(() => ({ runner: shared, model }), packageOf(job, engine, sequences));
}

/** The package for the handlers, whose results are shared and must not be freed by them. */
function packageOf({ leases }: Job, engine: RegulensEngine, sequences: Sequences): TrackPackage {
  const { InputError, decode, VERSION, Regulens } = engine;
  return {
    ...{ InputError, decode, VERSION },
    Regulens: {
      readSequences: async () => sequences,
      readMeasured: async (source, options) => {
        const measured: Measured = await leases.take(
          `measured ${numberOf(engine)} ${keyOf(source as URL | Blob)}`,
          (making) => Regulens.readMeasured(source, { ...making, name: options?.name }),
          (read) => read.free(),
        );
        return Object.create(measured, { free: { value: () => {} } }) as Measured;
      },
      readRegions: Regulens.readRegions,
      readVariants: Regulens.readVariants,
      readMotifs: Regulens.readMotifs,
      readPlantedSites: Regulens.readPlantedSites,
    },
  };
}

function refuse(problem: PlainError | undefined): void {
  if (problem) throw Object.assign(new Error(problem.message), problem);
}

/** Reports the bin that a reader selects. */
function tellBins(session: SequenceSession, run: TrackRun, stage: Stage): () => void {
  let { bin } = session.state;
  return session.subscribe(() => {
    const now = session.state.bin;
    if (now === bin || now === undefined) return;
    bin = now;
    const start = run.origin + now * run.bin;
    stage.select({ kind: "bin", record: run.record.name, start, end: start + run.bin });
  });
}

function resultOf(model: OpenedModel, run: TrackRun, { shown, values }: SequenceState): RegulensTracksResult {
  const { origin, bin, bins, device, record } = run;
  const tracks = shown.filter((track) => values.has(track));
  return {
    kind: "tracks",
    model: loaded(model),
    device,
    record: record.name,
    origin,
    binSize: bin,
    bins,
    tracks: tracks.map((track) => trackOf(model.card, track).name),
    values: tracks.map((track) => values.get(track)!),
  };
}
