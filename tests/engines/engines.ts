/**
 * TypeScript's types of the engines against the declarations that wasm-bindgen made of their Rust source. Compiled
 * only: an error names what differs.
 */

import type * as cpu from "../../pkg/wasm/cpu/regulens_cpu.js";
import type * as cpuRelaxed from "../../pkg/wasm/cpu-relaxed/regulens_cpu-relaxed.js";
import type * as files from "../../pkg/wasm/files/regulens_files.js";
import type * as full from "../../pkg/wasm/full/regulens_full.js";
import type * as fullRelaxed from "../../pkg/wasm/full-relaxed/regulens_full-relaxed.js";
import type * as tables from "../../pkg/wasm/tables/regulens_tables.js";
import type * as webgpu from "../../pkg/wasm/webgpu/regulens_webgpu.js";
import type {
  EngineClassOptimisation,
  EngineDeletionTest,
  EngineHeldOut,
  EngineMeanTrack,
  EnginePrepared,
  EngineTable,
  FullEngine,
  GpuEngine,
  TablesEngine,
} from "../../pkg/src/engine/engine.js";
import type { EngineGenes } from "../../pkg/src/engine/gene-engine.js";
import type { EnginePreparedTable, PrepareEngine } from "../../pkg/src/engine/prepare-engine.js";
import type { MotifParts } from "../../pkg/src/engine/motif-engine.js";
import type { EngineBaseDeletionTest, SequenceParts } from "../../pkg/src/engine/track-engine.js";
import { agree, type Differences } from "./agree.js";

interface OfTables {
  Table: EngineTable;
  Prepared: EnginePrepared;
}

interface OfExplanations extends OfTables {
  ClassOptimisation: EngineClassOptimisation;
  DeletionTest: EngineDeletionTest;
  HeldOut: EngineHeldOut;
  MeanTrack: EngineMeanTrack;
}

interface OfAll extends OfExplanations {
  BaseDeletionTest: EngineBaseDeletionTest;
}

/** The part of the full engine that a page of one file has, where its model reads tables. */
type ExplainingEngine = Omit<FullEngine, "TrackModel" | keyof SequenceParts | keyof MotifParts>;

interface OfFiles {
  Table: EngineTable;
  PreparedTable: EnginePreparedTable;
  Genes: EngineGenes;
}

agree<Differences<typeof cpu, TablesEngine, OfTables>>();
agree<Differences<typeof cpuRelaxed, TablesEngine, OfTables>>();
agree<Differences<typeof tables, ExplainingEngine, OfExplanations>>();
agree<Differences<typeof full, FullEngine, OfAll>>();
agree<Differences<typeof fullRelaxed, FullEngine, OfAll>>();
agree<Differences<typeof webgpu, GpuEngine>>();
agree<Differences<typeof files, PrepareEngine, OfFiles>>();
