/// <reference path="./wasm-modules.d.ts" />
/** The script of a worker with the CPU engine of sequences for relaxed SIMD; see `cpu-worker.ts`. */

import * as engine from "../wasm/sequences-relaxed/regulens_sequences-relaxed.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
