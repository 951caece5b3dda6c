/**
 * Data of a run for a single-file page: chosen records, or what a model reads around regions of a genome, with measured
 * tracks, rows of a VCF, and genes.
 */

import {
  type BinValue,
  InputError,
  type Measured,
  Regulens,
  type Sequences,
  type TracksModel,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { pieceHeader } from "../../../../../pkg/src/io/pieces";
import { sourceOf } from "../../../session/opened";
import { textBlock, throwIfCancelled } from "../../../standalone/blocks";
import type { IndexedStretch, PackRequest, VariantsSource } from "../../../standalone/calls";
import { bedGraphText, fastaText } from "../../../standalone/data";
import { type ExportedData, MOST_BASES } from "../../../standalone/format";
import { GENES_BLOCK, genesText } from "../../../standalone/genes";
import { makeBlock } from "../../../standalone/write";
import { formatCount } from "../../../plots/core/format";
import type { GeneHandlers } from "../genes/calls";
import { textOf } from "../variants/vcf-source";

/** Bases of a record that a page contains. */
interface Held extends IndexedStretch {
  /** Name of the FASTA record. */
  readonly name: string;
  readonly description: string;
}

/** The genes within stretches, and those near variants. */
type GenesOf = GeneHandlers["exported"];

/** The chosen records, or the surroundings of regions, with measured tracks, variants and genes. */
export async function exportedSequences(
  runner: TracksModel,
  sequences: Sequences,
  { chosen, places, measured = [], variants, genes }: PackRequest,
  options: WorkOptions,
  genesOf: GenesOf,
): Promise<ExportedData> {
  const held = places ? pieces(sequences, places, runner.shape.length) : chosen.map((index) => whole(sequences, index));
  const bases = held.reduce((sum, { start, end }) => sum + end - start, 0);
  if (bases > MOST_BASES)
    throw new InputError(
      `What the model reads there has ${formatCount(bases)} bases; at most ${formatCount(MOST_BASES)} are taken.`,
      { code: "too-long", remedy: "Choose fewer." },
    );
  const fasta: string[] = [];
  for (const { index, start, end, name, description } of held) {
    throwIfCancelled(options.signal);
    fasta.push(fastaText(name, description, sequences.codes(index, start, end)));
  }
  const items = places ? {} : { items: chosen.length };
  const inputs: ExportedData["inputs"][number][] = [
    { role: "sequences", block: await textBlock("sequences", fasta.join("")), ...items },
  ];
  for (const [i, { source, value }] of measured.entries()) {
    throwIfCancelled(options.signal);
    const track = await Regulens.readMeasured(sourceOf(source), {
      ...options,
      name: source.file,
    });
    try {
      const text = held.map((each) => along(track, sequences.records[each.index]!.name, each, value)).join("");
      inputs.push({
        role: "measured",
        block: await textBlock(i === 0 ? "measured" : `measured-${i + 1}`, text),
      });
    } finally {
      track.free();
    }
  }
  if (variants)
    inputs.push({
      ...{ role: "variants", items: variants.items },
      block: await textBlock("variants", await vcfText(variants)),
    });
  if (genes) {
    const stretches = held.map(({ index, start, end }) => ({ name: sequences.records[index]!.name, start, end }));
    const found = await genesOf(stretches, genes.variants, options);
    const block = await textBlock(GENES_BLOCK, genesText(found));
    inputs.push({ role: "genes", items: found.models.length, block });
  }
  return { weights: await makeBlock("weights", runner.bytes), inputs };
}

function whole({ records }: Sequences, index: number): Held {
  const { name, description, length } = records[index]!;
  return { index, start: 0, end: length, name, description };
}

/** The bases within `reach` of regions, each once, record by record. */
export function pieces(
  { records }: Pick<Sequences, "records">,
  places: readonly IndexedStretch[],
  reach: number,
): Held[] {
  const reached = places
    .map(({ index, start, end }) => ({
      index,
      start: Math.max(0, start - reach),
      end: Math.min(records[index]!.length, end + reach),
    }))
    .sort((a, b) => a.index - b.index || a.start - b.start);
  const joined: { index: number; start: number; end: number }[] = [];
  for (const each of reached) {
    const last = joined.at(-1);
    if (last && last.index === each.index && each.start <= last.end) last.end = Math.max(last.end, each.end);
    else joined.push({ ...each });
  }
  return joined.map((each) => {
    const { name: sequence, length } = records[each.index]!;
    const [name, description] = pieceHeader(sequence, each.start, each.end, length);
    return { ...each, name, description };
  });
}

/** The selected rows of a VCF, with its header. */
async function vcfText({ source, lines }: VariantsSource): Promise<string> {
  const wanted = new Set(lines);
  const text = (await textOf(source)).split("\n");
  const kept = text.filter((line, i) => line.startsWith("#") || wanted.has(i + 1));
  return `${kept.join("\n")}\n`;
}

/** Measured values along a record; empty if the track lacks it. */
function along(track: Measured, record: string, { start, end }: IndexedStretch, value: BinValue): string {
  try {
    return bedGraphText(record, end, (from, count) => track.bins(record, from, count, 1, value), start);
  } catch (thrown) {
    if (thrown instanceof InputError && !track.chromosomes.some(({ name }) => name === record)) return "";
    throw thrown;
  }
}
