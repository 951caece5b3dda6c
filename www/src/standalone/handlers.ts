/** Handlers in a page of one file: the calls of the page, of which one would need an engine that it does not hold. */

import type { DeviceReport } from "../../../pkg/src/index";
import { call, type Handlers } from "../rpc/rpc";
import { serve } from "../rpc/serve";
import type { TableRequest } from "../session/opened";
import { type PageCalls, pageHandlers } from "../worker/calls";
import { regionsOf } from "./regions";

/** Begins to answer, in a worker. */
export function answer(): void {
  serve<PageCalls, DeviceReport>(standaloneHandlers);
}

/** Answers the calls; `notify` hears of the device whenever it may have changed. */
export function standaloneHandlers(notify: (device: DeviceReport) => void): Handlers<PageCalls> {
  return {
    ...pageHandlers(notify),
    // All that such a page reads is in it, or a reader's own file: nothing has an address.
    readRegions: call({}, async ({ source }: { readonly source: TableRequest }) =>
      regionsOf(source.file, "blob" in source ? await source.blob.text() : ""),
    ),
  };
}
