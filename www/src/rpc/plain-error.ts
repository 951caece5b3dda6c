/** Errors in a form that survives the way between worker and page. */

import type { RegulensError } from "../../../pkg/src/index";
import type { PlainError } from "../worker/protocol";
import { UNEXPECTED } from "./worker-error";

/**
 * Whether an error is one that Regulens means to throw. By its code: an error may come from another copy of the
 * package.
 */
function isMeant(thrown: unknown): thrown is RegulensError {
  return thrown instanceof Error && typeof (thrown as Partial<RegulensError>).code === "string";
}

/** Any thrown thing in a plain form. */
export function toPlain(thrown: unknown): PlainError {
  if (isMeant(thrown)) {
    const { name, code, message, file, line, column, remedy } = thrown;
    return { name, code, message, file, line, column, remedy };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    name: "Error",
    code: UNEXPECTED,
    message: `Something failed that should not: ${message}.`,
    remedy: "Reload the page. If it happens again, please report it with this text.",
  };
}
