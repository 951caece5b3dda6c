/** Telling workspaces apart from other files. */

/** What a workspace calls itself. */
export const KIND = "regulens-workspace";

/** Whether a file calls itself a workspace. */
export async function looksLikeWorkspace(file: Blob): Promise<boolean> {
  if (/\.regulens\.json$/i.test((file as Partial<File>).name ?? "")) return true;
  const start = await file.slice(0, 256).text();
  return /^\s*\{\s*"kind"\s*:\s*"regulens-workspace"/.test(start);
}
