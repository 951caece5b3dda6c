/** The page's worker: answers its calls. */

import { Regulens } from "../../../pkg/src/index";
import { answer } from "./answer";

answer();

// While the page asks for the catalogue and chooses a model. The call that needs the engine says what went wrong with
// it.
Regulens.preload().catch(() => {});
