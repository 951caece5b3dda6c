/** Chosen records of a run, with what was measured along them, as blocks of a one-file page. */

import {
  type BinValue,
  InputError,
  type Measured,
  Regulens,
  type Sequences,
  type TracksModel,
  type WorkOptions,
} from "../../../../pkg/src/index";
import { sourceOf } from "../../session/opened";
import { textBlock, throwIfCancelled } from "../../standalone/blocks";
import { bedGraphText, fastaText } from "../../standalone/data";
import type { ExportedData } from "../../standalone/format";
import { makeBlock } from "../../standalone/write";
import type { MeasuredSource } from "./result";

/** The chosen records of the sequences of a run, with what was measured along them. */
export async function exportedRecords(
  lens: TracksModel,
  sequences: Sequences,
  chosen: readonly number[],
  measured: readonly MeasuredSource[],
  options: WorkOptions,
): Promise<ExportedData> {
  const records = chosen.map((index) => ({ ...sequences.records[index], codes: sequences.codes(index) }));
  const fasta = records.map(({ name, description, codes }) => fastaText(name, description, codes)).join("");
  const inputs: ExportedData["inputs"][number][] = [
    { role: "sequences", block: await textBlock("sequences", fasta), items: chosen.length },
  ];
  for (const [i, { source, value }] of measured.entries()) {
    throwIfCancelled(options.signal);
    const track = await Regulens.readMeasured(sourceOf(source), {
      ...options,
      name: source.file,
    });
    try {
      const text = records.map(({ name, codes }) => along(track, name, codes.length, value)).join("");
      inputs.push({
        role: "measured",
        block: await textBlock(i === 0 ? "measured" : `measured-${i + 1}`, text),
      });
    } finally {
      track.free();
    }
  }
  return { weights: await makeBlock("weights", lens.bytes), inputs };
}

/** Empty if the track does not have the record. */
function along(track: Measured, record: string, length: number, value: BinValue): string {
  try {
    return bedGraphText(record, length, (start, count) => track.bins(record, start, count, 1, value));
  } catch (thrown) {
    if (thrown instanceof InputError && !track.chromosomes.some(({ name }) => name === record)) return "";
    throw thrown;
  }
}
