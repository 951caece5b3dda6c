/** Saves and opens workspaces: the files they need, the files that were opened, and the state before. */

import { saveFile } from "../export";
import { stem } from "../export/names";
import { type PlainError, plainOf } from "../rpc/errors";
import { hashOf } from "../session/hash";
import { Observable } from "../rpc/working";
import { askedForm, type ModelRequest } from "../session/opened";
import type { Session } from "../session/session";
import { counted } from "../ui/words";
import { capture, isWorthKeeping, type Snapshot, withHashes } from "./capture";
import { give, isThere, sourcesOf, takeAnyway, type Want, wantsOf } from "./files";
import type { KeptRun, Workspace } from "./format";
import { Keeping } from "./keeping";
import { Restoring } from "./reading";
import { deletedBefore, type KeptTab, type RefusedFile } from "./tab";
import { Trail } from "./trail";
import { readWorkspace, writeWorkspace } from "./workspace";

/** Progress of reading a file, as a fraction. */
export interface Hashing {
  readonly name: string;
  readonly share: number;
}

/** A workspace to restore. */
export interface Opened {
  readonly file: string;
  readonly workspace: Workspace;
  readonly wants: readonly Want[];
  /** True if it would replace content of the page. */
  readonly replaces: boolean;
  /** Files that were opened but are not needed. */
  readonly unasked: readonly string[];
}

/** State at one moment. */
export interface WorkspacesState {
  readonly opened?: Opened | undefined;
  readonly hashing?: Hashing | undefined;
  readonly restoring: boolean;
  /** The latest event, and the parts that could not be restored. */
  readonly news?:
    | {
        readonly heading: string;
        readonly missing: readonly string[];
        /** True if the reader requested it and needs no message. */
        readonly isExpected?: boolean;
      }
    | undefined;
  /** True if the page was restored after a reload, and can be emptied. */
  readonly isResumed: boolean;
  /** Stored state of the page, if its files need the user's permission. */
  readonly refused?: KeptTab | undefined;
  /** State of the page before that. */
  readonly before?: Snapshot | undefined;
  readonly problem?: PlainError | undefined;
  readonly announcement: string;
}

/** The message about a restored workspace, and the preserved earlier state. */
type Told = [heading: string, before: Snapshot | undefined, said: readonly string[], isExpected?: boolean];

/** Saves and opens workspaces. */
export class Workspaces extends Observable<WorkspacesState> {
  #hashing: AbortController | undefined;
  readonly #keeping: Keeping;
  readonly #trail: Trail;
  /** The snapshot being restored, and a promise for the end of that. */
  #current: { readonly snapshot: Snapshot; readonly ended: Promise<void> } | undefined;
  /** True while a new worker receives the content of the page; and the number of workers that stopped. */
  #reviving = false;
  #stops = 0;

  constructor(readonly session: Session) {
    super({ restoring: false, isResumed: false, announcement: "" });
    this.#keeping = new Keeping(session);
    this.#trail = new Trail(session);
    session.beforeExample = (name) => this.#replace(name);
    const deleted = deletedBefore();
    if (!deleted) return;
    const { files, tabs } = deleted;
    const heading =
      tabs + files > 0
        ? `Your data in this browser were deleted: ${counted(files, "file")} of ${counted(tabs, "tab")}`
        : "This browser's store held none of your data";
    this.set({ news: { heading, missing: [] }, announcement: `${heading}.` });
  }

  /** Called after each change of the page. */
  heard(): void {
    if (this.state.restoring) return;
    this.#keeping.heard();
    this.#trail.heard();
  }

  /** Restores the content of the page after a reload. */
  async resume(snapshot: KeptTab): Promise<void> {
    await this.#restore(snapshot, "Restored what was open before the reload", undefined, [], false);
    this.set({ isResumed: true, refused: snapshot.refused.length > 0 ? snapshot : undefined });
  }

  /** Prompts the user for permission to read files, and restores the page. */
  async askAgain(): Promise<void> {
    const { refused } = this.state;
    if (!refused) return;
    let snapshot: Snapshot = refused;
    const left: RefusedFile[] = [];
    for (const file of refused.refused) {
      const found = await file.ask(snapshot);
      if (found) snapshot = found;
      else left.push(file);
    }
    if (left.length === refused.refused.length) return;
    await this.resume({ ...snapshot, refused: left });
  }

