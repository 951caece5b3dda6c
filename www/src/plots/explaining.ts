/** The plots of explanations and analyses: apart from the others, so that a page can load them later. */

export { classMap, classMapLayout, type ClassMapOptions, readClassMap } from "./class-map";
export { correlationTable, type CorrelationOptions, type CorrelationRow } from "./correlations";
export {
  type DeletionCurve,
  type DeletionOptions,
  deletionLayout,
  deletionPixel,
  deletionSentence,
  deletionStep,
  deletionTest,
  readDeletion,
  tenthStep,
} from "./deletion";
export { type Explanation, explanationColour, explanationName, EXPLANATIONS, loweringColour } from "./explanations";
export { formatChange, formatSigned } from "./format";
export { formatCorrelation, heldOutLayout, type HeldOutOptions, heldOutTrack, readHeldOut } from "./held-out";
export { readSaliency, saliencyLayout, type SaliencyOptions, saliencyTracks } from "./saliency";
