/**
 * Calls from the page to where the work is done: a worker, or the page's own thread.
 *
 * A call is declared once, where it is done, with what it needs. Its name and its types follow from that on both sides.
 * Big arrays are moved, not copied; errors arrive as {@link WorkerError}.
 */

import type { Progress, WorkOptions } from "../../../pkg/src/index";
import { type PlainError, toPlain, WorkerError } from "./errors";

/** Order of a call among others, and transfer of its reply. */
interface CallOptions<Request, Reply> {
  /**
   * State that it changes, or must find unchanged while it works. Calls that need the same thing wait for each other,
   * in order.
   */
  readonly needs?: readonly string[];
  /** Returns true if the calls after it need not wait for it. */
  inBackground?(request: Request): boolean;
  /** Arrays to transfer with the reply: those that the worker does not keep. */
  transfer?(reply: Reply): readonly ArrayBufferView[];
}

/** Something that can be called. */
export interface Call<Request, Reply> extends CallOptions<Request, Reply> {
  run(request: Request, options: WorkOptions): Promise<Reply>;
}

/** Declares a call. */
export function call<Request, Reply>(
  options: CallOptions<Request, Reply>,
  run: (request: Request, options: WorkOptions) => Promise<Reply>,
): Call<Request, Reply> {
  return { ...options, run };
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

/** Functions that do the work of calls. */
export type Handlers<Calls extends Named<Calls>> = {
  readonly [Name in keyof Calls]: Call<Calls[Name]["request"], Calls[Name]["reply"]>;
};

/** Something that answers calls. Failures are a {@link WorkerError}. */
export interface Caller<Calls extends Named<Calls>> {
  call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name]["request"],
    options?: WorkOptions,
  ): Promise<Calls[Name]["reply"]>;
}

/** One call on its way to the worker. */
export interface CallMessage<Calls extends Named<Calls>, Name extends keyof Calls> {
  readonly kind: "call";
  readonly id: number;
  readonly name: Name;
  readonly request: Calls[Name]["request"];
}

/** From the page to the worker. */
export type ToWorker<Calls extends Named<Calls>> =
  CallMessage<Calls, keyof Calls> | { readonly kind: "cancel"; readonly id: number };

/**
 * From the worker to the page. The worker sends unasked a notice, and `alive`: the lock that it holds until its end.
 */
export type FromWorker =
  | { readonly kind: "alive"; readonly lock: string }
  | { readonly kind: "reply"; readonly id: number; readonly reply: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "notice"; readonly notice: unknown };

/** Runs calls; those that need the same thing one after the other. */
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

/** Answers calls in this thread, as a worker would. */
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
