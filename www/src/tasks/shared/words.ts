/** What the page says where it reads tables of genes. */

/** What the page is for. */
export const TABLES_PURPOSE = "Predict which genes are on from your ChIP-seq, and see where the model looked.";

/** What stays on this machine. */
export const TABLES_STAY = "your tables are";
