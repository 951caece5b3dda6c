import type { PlainError } from "./protocol";

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
