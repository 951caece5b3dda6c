/** An ensemble of tracks in memory: the first member predicts half of its mean, the last one and a half times that. */

import type {
  Between,
  EngineBaseContributions,
  EngineBaseOptions,
  EngineEffect,
  ScoreSettings,
  TrackBatch,
} from "../../../pkg/src/engine/track-engine";
import type { ModelCard } from "../../../pkg/src/card";
import type { MembersSpread } from "../../../pkg/src/engine/members";
import { byName } from "../../../pkg/src/run/tracks";
import { diligent, type WorkerBehaviour } from "./engine";
import { calibratedTrackCard, computeTracks, FakeTrackModel, trackCard } from "./tracks";

/** Prediction of each member beside the mean. */
const FACTORS = [0.5, 1, 1.5];

export const trackEnsembleCard = {
  ...trackCard,
  name: "Three seeds",
  members: FACTORS.map((_, i) => ({ variant: trackCard.variant, hyperparameters: {}, seed: i + 1 })),
};

/** Prediction of a member. */
export function computeMember(member: number, codes: Uint8Array, attention: boolean): TrackBatch {
  const { prediction, attention: looked } = computeTracks(codes, attention);
  return { prediction: prediction.map((value) => value * FACTORS[member]!), attention: looked };
}

/** Spread of these values: a half of each below and above. */
export function spreadAround(values: Float32Array): MembersSpread {
  return {
    sd: values.map((value) => Math.abs(value) / 2),
    low: values.map((value) => Math.min(value / 2, 1.5 * value)),
    high: values.map((value) => Math.max(value / 2, 1.5 * value)),
  };
}

export class FakeTrackEnsemble extends FakeTrackModel {
  override readonly card: ModelCard = trackEnsembleCard;
  override readonly members = FACTORS.length;
  override readonly stretches = new Uint32Array(0);
  /** Members that the calling thread computed. */
  static computed: number[] = [];

  override async member(index: number, codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch> {
    FakeTrackEnsemble.computed.push(index);
    await between?.();
    return computeMember(index, codes, attention);
  }

  override together(members: TrackBatch[]): TrackBatch {
    const all = members.map(({ prediction }) => prediction);
    const of = (value: (values: readonly number[]) => number): Float32Array =>
      all[0]!.map((_, i) => value(all.map((each) => each[i]!)));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      prediction: of(mean),
      attention: members[0]!.attention,
      spread: {
        sd: of((values) => {
          const middle = mean(values);
          return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
        }),
        low: of((values) => Math.min(...values)),
        high: of((values) => Math.max(...values)),
      },
    };
  }

  override async predict(codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch> {
    await between?.();
    return this.together(FACTORS.map((_, member) => computeMember(member, codes, attention)));
  }

  /** Members are 1 apart, so that they do not agree on the direction of what changes little. */
  override async variant(
    codes: Uint8Array,
    first: number,
    position: number,
    reference: Uint8Array,
    alternative: Uint8Array,
    settings: ScoreSettings,
    between?: Between,
  ): Promise<EngineEffect | undefined> {
    const effect = await super.variant(codes, first, position, reference, alternative, settings, between);
    const rows = effect?.rows.map((row) => ({
      ...{ ...row, sad_sd: 1 },
      ...{ sad_low: row.sad - 1, sad_high: row.sad + 1 },
    }));
    return effect && rows && { ...effect, rows };
  }

  override async attribute(
    codes: Uint8Array,
    track: number,
    windows: Uint32Array,
    options: EngineBaseOptions,
    between?: Between,
  ): Promise<EngineBaseContributions> {
    const found = await super.attribute(codes, track, windows, options, between);
    return { ...found, spread: spreadAround(found.contributions) };
  }
}

export const calibratedEnsembleCard: ModelCard = {
  ...trackEnsembleCard,
  track_conformal: calibratedTrackCard.track_conformal!,
};

/** The same with a card that intervals can be made of. */
export class FakeCalibratedEnsemble extends FakeTrackEnsemble {
  override readonly card = calibratedEnsembleCard;
}

/** Behaviour of a worker that has the ensemble. */
export const diligentMember: WorkerBehaviour = (message, worker) => {
  if (message.kind === "member") {
    const { codes, attention, member } = message;
    worker.say({ kind: "done", id: message.id, outputs: byName(computeMember(member, codes, attention)) });
  } else diligent(message, worker);
};
