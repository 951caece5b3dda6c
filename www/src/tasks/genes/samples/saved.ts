/** Several samples in a page of one file: what is written of them, and back. */

import type { WorkOptions } from "../../../../../pkg/src/index";
import { textBlock } from "../../../standalone/blocks";
import type { Exported, PackedInput, PackedSamples } from "../../../standalone/format";
import { SAMPLES_BLOCK, samplesIn, samplesText } from "../../../standalone/samples";
import { NOTHING_ACCEPTED } from "../../../session/preparation";
import type { PageWorker } from "../../../worker/calls";
import { savedTable } from "../../shared/tables/saved";
import type { CurrentTable } from "../../shared/tables/tables";
import type { Current } from "../outcome";
import { ROLES } from "../saved/roles";
import type { AnyWork } from "../session";
import type { SampleMatrix } from "./matrix";
import type { Sample, Samples, SamplesState } from "./session";

/** The samples that are shown; only these are saved. */
function shownOf({ samples, shown }: SamplesState): readonly Sample[] {
  return shown.map((at) => samples[at]!);
}

/** Those whose signal can go along: others than the open one. */
function othersOf(samples: Samples, run: Current): readonly Sample[] {
  const open = samples.ofRun(run);
  return shownOf(samples.state).filter((sample) => sample !== open && !sample.isAbsent);
}

/** Number of samples to save, and of those whose signal is not that of the run. */
export function numbersOf(samples: Samples, run: Current): { readonly count: number; readonly others: number } {
  return { count: samples.state.shown.length, others: othersOf(samples, run).length };
}

/** Predictions of genes in each sample. */
export async function packPredictions(
  samples: Samples,
  run: Current,
  matrix: SampleMatrix,
  genes: readonly string[],
  column: string,
): Promise<PackedSamples> {
  const rows = new Map(matrix.genes.map((gene, row) => [gene, row]));
  const all = shownOf(samples.state);
  const of = (numbers: Float32Array, sample: number): Float32Array =>
    Float32Array.from(genes, (gene) => {
      const row = rows.get(gene);
      return row === undefined ? NaN : numbers[row * all.length + sample]!;
    });
  const columns = all.map((_, i) => ({ values: of(matrix.values, i), scores: of(matrix.scores, i) }));
  const open = all.findIndex((sample) => sample === samples.ofRun(run));
  return {
    samples: {
      block: SAMPLES_BLOCK,
      list: all.map(({ sources }, i) => ({ name: matrix.samples[i]!, files: sources.map(({ file }) => file) })),
      ...(open < 0 ? {} : { open }),
      pair: [...samples.state.listing.pair],
    },
    block: await textBlock(SAMPLES_BLOCK, samplesText(column, genes.length, columns)),
  };
}

/** Signal of genes in the other samples. */
export async function packSignal(
  worker: Pick<PageWorker, "call">,
  samples: Samples,
  run: Current,
  genes: readonly string[],
  options: WorkOptions,
): Promise<readonly PackedInput[]> {
  const { alike = [] } = samples.manner ?? {};
  const all = shownOf(samples.state);
  const packed: PackedInput[] = [];
  for (const sample of othersOf(samples, run)) {
    const request = { tables: sample.sources, alike, genes, place: all.indexOf(sample) };
    const inputs = await worker.call("packSample", request, options);
    // A sample without any of the genes has nothing to open.
    if (inputs.every(({ items }) => items)) packed.push(...inputs);
  }
  return packed;
}

/** Shows the samples of a page, once the run of its open table is there. */
export async function openSamples(work: AnyWork, exported: Exported): Promise<void> {
  const { run } = work.state;
  const { samples, inputs, measured = [], run: whole } = exported.manifest;
  const columns = samplesIn(exported);
  if (!run || !samples || !columns) return;
  const { list, open, pair } = samples;
  const tables = run.tables as readonly CurrentTable[];
  const chosen = open === undefined ? whole?.chosen : `those of ${list[open]!.name}`;
  const all = list.map(({ name, files }, at): Sample => {
    const isOpen = at === open;
    const signal = work.cells.flatMap((_, i) => {
      const input = inputs.find(({ role, sample }) => role === ROLES[i] && sample === at);
      return input ? [savedTable(exported, input, chosen)] : [];
    });
    const own = tables.flatMap((table) => work.tables.sourceOf(table) ?? []);
    const isAbsent = !isOpen && signal.length < work.cells.length;
    const { values, scores } = columns[at]!;
    const known = Array.from(run.genes.keys()).filter((gene) => !Number.isNaN(values[gene] ?? NaN));
    const of = (numbers: Float32Array): Float32Array => Float32Array.from(known, (gene) => numbers[gene]!);
    return {
      name,
      // Without signal the files are names alone.
      sources: isOpen ? own : isAbsent ? files.map((file) => ({ blob: new Blob(), file })) : signal,
      predicted: { genes: known.map((gene) => run.genes[gene]!), values: of(values), scores: of(scores) },
      accepted: work.cells.map(() => NOTHING_ACCEPTED),
      offScale: [],
      ...(isAbsent ? { isAbsent } : {}),
      ...(isOpen ? { brought: { simulated: tables[0]!.simulated, whole: tables[0]!.whole, measured } } : {}),
    };
  });
  (await work.startSamples()).show(all, run, pair);
}
