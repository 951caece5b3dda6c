/// <reference path="./wasm-modules.d.ts" />
/** The script of a worker with the plain CPU engine of sequences; see `cpu-worker.ts`. */

import * as engine from "../wasm/sequences/regulens_sequences.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
