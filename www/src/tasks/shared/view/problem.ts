/** Errors that a view shows itself. */

import type { RegulensProblem } from "../../../../../pkg/src/element";

/** An error with what to do about it. */
export class ViewError extends Error {
  readonly code: string;
  readonly file: string | undefined;
  readonly remedy: string | undefined;

  constructor(message: string, { code, file, remedy }: Pick<RegulensProblem, "code" | "file" | "remedy">) {
    super(message);
    this.name = "InputError";
    this.code = code;
    this.file = file;
    this.remedy = remedy;
  }
}

/** An attribute that is missing. */
export function missing(attribute: string, what: string): ViewError {
  return new ViewError(`This view has no ${attribute}; expected ${what}.`, {
    code: `no-${attribute}`,
    remedy: `Give it one: <regulens-view ${attribute}="…">.`,
  });
}
