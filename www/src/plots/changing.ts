/** The plots of models of a change: apart from the others, so that a page can load them later. */

export { betaGroups, type BetaGroupsOptions, type WeightSeries } from "./change/beta-groups";
export {
  changeContributions,
  changeContributionsLayout,
  type ChangeContributionsOptions,
} from "./change/contributions";
export { changeBars, changeHistogram, changeHistogramLayout } from "./change/set";
export { changeScatter, changeScatterLayout, type ChangeScatterOptions, knownGenes } from "./change/set";
export {
  type ChangeScale,
  changeTracks,
  changeTracksLayout,
  type ChangeTracksOptions,
  commonChangeScale,
  readChange,
} from "./change/tracks";
export { formatSigned } from "./core/format";
export type { CellNames } from "./change/beta-groups";