  /**
   * Gives the content of the page to a new worker after the page's worker has stopped. If that stops too, only the
   * model is opened, and the rest on request.
   */
  async revive({ message }: PlainError): Promise<void> {
    this.#stops++;
    if (this.#reviving) return;
    this.#reviving = true;
    const { session } = this;
    try {
      const during = this.#current;
      const snapshot = during?.snapshot ?? (await capture(session));
      await during?.ended;
      const stops = this.#stops;
      if (!during) {
        session.forgetModel();
        const heading = "The engine stopped; it was started again, and what was here is back";
        await this.#restore(snapshot, heading, undefined, [message], false);
        if (this.#stops === stops) return;
      }
      const { workspace } = snapshot;
      session.forgetModel();
      await session.clear();
      session.note(workspace.notes);
      const model = workspace.model === undefined ? undefined : workspace.models[workspace.model];
      if (model) await session.reopen(model.sha256);
      const news = { heading: "The engine stopped again on what was here", missing: [message] };
      this.set({ before: snapshot, isResumed: false, news, announcement: `${news.heading}.` });
    } catch (thrown) {
      this.set({ problem: plainOf(thrown) });
    } finally {
      this.#reviving = false;
    }
  }

  /** Offers to restore the earlier content of this tab. */
  offer(before: Snapshot): void {
    this.set({ before, news: { heading: "What was in this tab before can be had back", missing: [] } });
  }

  /** Empties the page; its content can be restored. */
  async startAfresh(): Promise<void> {
    const before = await capture(this.session);
    await this.session.clear();
    this.set({
      ...{ before, isResumed: false, news: { heading: "The page is empty", missing: [] } },
      announcement: "The page is empty.",
    });
    this.heard();
  }

  /** Prepares for an example that replaces the reader's own data. */
  async #replace(example: string): Promise<void> {
    const before = await capture(this.session);
    const own = before.workspace.inputs.filter((_, i) => "blob" in (before.inputs[i] ?? {}));
    if (own.length === 0) return;
    const heading = `${example} is shown in place of ${own.map(({ name }) => name).join(" and ")}`;
    this.set({ before, isResumed: false, news: { heading, missing: [] } });
  }

  /** Saves the state of the page as a file. */
  async save(): Promise<void> {
    const snapshot = await capture(this.session);
    const first =
      snapshot.workspace.inputs[0]?.name ??
      snapshot.workspace.models[snapshot.workspace.model ?? 0]?.name ??
      "regulens";
    const workspace = await this.#hash(snapshot.workspace.inputs.length > 0 ? first : "", (options) =>
      withHashes(snapshot, {
        signal: options.signal,
        onProgress: (done, total) => options.onShare(total > 0 ? done / total : 1),
      }),
    );
    if (!workspace) return;
    const name = `${stem(first)}.regulens.json`;
    saveFile(name, writeWorkspace(workspace));
    await this.#keeping.saved();
    this.set({ announcement: `The workspace was saved as ${name}.` });
  }

  /** Opens a workspace file: requests the files that it needs, or restores it if it needs none. */
  async open(file: Blob, name: string): Promise<void> {
    this.set({ problem: undefined, news: undefined });
    let workspace: Workspace;
    try {
      workspace = await readWorkspace(await file.text(), name);
    } catch (thrown) {
      return this.set({ problem: plainOf(thrown) });
    }
    const { state } = this.session;
    const wants = wantsOf(workspace, state.catalogue, (path) => this.session.siteFile(path));
    const replaces = isWorthKeeping(this.session);
    this.set({ opened: { file: name, workspace, wants, replaces, unasked: [] } });
    if (!replaces && wants.every(isThere)) await this.restore();
  }

