/** Saves a file for the reader, and copies text to the clipboard. Needs a DOM. */

const TYPES = {
  tsv: "text/tab-separated-values;charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  json: "application/json",
} as const;

/** Saves `content` under `name`, whose extension gives its type. */
export function saveFile(name: string, content: string | Blob): void {
  const ending = name.slice(name.lastIndexOf(".") + 1) as keyof typeof TYPES;
  const blob =
    typeof content === "string" ? new Blob([content], { type: TYPES[ending] ?? "text/plain;charset=utf-8" }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the blob after the click returns; a minute is ample, and then frees the memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Copies text; returns false if the browser does not allow it: plain http has no clipboard, and users may refuse.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
