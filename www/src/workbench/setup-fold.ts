import type { Intake } from "../session/intake";

/**
 * State of the fold that holds the choice of the model and the data. Above results it is folded, unless the reader
 * opens it, or it has a message.
 */
export interface SetupFold {
  /** The reader's choice, until there is a new message. */
  readonly asked?: boolean | undefined;
  /** True if it has a message; undefined without results, when it is the only content. */
  readonly needed?: boolean | undefined;
  /** True if the model's card is open, which closes with it. */
  readonly isRead?: boolean | undefined;
}

/** Events that affect the fold. */
export interface SetupNews {
  readonly hasResults: boolean;
  /** True while a run is in progress, whose progress is shown where it was started. */
  readonly isBusy: boolean;
  readonly says: boolean;
}

/** True if the account of opened files must be read: a file was not used, or waits for another. */
export function mustBeRead(intake: Intake | undefined): boolean {
  return intake?.files.some(({ used, waits }) => !used || waits) ?? false;
}

/** The fold after an event. */
export function foldAfter({ asked, needed, isRead }: SetupFold, { hasResults, isBusy, says }: SetupNews): SetupFold {
  if (!hasResults) return { isRead };
  const now = isBusy ? (needed ?? false) : says;
  return { asked: now === needed ? asked : undefined, needed: now, isRead };
}

export function isOpen({ asked, needed, isRead }: SetupFold): boolean {
  return isRead === true || (asked ?? needed ?? true);
}
