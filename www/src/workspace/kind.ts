/** What a workspace calls itself. */
export const KIND = "regulens-workspace";
