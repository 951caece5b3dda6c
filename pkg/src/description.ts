/** Description of a model by its family and variant, as the engine reports it. */

import type { Encoders } from "./engine/engine-types.js";

export type { Attends, CitedWork, Description, Encoders, Named } from "./engine/engine-types.js";

/**
 * A group of encoders in a model of a change: `A`, `B`, `diff` (A − B), or `auxA` and `auxB` of an auxiliary task.
 */
export type EncoderGroup = Encoders["bins"][number];
