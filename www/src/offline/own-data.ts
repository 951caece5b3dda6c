/** The user's own data in this browser's store: what it is, for how long, and deleting it now. */

import { deleteAll } from "../workspace/tab";

export const OWN_DATA = `Your own files and results: while a tab is open, what is on it also stands in this browser's own store on this computer, so
  that a reload brings it back. It never leaves this computer. It is deleted once the tab has been closed or has gone to
  another page: by another open tab of this page within some minutes, else when this page is next opened. Until then it
  may remain on this computer. A tab that crashed, or that the browser ended to save memory, counts as closed from when
  this page is next open, and its data go a minute later.`;

/** The button that deletes them. */
export const FORGET = "Forget my data now";

const QUESTION =
  "Delete what all tabs of this page have stored in this browser, and empty this tab?\n\n" +
  "Other open tabs keep what they show, and may store it again. Until this tab is closed, its history may still name " +
  "genes and places that you looked at.";

/** Deletes the user's own data after a question; returns a sentence where that failed. */
export async function forgetOwnData(): Promise<string | undefined> {
  if (!confirm(QUESTION)) return undefined;
  try {
    await deleteAll();
    location.replace(location.pathname);
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error && cause.message ? ` (${cause.message.replace(/\.$/, "")})` : "";
    return (
      `This browser's store could not be opened${why}: nothing was deleted. What it may hold is deleted with this ` +
      "site's data, in the browser's settings."
    );
  }
}
