/**
 * The boundary of the package. A table lists the kinds of arguments that each function takes; a wrong argument throws
 * an error that names the function, the argument, the value given and the kind expected. Errors thrown by a caller's
 * own function pass through unchanged, the reason of a caller's signal is kept, and a freed model is never used.
 */

import { listed, shown } from "./arguments.js";
import { ArgumentError, CancelledError, InputError } from "./errors.js";
import { Freeable, type Life } from "./held.js";

/** An argument of a function. */
export interface Argument {
  readonly name: string;
  /** Kind of value expected, in words. */
  readonly wanted: string;
  is(value: unknown): boolean;
  /** Code of the error; `wrong-type` by default. */
  readonly code?: string | undefined;
  /** Names of the options, for an argument that has options. */
  readonly options?: readonly string[];
}

const isOf =
  (type: string) =>
  (value: unknown): boolean =>
    typeof value === type;
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
const isList = (value: unknown): boolean => Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);

const field = (value: unknown, name: string): unknown =>
  isObject(value) ? (value as Record<string, unknown>)[name] : undefined;

/** Kinds of options, with the names of the options of each kind; any other option is checked where it is used. */
const KINDS: readonly (readonly [wanted: string, is: (value: unknown) => boolean, names: string])[] = [
  ["a function", isOf("function"), "onProgress onScored"],
  ["an `AbortSignal`", (value) => typeof field(value, "addEventListener") === "function", "signal"],
  [
    "a text",
    isOf("string"),
    "name method contrast strands device simd task sha256 class cell mark chromosome biotype values",
  ],
  [
    "a number",
    isOf("number"),
    "shuffles seed around lambda randomOrders workers seqlets q least bins coverage binSize upstream downstream minMapq",
  ],
  ["an address", (value) => typeof value === "string" || value instanceof URL, "base"],
  ["true or false", isOf("boolean"), "webgpu symmetric keep dropVersions strandFlip keepDuplicates missingAsZero"],
  ["a list", isList, "selectBins genes shifts explanations predicted on over biotypes change"],
  [
    "an object",
    isObject,
    "scale maps truth region motifs track classOn classMap a b prepared standIns valuesOf attributions",
  ],
];

/** Options of functions that take time. */
export const WORK = "signal onProgress ";
/** Options of functions that read. */
export const READ = `${WORK}name `;
/** Options of functions that prepare a table. */
export const TABLE_OPTIONS = "selectBins scale ";

const argument = (name: string, wanted: string, is: (value: unknown) => boolean, code?: string): Argument => ({
  ...{ name, wanted, is, code },
});

/** A table; `name` is the argument's name. */
export const table = (name = "table", isOptional = false): Argument =>
  argument(
    name,
    "a table, as `readTable` gives it",
    (value) => isObject(field(value, "engineTable")) || (isOptional && value === undefined),
    "no-table",
  );
/** Sequences. */
export const SEQUENCES = argument("sequences", "sequences, as `readSequences` gives them", (value) =>
  Array.isArray(field(value, "records")),
);
/** An argument given by index or by name: a separate check lists the choices. */
export const named = (name: string): Argument => argument(name, "a name or a number", () => true);
/** Motifs; a function that needs them reports their absence itself. */
export const MOTIFS = argument(
  "motifs",
  "motifs, as `readMotifs` gives them",
  (value) => value === undefined || Array.isArray(field(value, "motifs")),
);
/** A number, whose limits are checked where it is used; optional if it has a default. */
export const number = (name: string, isOptional = false): Argument =>
  argument(name, "a number", (value) => typeof value === "number" || (isOptional && value === undefined));
/** A text. */
export const text = (name: string): Argument => argument(name, "a text", isOf("string"));
/** A list. */
export const list = (name: string): Argument => argument(name, "a list", isList);
/** Numbers in a typed array. */
export const floats = (name: string): Argument =>
  argument(name, "a `Float32Array`", (value) => value instanceof Float32Array);
/** The result of a run. */
export const RESULT = "what `predict` gave";
/** An object with these fields. */
export const object = (name: string, wanted = "an object"): Argument => argument(name, wanted, isObject);

const isBytes = (value: unknown): boolean =>
  value instanceof Blob || value instanceof Uint8Array || value instanceof ArrayBuffer;
/** A file to read: a string is its text. */
export const SOURCE = argument(
  "source",
  "a `File` or `Blob`, bytes, a stream of bytes, a `URL`, or the text itself",
  (value) => typeof value === "string" || value instanceof URL || value instanceof ReadableStream || isBytes(value),
  "no-source",
);
/** A model file: a string is its address. */
export const MODEL_SOURCE = argument(
  "source",
  "the model's address, a `File` or `Blob`, or its bytes",
  (value) => typeof value === "string" || value instanceof URL || isBytes(value),
  "no-source",
);

/** The options of a function, by their names. */
export const options = (...names: readonly string[]): Argument => ({
  ...argument("options", "an object", (value) => value === undefined || isObject(value)),
  options: names.join(" ").split(" ").filter(Boolean),
});

