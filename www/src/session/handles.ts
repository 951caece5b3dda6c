/**
 * Handles of dropped files, where the browser has some: by its handle a file too large to be kept is found again after
 * a reload.
 */

const known = new WeakMap<Blob, FileSystemFileHandle>();

/** Permission of a handle, in a browser that has handles. */
interface Permitted extends FileSystemFileHandle {
  queryPermission?(options: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(options: { mode: "read" }): Promise<PermissionState>;
}

interface Dropped extends DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Notes the handles of files that are being dropped. Called while the event is handled: later there are none. */
export function noteHandles({ items, files }: DataTransfer): void {
  const dropped = [...items].filter(({ kind }) => kind === "file") as Dropped[];
  for (const [i, item] of dropped.entries()) {
    const file = files[i];
    if (!file) continue;
    const note = (handle: FileSystemHandle | null): void => {
      if (handle?.kind === "file") known.set(file, handle as FileSystemFileHandle);
    };
    item.getAsFileSystemHandle?.().then(note, () => {});
  }
}

/** The handle of a file, if there is one. */
export function handleOf(file: Blob): FileSystemFileHandle | undefined {
  return known.get(file);
}

/**
 * The file of a handle; undefined where it is gone, or may not be read. With `ask` the browser asks its user, which it
 * does only after a click.
 */
export async function fileOf(handle: FileSystemFileHandle, ask: boolean): Promise<File | undefined> {
  const permitted = handle as Permitted;
  const options = { mode: "read" } as const;
  try {
    let state = (await permitted.queryPermission?.(options)) ?? "granted";
    if (ask && state === "prompt") state = (await permitted.requestPermission?.(options)) ?? state;
    if (state !== "granted") return undefined;
    const file = await handle.getFile();
    known.set(file, handle);
    return file;
  } catch {
    return undefined;
  }
}
