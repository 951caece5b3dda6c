/// <reference path="./wasm-modules.d.ts" />
/** The worker script of the tables CPU engine, for relaxed SIMD; see `cpu-worker.ts`. */

import * as engine from "../wasm/cpu-relaxed/regulens_cpu-relaxed.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
