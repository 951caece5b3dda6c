/**
 * The files that were chosen in the input of `event`. It is emptied, so that the same file can be chosen again after it
 * was corrected.
 */
export function takeFiles(event: Event): File[] {
  const input = event.target as HTMLInputElement;
  const files = [...(input.files ?? [])];
  input.value = "";
  return files;
}
