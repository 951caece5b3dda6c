/**
 * The wasm engine `files`, as far as the page uses it; the package has its types, and `src/wasm/` the documentation.
 */

import type {
  EnginePreparedTable,
  EngineTablePreparation,
  PrepareEngine,
} from "../../../pkg/src/engine/prepare-engine";

export type {
  EngineAnnotation as FilesAnnotation,
  EngineSignalFile as FilesSignal,
} from "../../../pkg/src/engine/prepare-engine";
export type { ReadAt as ReadSlice } from "../../../pkg/src/engine/track-engine";

/** A table that was made: it is saved or read again as a file. */
export type FilesTable = Omit<EnginePreparedTable, "table">;

/** A table in the making. */
export type FilesPreparation = Omit<EngineTablePreparation, "finish"> & { finish(name: string): FilesTable };

/** What of the engine is used. */
export interface FilesEngine extends Pick<PrepareEngine, "Annotation" | "SignalFile"> {
  TablePreparation: new (...given: ConstructorParameters<PrepareEngine["TablePreparation"]>) => FilesPreparation;
}