  /** Receives requested files. */
  async give(files: readonly { readonly file: Blob; readonly name: string }[]): Promise<void> {
    const unasked: string[] = [];
    for (const { file, name } of files) {
      const { opened } = this.state;
      if (!opened) return;
      const mayBe = opened.wants.some(
        (want) => want.bytes === file.size || want.name.toLowerCase() === name.toLowerCase(),
      );
      const sha256 = mayBe
        ? await this.#hash(name, ({ signal, onShare }) =>
            hashOf(file, { signal, onProgress: (bytes) => onShare(file.size > 0 ? bytes / file.size : 1) }),
          )
        : undefined;
      const { opened: now } = this.state;
      if (!now || now.file !== opened.file) return;
      const wants = sha256 === undefined ? undefined : give(now.wants, { file, name, sha256 });
      if (wants) this.set({ opened: { ...now, wants }, announcement: `${name} was read.` });
      else unasked.push(name);
    }
    const { opened } = this.state;
    if (opened) this.set({ opened: { ...opened, unasked } });
  }

  /** Accepts a file with other content. */
  takeAnyway(want: Want): void {
    const { opened } = this.state;
    if (opened) this.set({ opened: { ...opened, wants: takeAnyway(opened.wants, want) } });
  }

  /** Restores the open workspace with the available files. The earlier content of the page can be restored. */
  async restore(): Promise<void> {
    const { opened } = this.state;
    if (!opened || this.state.restoring) return;
    const before = opened.replaces ? await capture(this.session) : undefined;
    const { workspace, wants, file } = opened;
    const other = wants
      .filter(({ standing }) => standing === "accepted")
      .map(
        ({ name, source }) =>
          `${name} has other content than when the workspace was ` +
          `saved${source && source.file !== name ? ` (${source.file} was taken)` : ""}.`,
      );
    await this.#restore({ workspace, ...sourcesOf(workspace, wants) }, `${file} is open`, before, other);
  }

  /** Restores the content of the page from before the last workspace. */
  async goBack(): Promise<void> {
    const { before } = this.state;
    if (before) await this.#restore(before, "Restored what was open before", undefined, []);
  }

  /** Closes the request for files. */
  close(): void {
    this.#hashing?.abort();
    this.set({ opened: undefined });
  }

  /** Removes the message about a restored workspace or an error, and discards the earlier content. */
  dismiss(): void {
    this.set({ news: undefined, isResumed: false, refused: undefined, before: undefined, problem: undefined });
  }

  /** Cancels reading a file. */
  cancel(): void {
    this.#hashing?.abort();
  }

  async #restore(snapshot: Snapshot, ...how: Told): Promise<void> {
    const ended = this.#restoring(snapshot, ...how);
    const current = { snapshot, ended };
    this.#current = current;
    await ended;
    if (this.#current === current) this.#current = undefined;
  }

  async #restoring(snapshot: Snapshot, ...[heading, before, said, isExpected = true]: Told): Promise<void> {
    this.set({
      ...{
        restoring: true,
        isResumed: false,
        opened: undefined,
        news: undefined,
        before: undefined,
        refused: undefined,
      },
      announcement: "The workspace is being restored.",
    });
    try {
      const missing = await restore(this.session, snapshot);
      this.set({ news: { heading, missing: [...said, ...missing], isExpected }, announcement: `${heading}.` });
    } catch (thrown) {
      this.set({ problem: plainOf(thrown) });
    } finally {
      this.set({ restoring: false, before });
      this.heard();
    }
  }

  async #hash<T>(
    name: string,
    work: (options: { signal: AbortSignal; onShare: (share: number) => void }) => Promise<T>,
  ): Promise<T | undefined> {
    this.#hashing?.abort();
    const controller = new AbortController();
    this.#hashing = controller;
    const isLatest = (): boolean => this.#hashing === controller;
    if (name) this.set({ hashing: { name, share: 0 }, problem: undefined });
    try {
      return await work({
        signal: controller.signal,
        onShare: (share) => isLatest() && name !== "" && this.set({ hashing: { name, share } }),
      });
    } catch (thrown) {
      if (!controller.signal.aborted) this.set({ problem: plainOf(thrown) });
      return undefined;
    } finally {
      if (isLatest()) this.set({ hashing: undefined });
    }
  }
}

/** Restores what is available; returns one sentence for each part that could not be restored. */
export async function restore(page: Session, { workspace, models, inputs }: Snapshot): Promise<string[]> {
  const { view, kept, notes, device, weights, looked } = workspace;
  const asked = models.map((source, at) => source && { ...source, symmetric: workspace.models[at]!.symmetric });
  const restoring = new Restoring(page, workspace, inputs, asked);
  const isOtherDevice = page.state.choice !== device;
  await page.clear();
  page.prefer(device, weights);
  page.note(notes);
  for (const run of kept) await keep(page, restoring, asked, run);
  if (workspace.model !== undefined && (await open(page, restoring, asked, workspace.model))) {
    // The model may have been open all along. `auto` measures devices in the background.
    const ready = isOtherDevice ? page.chooseDevice(device) : undefined;
    if (device !== "auto") await ready;
    await page.active?.restore(view, restoring);
    if (looked.view) page.bring(looked.view);
  }
  return restoring.missing;
}

type Models = readonly (ModelRequest | undefined)[];

/** Opens a model unless it is open; returns true if it is open. */
async function open(page: Session, { workspace, missing }: Restoring, models: Models, at: number): Promise<boolean> {
  const model = workspace.models[at]!;
  const source = models[at];
  if (!source) {
    missing.push(`The model ${model.name} was not given.`);
    return false;
  }
  const request = "url" in source ? source.sha256 : undefined;
  const before = page.state.model;
  if (before?.sha256 === (request ?? model.sha256) && askedForm(before) === model.symmetric) return true;
  await page.openFrom(source);
  const isOpen =
    page.state.model !== undefined && page.state.model !== before && page.state.problems.model === undefined;
  if (!isOpen) missing.push(`The model ${model.name} could not be opened.`);
  return isOpen;
}

/** Reruns a stored run and stores its result. */
async function keep(page: Session, restoring: Restoring, models: Models, run: KeptRun): Promise<void> {
  const isKept = (await open(page, restoring, models, run.model)) && (await page.active?.restoreKept?.(run, restoring));
  const { workspace, missing } = restoring;
  if (!isKept)
    missing.push(
      `The run of ${workspace.models[run.model]!.title} on ${workspace.inputs[run.tables[0]!.table]!.name} is not kept again.`,
    );
}
