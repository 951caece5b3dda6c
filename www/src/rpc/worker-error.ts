import type { PlainError } from "../worker/protocol";

/** The code of an error that nobody foresaw. */
export const UNEXPECTED = "unexpected";

/** A failure in the worker, thrown again in the page. */
export class WorkerError extends Error {
  constructor(readonly plain: PlainError) {
    super(plain.message);
    this.name = plain.name;
  }

  /** Whether somebody asked for it. */
  get cancelled(): boolean {
    return this.plain.code === "cancelled";
  }
}

/** Any failure of a call as it is shown. */
export function plainOf(thrown: unknown): PlainError {
  return thrown instanceof WorkerError
    ? thrown.plain
    : { name: "Error", code: UNEXPECTED, message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** Whether what was thrown says only that somebody cancelled. */
export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof WorkerError && thrown.cancelled;
}
