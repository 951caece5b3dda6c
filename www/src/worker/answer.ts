/** Answers the page's calls, in a worker of the page or of a page of one file. */

import type { DeviceReport } from "../../../pkg/src/index";
import { serve } from "../rpc/serve";
import { type PageCalls, pageHandlers } from "./calls";

/** Begins to answer. */
export function answer(): void {
  serve<PageCalls, DeviceReport>(pageHandlers);
}
