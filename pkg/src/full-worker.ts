/// <reference path="./wasm-modules.d.ts" />
/** The worker script of the full CPU engine, for plain SIMD; see `cpu-worker.ts`. */

import * as engine from "../wasm/full/regulens_full.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
