/**
 * Calls from the page to where the work runs: a worker, or the page's own thread.
 *
 * A call is declared once, by its handler, with its needs. Its name and types follow from that on both sides. Large
 * arrays are transferred, not copied; errors arrive as {@link WorkerError}.
 */

import type { Progress, WorkOptions } from "../../../pkg/src/index";
import { type PlainError, toPlain, WorkerError } from "./errors";

/** Order of a call among others, and transfer of its reply. */
interface Manner<Request, Reply> {
  /**
   * State that it changes, or must find unchanged while it runs. Calls with a common need run one after another, in
   * order.
   */
  readonly needs?: readonly string[];
  /** Returns true if later calls need not wait for it. */
  inBackground?(request: Request): boolean;
  /** Arrays to transfer with the reply: those that the worker does not keep. */
  transfer?(reply: Reply): readonly ArrayBufferView[];
}

/** The handler of a call. */
export interface Call<Request, Reply> extends Manner<Request, Reply> {
  run(request: Request, options: WorkOptions): Promise<Reply>;
}

/** Declares a call. */
export function call<Request, Reply>(
  manner: Manner<Request, Reply>,
  run: (request: Request, options: WorkOptions) => Promise<Reply>,
): Call<Request, Reply> {
  return { ...manner, run };
}

/** Arguments and results of calls, by name. */
export type Declared<Handlers> = {
  [Name in keyof Handlers as Handlers[Name] extends Call<never, unknown> ? Name : never]: Handlers[Name] extends Call<
    infer Request,
    infer Reply
  >
    ? { readonly request: Request; readonly reply: Reply }
    : never;
};

/** Calls by name. */
export type Named<Calls> = { [Name in keyof Calls]: { readonly request: unknown; readonly reply: unknown } };

/** Handlers, by name of the call. */
export type Handlers<Calls extends Named<Calls>> = {
  readonly [Name in keyof Calls]: Call<Calls[Name]["request"], Calls[Name]["reply"]>;
};

/** An object that answers calls. Failures are a {@link WorkerError}. */
export interface Caller<Calls extends Named<Calls>> {
  call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name]["request"],
    options?: WorkOptions,
  ): Promise<Calls[Name]["reply"]>;
}

/** One call in transit to the worker. */
export interface CallMessage<Calls extends Named<Calls>, Name extends keyof Calls> {
  readonly kind: "call";
  readonly id: number;
  readonly name: Name;
  readonly request: Calls[Name]["request"];
}

/** Messages from the page to the worker. */
export type ToWorker<Calls extends Named<Calls>> =
  CallMessage<Calls, keyof Calls> | { readonly kind: "cancel"; readonly id: number };

/**
 * Messages from the worker to the page. It sends notices and `alive`, the lock that it holds until its end, unasked.
 */
export type FromWorker =
  | { readonly kind: "alive"; readonly lock: string }
  | { readonly kind: "reply"; readonly id: number; readonly reply: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "notice"; readonly notice: unknown };

/** Runs calls; those with a common need one after another. */
export function inOrder<Calls extends Named<Calls>>(handlers: Handlers<Calls>) {
  const last = new Map<string, Promise<unknown>>();
  return <Name extends keyof Calls>(
    name: Name,
    request: Calls[Name]["request"],
    options: WorkOptions,
  ): Promise<Calls[Name]["reply"]> => {
    const handler = handlers[name];
    const { needs = [] } = handler;
    const work = Promise.all(needs.map((thing) => last.get(thing))).then(() => handler.run(request, options));
    const done = work.catch(() => {});
    if (handler.inBackground?.(request) !== true) for (const thing of needs) last.set(thing, done);
    return work;
  };
}

/** Answers calls in this thread, like a worker. */
export function local<Calls extends Named<Calls>>(handlers: Handlers<Calls>): Caller<Calls> {
  const run = inOrder(handlers);
  return {
    async call(name, request, options = {}) {
      try {
        return await run(name, request, options);
      } catch (thrown) {
        throw new WorkerError(toPlain(thrown));
      }
    },
  };
}
