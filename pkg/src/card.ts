/**
 * The model card: a weight file's description of itself.
 *
 * Field names are those of the JSON in the file; the types are generated from `models/card.schema.json`.
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
// The package's own names for some of them.
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
 * The task named by a card, a catalogue entry or a description; undefined for a task that this version does not know.
 *
 * ```js
 * const { models } = await readCatalogue("models/catalogue.json");
 * const ofTracks = models.filter(({ description }) => taskOf(description) === "tracks");
 * ```
 */
export function taskOf({ task }: { readonly task?: string | null }): Task | undefined {
  return KNOWN_TASKS.find((known) => known === task);
}
