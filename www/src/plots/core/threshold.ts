/** A gene is predicted on from this probability on, if a plot is not told otherwise; as the crate has it. */
export const THRESHOLD = 0.5;
