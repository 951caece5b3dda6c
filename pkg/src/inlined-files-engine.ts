/** Replaces the engine for files in single-script builds, which lack it. */

import { EngineError } from "./errors.js";
import type { PrepareEngine } from "./engine/prepare-engine.js";

/** @throws EngineError always: the engine is missing. */
export async function filesEngine(): Promise<PrepareEngine> {
  throw new EngineError("This script has no engine of files, which reads genomes by slices.", {
    code: "no-files-engine",
    remedy: "Give the sequence as FASTA without an index, or use the package with its files beside it.",
  });
}
