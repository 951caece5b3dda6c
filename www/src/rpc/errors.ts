/** Errors in a form that can be posted between worker and page. */

import type { RegulensProblem } from "../../../pkg/src/element";
import type { RegulensError } from "../../../pkg/src/index";

/** An error in a form that can be posted between worker and page. */
export type PlainError = RegulensProblem;

/** The code of an unexpected error. */
export const UNEXPECTED = "unexpected";

/** The code for a failed assertion or lack of memory in the engine, which cannot be used again. */
export const STOPPED = "engine-stopped";

/** A failure in the worker, rethrown in the page. */
export class WorkerError extends Error {
  constructor(readonly plain: PlainError) {
    super(plain.message);
    this.name = plain.name;
  }

  /** True if the call was cancelled. */
  get cancelled(): boolean {
    return this.plain.code === "cancelled";
  }
}

/** Any failure of a call or of the page itself, in displayable form. */
export function plainOf(thrown: unknown): PlainError {
  return (
    meant(thrown) ?? {
      ...{ name: "Error", code: UNEXPECTED },
      message: thrown instanceof Error ? thrown.message : String(thrown),
    }
  );
}

/** Returns true if the error only means that the call was cancelled. */
export function isCancelled(thrown: unknown): boolean {
  return meant(thrown)?.code === "cancelled";
}

/**
 * Returns true if an error is thrown by Regulens on purpose. Decided by its code, since an error may come from another
 * copy of the package.
 */
function isMeant(thrown: unknown): thrown is RegulensError {
  return thrown instanceof Error && typeof (thrown as Partial<RegulensError>).code === "string";
}

/** An error that Regulens throws on purpose, in plain form; undefined for any other. */
function meant(thrown: unknown): PlainError | undefined {
  if (thrown instanceof WorkerError) return thrown.plain;
  if (!isMeant(thrown)) return undefined;
  const { name, code, message, file, line, column, remedy } = thrown;
  return { name, code, message, file, line, column, remedy };
}

/** Any thrown value in plain form. */
export function toPlain(thrown: unknown): PlainError {
  const plain = meant(thrown);
  if (plain) return plain;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof WebAssembly.RuntimeError)
    return {
      ...{ name: "EngineError", code: STOPPED, message: `The engine stopped: ${message}.` },
      remedy: "Try it with less data. If it happens again, please report it with this text.",
    };
  return {
    name: "Error",
    code: UNEXPECTED,
    message: `Something failed that should not: ${message}.`,
    remedy: "Reload the page. If it happens again, please report it with this text.",
  };
}
