/// <reference path="./wasm-modules.d.ts" />
/**
 * The script of a worker with the plain CPU engine that answers first. A file of its own in `dist/`, whose one import
 * every bundler can follow.
 */

import * as engine from "../wasm/cpu/regulens_cpu.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
