/** The change from which a gene counts as changed: apart from lists and their order, which come later than figures. */

/** |log2 fold change| of a twofold change. */
export const TWOFOLD = 1;
