/// <reference path="./wasm-modules.d.ts" />
/** The worker script of the full CPU engine, for relaxed SIMD; see `cpu-worker.ts`. */

import * as engine from "../wasm/full-relaxed/regulens_full-relaxed.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
