/** Sites planted in simulated sequence, as `regulens simulate sequence` writes them beside the FASTA. */

import type { EnginePlantedSites, PrepareEngine } from "../engine/prepare-engine.js";
import { reading, whole } from "../io/bytes.js";
import type { ReadOptions, TableSource } from "../io/table.js";

/** Size limit for a file of sites, in bytes; it has one line per site. */
const LIMIT = 256 << 20;

/** The planted sites in a file. */
export interface PlantedSites {
  /** The file's name. */
  readonly file: string;
  /** Sites of each sequence. */
  readonly sequences: readonly EnginePlantedSites[];
}

/** Reads the file. @throws InputError with file, line and remedy. */
export function readPlantedSites(
  engine: PrepareEngine,
  source: TableSource,
  options: ReadOptions = {},
): Promise<PlantedSites> {
  const remedy = "Give the .sites.tsv that `regulens simulate sequence` wrote beside the sequence.";
  return reading(source, options, "sites", async (file, source) => ({
    file,
    sequences: engine.readPlantedSites(file, await whole(file, source, LIMIT, remedy, options)),
  }));
}

/** The planted sites of a record, as the engine takes them; empty if the file lacks the record. */
export function sitesOf({ sequences }: PlantedSites, record: string): Uint32Array {
  return sequences.find(({ sequence }) => sequence === record)?.sites ?? new Uint32Array();
}
