/**
 * The model card: what a weight file says about itself.
 *
 * Field names are those of the JSON in the file, described by `models/card.schema.json`, from which the types are made.
 */

import type { Task } from "./card-types.js";

export type {
  CellType,
  ChangeScore,
  Dtype,
  EffectNull,
  ExplanationChoice,
  LevelScore,
  MarkDistribution,
  ModelCard,
  NamedChangeScore,
  NamedLevelScore,
  NamedTrackScore,
  Task,
  TrackNull,
  TrackScore,
  TrackValue,
  TrainingRecord,
  Transform,
  TransformKind,
} from "./card-types.js";
// The package's names of some.
export type {
  ChangeScoreReport as ChangeMetrics,
  ChangeScoreSeed as ChangeSeedScore,
  LevelScoreReport as LevelMetrics,
  LevelScoreSeed as LevelSeedScore,
  NamedOnOffScore as Baseline,
  OnOffScore as Score,
  OnOffScoreReport as Metrics,
  OnOffScoreSeed as SeedScore,
  Stratum as EffectStratum,
  Stretch as SequenceStretch,
  Track as TrackCard,
  TrackScoreReport as TrackMetrics,
  TrackScoreSeed as TrackSeedScore,
  Window as GeneWindow,
} from "./card-types.js";

/** Tasks of models: what they read and predict. */
export const KNOWN_TASKS = ["on-off", "level", "change", "tracks"] as const satisfies readonly Task[];

/**
 * The task that a card, an entry of the catalogue or a description says; undefined for one that is not known here.
 *
 * ```js
 * const { models } = await readCatalogue("models/catalogue.json");
 * const ofTracks = models.filter(({ description }) => taskOf(description) === "tracks");
 * ```
 */
export function taskOf({ task }: { readonly task?: string | null }): Task | undefined {
  return KNOWN_TASKS.find((known) => known === task);
}
