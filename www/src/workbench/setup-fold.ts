import type { Intake } from "../session/intake";

/**
 * State of the fold that holds the choice of the model and the data. Above results it is folded away, until the reader
 * asks for it, or it has something to say.
 */
export interface SetupFold {
  /** The reader's wish, until there is something else to say. */
  readonly asked?: boolean | undefined;
  /** True if it has something to say; undefined without results, where it is all there is. */
  readonly needed?: boolean | undefined;
  /** True if the model's card is open, which folds away with it. */
  readonly isRead?: boolean | undefined;
}

/** News that decides it. */
export interface SetupNews {
  readonly hasResults: boolean;
  /** True while a run is going on, which is followed where it was begun. */
  readonly isBusy: boolean;
  readonly says: boolean;
}

/** True if an account of files has something that must be read: that one was not used, or waits for another. */
export function mustBeRead(intake: Intake | undefined): boolean {
  return intake?.files.some(({ used, waits }) => !used || waits) ?? false;
}

/** The same after news. */
export function foldAfter({ asked, needed, isRead }: SetupFold, { hasResults, isBusy, says }: SetupNews): SetupFold {
  if (!hasResults) return { isRead };
  const now = isBusy ? (needed ?? false) : says;
  return { asked: now === needed ? asked : undefined, needed: now, isRead };
}

export function isOpen({ asked, needed, isRead }: SetupFold): boolean {
  return isRead === true || (asked ?? needed ?? true);
}
