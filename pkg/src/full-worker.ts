/// <reference path="./wasm-modules.d.ts" />
/** The script of a worker with the full plain CPU engine; see `cpu-worker.ts`. */

import * as engine from "../wasm/full/regulens_full.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
