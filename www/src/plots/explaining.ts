/** The plots of explanations and analyses: apart from the others, so that a page can load them later. */

export { classMap, classMapLayout, type ClassMapOptions, readClassMap } from "./explain/class-map";
export { correlationTable, type CorrelationOptions, type CorrelationRow } from "./explain/held-out";
export {
  areasInWords,
  type DeletionCurve,
  type DeletionOptions,
  type DeletionVerdict,
  deletionPlaces,
  deletionSentence,
  deletionTest,
  readDeletion,
  tenthStep,
} from "./explain/deletion";
export { type Explanation, explanationColour, explanationName, EXPLANATIONS } from "./explain/explanations";
export { changeColours } from "./core/colour";
export { formatChange, formatSigned } from "./core/format";
export { heldOutLayout, type HeldOutOptions, heldOutTrack, readHeldOut } from "./explain/held-out";
export { explanationMeans, explanationMeansLayout, type ExplanationMeansOptions, readMeans } from "./explain/means";
export {
  attributionWords,
  readSaliency,
  saliencyLayout,
  type SaliencyOptions,
  saliencyTracks,
  type SignedWords,
} from "./explain/saliency";
