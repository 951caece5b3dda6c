/** Description of a model by its family and its variant, as the engine says it. */

import type { Encoders } from "./engine/engine-types.js";

export type { Attends, CitedWork, Description, Encoders, Named } from "./engine/engine-types.js";

/**
 * A group of encoders of a model of a change: `A`, `B`, `diff` (A − B), or `auxA` and `auxB` of an auxiliary task.
 */
export type EncoderGroup = Encoders["bins"][number];