/** A single line of text that looks like a file name, path or URL. */
const ADDRESS =
  /^(?=.)[^\s,>]+$|^[^\n\r\t]+\.(csv|tsv|txt|gz|fa|fasta|fai|2bit|bed|gtf|gff3?|vcf|bw|bigwig|bam|meme)$/i;

/** Rejects a string that is an address: it would be read as the file's own text. */
function requireNoAddress(value: unknown): void {
  if (typeof value !== "string" || !ADDRESS.test(value.trim())) return;
  throw new InputError(
    `found the text ${shown(value)}, which looks like the name of a file; expected what is in the file: a string is ` +
      "the text itself, and no address.",
    {
      code: "text-not-address",
      remedy:
        `To read it from an address, give new URL(${shown(value)}, location.href), in Node pathToFileURL(…); else ` +
        "give the `File` or its bytes.",
    },
  );
}

/** Checks the arguments of a call. @throws ArgumentError; InputError for an unknown option. */
export function check(method: string, args: readonly unknown[], wanted: readonly Argument[]): void {
  for (const [i, { name, wanted: kind, is, code, options }] of wanted.entries()) {
    const value = args[i];
    if (!is(value)) throw new ArgumentError(method, name, shown(value), kind, code);
    if (name === "source" && code === "no-source" && kind === SOURCE.wanted) requireNoAddress(value);
    // A table in place of the options has an error of its own.
    if (!options || value === undefined || value instanceof Freeable) continue;
    for (const [option, given] of Object.entries(value as object)) {
      if (given === undefined) continue;
      if (!options.includes(option))
        throw new InputError(`${method}: found the option ${shown(option)}; expected some of ${listed(options, 99)}.`, {
          code: "no-such-option",
          remedy: "Give one of these names.",
        });
      const [kind, is] = KINDS.find(([, , names]) => names.split(" ").includes(option)) ?? [];
      if (is && !is(given)) throw new ArgumentError(method, `options.${option}`, shown(given), kind!);
    }
  }
}

/**
 * Makes a caller's call: checks its arguments, and passes `call` options that the package can rely on: callbacks that
 * do not throw, and one signal for every reason to stop.
 *
 * @param ended Fires when the object that the method belongs to is freed.
 * @throws ArgumentError; errors of the caller's own callbacks; everything that `call` throws.
 */
export async function called<T>(
  method: string,
  wanted: readonly Argument[],
  args: readonly unknown[],
  call: (...args: never[]) => Promise<T>,
  ended?: AbortSignal,
): Promise<T> {
  check(method, args, wanted);
  const work = call as (...args: readonly unknown[]) => Promise<T>;
  const at = wanted.findIndex(({ options }) => options);
  const given = args[at] as { readonly signal?: AbortSignal } | undefined;
  if (at < 0 || given instanceof Freeable) return work(...args);
  let failed: { readonly thrown: unknown } | undefined;
  const stop = new AbortController();
  const over = new AbortController();
  const fail = (thrown: unknown): void => {
    failed ??= { thrown };
    stop.abort(thrown);
  };
  const safe: Record<string, unknown> = { ...given, signal: stop.signal };
  for (const [name, told] of Object.entries(safe))
    if (typeof told === "function")
      safe[name] = (...news: unknown[]): void => {
        // A callback that has thrown is not called again.
        if (failed) return;
        try {
          const found: unknown = told(...news);
          if (found instanceof Promise) found.catch(fail);
        } catch (thrown) {
          fail(thrown);
        }
      };
  for (const signal of [given?.signal, ended]) {
    const end = (): void => stop.abort(signal?.reason);
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end, { signal: over.signal });
  }
  try {
    const found = await work(...Object.assign([...args], { [at]: safe }));
    if (!failed) return found;
  } catch (thrown) {
    if (thrown instanceof CancelledError) thrown.cause ??= stop.signal.reason;
    if (!failed) throw thrown;
  } finally {
    over.abort();
  }
  throw failed.thrown;
}

/** An object whose methods end when it is freed. */
interface Living {
  readonly life?: Life;
}

/** Functions and their arguments, by function name. */
type Described = Readonly<Record<string, readonly Argument[]>>;
type Method = (this: Living | undefined, ...args: unknown[]) => unknown;

/**
 * Wraps the methods of an object, or of a class through its prototype, in argument checks.
 *
 * @param owner Its name in messages: `model`.
 * @param later Methods that return a promise, each with its arguments.
 * @param now The other methods.
 */
export function bounded(owner: string, target: object, later: Described, now: Described = {}): void {
  const methods = target as Record<string, Method>;
  for (const [name, wanted] of Object.entries(later)) {
    const method = methods[name]!;
    methods[name] = function (...args) {
      const work = (): Promise<unknown> =>
        called(`${owner}.${name}`, wanted, args, async (...args) => method.apply(this, args), this?.life?.signal);
      return this?.life ? this.life.during(work) : work();
    };
  }
  for (const [name, wanted] of Object.entries(now)) {
    const method = methods[name]!;
    methods[name] = function (...args) {
      this?.life?.require();
      check(`${owner}.${name}`, args, wanted);
      return method.apply(this, args);
    };
  }
}
