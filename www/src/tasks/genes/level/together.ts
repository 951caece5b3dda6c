/** Levels of the genes of a run together: how well they were predicted, of the whole run where a part is repeated. */

import type { LevelScore } from "../../../../../pkg/src/index";
import { together } from "../together";
import type { LevelRun } from "../result";
import type { MeasuredLevels } from "./measured";

/** Agreement of all predictions of a run with measured levels; undefined where it is not known of all of them. */
export function scoreTogether(run: LevelRun, measured: MeasuredLevels | undefined): LevelScore | undefined {
  if (!measured) return undefined;
  const { part, whole } = together(run);
  // A correlation over genes that were chosen by their prediction would be that of the choice.
  if (part) return measured.isSaved ? whole?.said.levels : undefined;
  return measured.score && { n: measured.known.length, ...measured.score };
}
