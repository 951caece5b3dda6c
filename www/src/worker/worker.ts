/** The page's worker: answers its calls. */

import { type DeviceReport, Regulens } from "../../../pkg/src/index";
import { serve } from "../rpc/serve";
import { type PageCalls, pageHandlers } from "./calls";

serve<PageCalls, DeviceReport>(pageHandlers);

// While the page asks for the catalogue and chooses a model. The call that needs the engine says what went wrong with
// it.
Regulens.preload().catch(() => {});
