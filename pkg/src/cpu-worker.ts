/// <reference path="./wasm-modules.d.ts" />
/**
 * The worker script of the tables CPU engine, for plain SIMD. It is a file of its own in `dist/`, with a single import
 * that every bundler can follow.
 */

import * as engine from "../wasm/cpu/regulens_cpu.js";
import { serveBatches } from "./run/serve-batches.js";

serveBatches(engine);
