/** A session of the page with an engine in memory behind it, which has run a record of made-up bases. */

import { decode } from "../../../pkg/src/models/bases";
import { TracksModel } from "../../../pkg/src/models/tracks";
import type { ModelCard } from "../../../pkg/src/index";
import { local } from "../../src/rpc/rpc";
import type { Page } from "../../src/session/page";
import { AllRecordHandlers, TrackStore } from "../../src/tasks/tracks/all/calls";
import { RunningAll } from "../../src/tasks/tracks/all/running";
import { TrackHandlers, type TrackPackage } from "../../src/tasks/tracks/calls";
import { SequenceSession } from "../../src/tasks/tracks/session";
import type { ScoredVariants } from "../../src/tasks/tracks/variants/scored";
import type { PageCalls } from "../../src/worker/calls";
import { FakePlatform } from "./engine";
import { fakeSequences } from "./sequences";
import { type FakeTrackModel, openTrackModel, TRACK_SHAPE } from "./tracks";

export const BASES = "ACGGTA".repeat(32);
export const FASTA = { blob: new Blob([]), file: "a.fa" };

/** A session of the page that has run a record, of a name that tells its genome where there is one. */
export async function ranTracks(
  TrackModel: typeof FakeTrackModel,
  card: ModelCard,
  about: {
    readonly name?: string;
    readonly simulated?: boolean;
    readonly example?: string;
    readonly short?: boolean;
  } = {},
) {
  const { name = "one", short = false, ...said } = about;
  const platform = new FakePlatform({ reason: "none" });
  const running = await platform.cpu("full");
  const engine = { ...running.engine, TrackModel };
  const runner = TracksModel.open(platform, { ...running, engine }, new Uint8Array([1]), "m", { workers: 1 });
  const model = { ...openTrackModel, card, shape: { ...TRACK_SHAPE, layers: 0 } };
  const parts = {
    Regulens: {
      readSequences: () => fakeSequences(`>${name}\n${short ? BASES.slice(0, 40) : BASES}\n>two\n${BASES}\n`),
    },
    ...{ InputError: Error, decode, VERSION: "0" },
  } as unknown as TrackPackage;
  const store = new TrackStore();
  const opened = { runner, model };
  const handlers = new TrackHandlers(
    () => opened,
    parts,
    () => {},
    store.of,
  );
  const worker = local<PageCalls>({ ...handlers, ...new AllRecordHandlers(handlers, store) } as never);
  const scoring = () => ({ packed: () => undefined, state: {} }) as unknown as ScoredVariants;
  const session = new SequenceSession(worker, undefined, undefined, scoring);
  session.follow(model);
  await session.readSequences(FASTA, said);
  await session.run();
  const page = { worker, announce: () => {} } as unknown as Page;
  /** Opens another model in place of the one that ran. */
  const replace = (): void => {
    opened.model = { ...model, sha256: "ef" };
    session.follow(opened.model);
  };
  return { session, worker, handlers, run: session.state.run!, all: new RunningAll(page, session), replace };
}
