/** A worker whose answers a test gives, by the calls that it declares. */

import type { WorkOptions } from "../../../pkg/src/index";
import type { Caller, Named } from "../../src/rpc/rpc";

/** As much of a reply as a test needs. */
export type Some<Reply> = Reply extends readonly unknown[] | ArrayBufferView | Blob
  ? Reply
  : Reply extends object
    ? { readonly [Name in keyof Reply]?: Some<Reply[Name]> | undefined }
    : Reply;

/** Function that answers one call. */
export type Answer<Calls extends Named<Calls>, Name extends keyof Calls> = (
  request: Calls[Name]["request"],
  options: WorkOptions,
) => Some<Calls[Name]["reply"]> | Promise<Some<Calls[Name]["reply"]>>;

/** Answers to calls. */
export type Answers<Calls extends Named<Calls>> = { [Name in keyof Calls]?: Answer<Calls, Name> };

/** A worker that says what it is told to. */
export class FakeWorker<Calls extends Named<Calls>> implements Caller<Calls> {
  readonly calls: (keyof Calls)[] = [];

  constructor(readonly answers: Answers<Calls>) {}

  async call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name]["request"],
    options: WorkOptions = {},
  ): Promise<Calls[Name]["reply"]> {
    this.calls.push(name);
    const answer = this.answers[name];
    if (!answer) throw new Error(`${String(name)} is not answered here`);
    return answer(request, options);
  }
}
