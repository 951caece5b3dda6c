/** Roles of tables among the files of a workspace, A's first. */
export const ROLES = ["table", "table-b"] as const;
