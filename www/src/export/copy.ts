/** Copies text to the clipboard. Needs a DOM. */

/**
 * Copies text; false where the browser does not allow it: over plain http there is no clipboard, and a user may refuse
 * it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
