/**
 * The errors, as classes that callers can distinguish.
 *
 * Every error has a stable `code` in kebab case and a `message` that states what was found and what was expected. If
 * known, `file`, `line` and `column` give the position, and `remedy` the remedy.
 */

/** Position of an error, and its remedy. */
export interface ErrorDetails {
  /** Stable, kebab-case name of the kind of error. */
  code: string;
  /** Name of the file being read. */
  file?: string | undefined;
  /** Line in that file, from 1. */
  line?: number | undefined;
  /** Column (field) in that line, from 1. */
  column?: number | undefined;
  /** Remedy for the user. */
  remedy?: string | undefined;
  /** The underlying error. */
  cause?: unknown;
}

/**
 * The base of all errors that Regulens throws. Names are string literals, so that bundlers cannot shorten them.
 */
export class RegulensError extends Error {
  override name = "RegulensError";
  /** Stable, kebab-case name of the kind of error. */
  readonly code: string;
  /** Name of the file being read. */
  readonly file: string | undefined;
  /** Line in that file, from 1. */
  readonly line: number | undefined;
  /** Column (field) in that line, from 1. */
  readonly column: number | undefined;
  /** Remedy for the user. */
  readonly remedy: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.file = details.file;
    this.line = details.line;
    this.column = details.column;
    this.remedy = details.remedy;
  }
}

/** A signal table that cannot be read or does not fit the model. */
export class InputError extends RegulensError {
  override name = "InputError";
}

/** A model file that cannot be read. */
export class WeightsError extends RegulensError {
  override name = "WeightsError";
}

/** A model file whose SHA-256 differs from the expected one. */
export class HashMismatchError extends WeightsError {
  override name = "HashMismatchError";

  constructor(
    file: string,
    /** The expected SHA-256, in lower-case hexadecimal. */
    readonly expected: string,
    /** The SHA-256 of the bytes received. */
    readonly found: string,
  ) {
    super(`${file}: its SHA-256 is ${found}, expected ${expected}. Nothing of it was run.`, {
      code: "hash-mismatch",
      file,
      remedy:
        "Load the file again; if it still differs, get it from its source, or open it as an unverified file of " +
        "your own.",
    });
  }
}

/** A file that could not be fetched, or exceeds the size limit. */
export class DownloadError extends RegulensError {
  override name = "DownloadError";
}

/** An engine that could not start, or that stopped. */
export class EngineError extends RegulensError {
  override name = "EngineError";
}

/**
 * The caller's `AbortSignal` fired, or the model was freed. The `name` is `AbortError`, like the platform's own; the
 * `cause` is the signal's `reason`.
 */
export class CancelledError extends RegulensError {
  override name = "AbortError";

  constructor(what: string, reason?: unknown) {
    super(`${what} was cancelled.`, { code: "cancelled", cause: reason });
  }

  /** The `reason` of the signal that fired. */
  get reason(): unknown {
    return this.cause;
  }
}

/** An object was used after it had been freed. */
export class DisposedError extends RegulensError {
  override name = "DisposedError";

  constructor(what: string) {
    super(`${what} was freed before; expected what is still in memory.`, {
      code: "disposed",
      remedy: "Free it after its last use, or load or read it again.",
    });
  }
}

/** An argument of the wrong kind. */
export class ArgumentError extends TypeError {
  /** Stable, kebab-case name of the kind of error. */
  readonly code: string;
  /** The function called: `model.predict`. */
  readonly method: string;
  /** The argument or option: `table`, `options.seed`. */
  readonly argument: string;
  /** The value given, in words. */
  readonly given: string;
  /** The kind of value expected, in words. */
  readonly wanted: string;
  /** Remedy for the caller. */
  readonly remedy: string;

  constructor(method: string, argument: string, given: string, wanted: string, code = "wrong-type") {
    super(`${method}: found ${given} for \`${argument}\`; expected ${wanted}.`);
    this.code = code;
    this.method = method;
    this.argument = argument;
    this.given = given;
    this.wanted = wanted;
    this.remedy = `Give ${wanted}.`;
  }
}

/** Throws a {@link CancelledError} if `signal` has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new CancelledError(what, signal.reason);
}

type ErrorClass = new (message: string, details: ErrorDetails) => RegulensError;

/** Properties that the engine attaches to the errors that it throws. */
interface EngineThrown {
  code?: unknown;
  file?: unknown;
  line?: unknown;
  column?: unknown;
  remedy?: unknown;
}

/** Openings of an engine's messages about a rejected argument, from its own checks and from serde. */
const REFUSED = /^(found |unknown (variant|field) |invalid (type|value|length): |missing field )/;

/**
 * Converts an error thrown by an engine into an error of class `kind`.
 *
 * An error without a code is a trap (out of memory, a failed assertion), after which the engine is unusable.
 */
export function fromEngine(thrown: unknown, kind: ErrorClass, file?: string): RegulensError | ArgumentError {
  if (thrown instanceof RegulensError || thrown instanceof ArgumentError) return thrown;
  const details = (typeof thrown === "object" && thrown !== null ? thrown : {}) as EngineThrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (typeof details.code !== "string" && REFUSED.test(message))
    return new kind(`${message}.`.replace(/\.\.$/, "."), {
      ...{ code: "bad-argument", file, cause: thrown },
      remedy: "Check the arguments against the documentation.",
    });
  if (typeof details.code !== "string") {
    return new EngineError(`The engine stopped: ${message}.`, {
      code: "engine-stopped",
      file,
      remedy:
        "Reload and try a smaller table. If it happens again, report it with the size of the table and the model.",
      cause: thrown,
    });
  }
  return new kind(message, {
    code: details.code,
    file: typeof details.file === "string" ? details.file : file,
    line: typeof details.line === "number" ? details.line : undefined,
    column: typeof details.column === "number" ? details.column : undefined,
    remedy: typeof details.remedy === "string" ? details.remedy : undefined,
    cause: thrown,
  });
}
