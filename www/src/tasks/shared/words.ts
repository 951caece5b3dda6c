/** What the page says where it reads tables of genes. */

/** What the page is for. */
export const TABLES_PURPOSE =
  "See what histone marks say of a gene, whether it is on or how it changes from one cell type to another, and where around its start the model looked.";

/** What stays on this machine. */
export const TABLES_STAY = "your tables are";
