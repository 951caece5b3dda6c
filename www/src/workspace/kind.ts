/** Kind that a workspace gives itself. */
export const KIND = "regulens-workspace";
