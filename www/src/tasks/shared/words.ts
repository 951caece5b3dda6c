/** Words of the page where it reads tables of genes. */

/** Purpose of the page. */
export const TABLES_PURPOSE = "Predict which genes are on from your ChIP-seq, and see where the model looked.";

/** Data that stay on this machine. */
export const TABLES_STAY = "your tables are";
