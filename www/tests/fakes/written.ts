/** The text of a template, with its tags. */
export function written(part: unknown): string {
  if (Array.isArray(part)) return part.map(written).join("");
  if (typeof part === "string" || typeof part === "number") return String(part);
  const { strings, values } = (part ?? {}) as { strings?: readonly string[]; values?: readonly unknown[] };
  return (strings ?? []).map((text, i) => text + written(values?.[i] ?? "")).join("");
}
