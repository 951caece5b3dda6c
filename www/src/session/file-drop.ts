/** Files and text that the user drops or pastes anywhere on the page. */

/** Callbacks for dropped and pasted files and text. */
export interface DropHandlers {
  /** A dragged object enters or leaves the page. */
  over(over: boolean): void;
  files(files: readonly File[]): void;
  text(text: string): void;
}

/** Listens to the whole window. */
export class FileDrop {
  /** Elements that the pointer has entered and not left: moving to a child element is not leaving the page. */
  #depth = 0;

  constructor(private readonly handlers: DropHandlers) {}

  listen(): void {
    addEventListener("dragenter", this.#enter);
    addEventListener("dragover", this.#over);
    addEventListener("dragleave", this.#leave);
    addEventListener("drop", this.#drop);
    addEventListener("paste", this.#paste);
  }

  #enter = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (++this.#depth === 1) this.handlers.over(true);
  };

  #over = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    // An element of the page handles the drop itself.
    this.handlers.over(!event.defaultPrevented);
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  };

  #leave = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    if (--this.#depth <= 0) this.#end();
  };

  #drop = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    const isTaken = event.defaultPrevented;
    event.preventDefault();
    this.#end();
    if (isTaken) return;
    if (event.dataTransfer) noteHandles(event.dataTransfer);
    this.handlers.files([...(event.dataTransfer?.files ?? [])]);
  };

  #paste = (event: ClipboardEvent): void => {
    // A paste into a field belongs to the field.
    if (
      event.composedPath().some((target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
    )
      return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length > 0) this.handlers.files(files);
    else if (/[\n\r]/.test(text)) this.handlers.text(text);
  };

  #end(): void {
    this.#depth = 0;
    this.handlers.over(false);
  }
}

function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

/**
 * Handles of dropped files, if the browser supports them: through its handle, a file too large to be stored can be read
 * again after a reload.
 */
const known = new WeakMap<Blob, FileSystemFileHandle>();

/** Permissions of a handle, in browsers with handles. */
interface Permitted extends FileSystemFileHandle {
  queryPermission?(options: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(options: { mode: "read" }): Promise<PermissionState>;
}

interface Dropped extends DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Records the handles of dropped files. Call it while handling the event: later the handles are gone. */
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

/** The handle of a file, if any. */
export function handleOf(file: Blob): FileSystemFileHandle | undefined {
  return known.get(file);
}

/**
 * The file of a handle; undefined if it is gone or unreadable. With `ask` the browser prompts its user, which is only
 * possible after a click.
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
