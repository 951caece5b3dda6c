/** Several samples in a single-file page: writing and reading. */

import type { WorkOptions } from "../../../../../pkg/src/index";
import { textBlock } from "../../../standalone/blocks";
import type { Exported, PackedInput, PackedSamples } from "../../../standalone/format";
import { SAMPLES_BLOCK, samplesIn, samplesText } from "../../../standalone/samples";
import { NOTHING_ACCEPTED } from "../../../session/preparation";
import type { Page } from "../../../session/page";
import { savedTable } from "../../shared/tables/saved";
import type { CurrentTable } from "../../shared/tables/tables";
import { ROLES } from "../saved/roles";
import type { AnyWork } from "../session";
import type { Alike } from "./alike";
import type { SampleMatrix } from "./matrix";
import { type Sample, type SamplesState, standIn } from "./session";

/** A snapshot of samples: further ones may be predicted during saving. */
export interface HeldSamples {
  readonly state: SamplesState;
  readonly matrix: SampleMatrix;
  /** The sample of the saved run. */
  readonly open: Sample | undefined;
  readonly alike: readonly Alike[];
  /** True while the run's model is open: only that model can read the others' signal. */
  readonly isModels: () => boolean;
}

/** The displayed samples, which are saved. */
function shownOf({ samples, shown }: SamplesState): readonly Sample[] {
  return shown.map((at) => samples[at]!);
}

/** Samples other than the open one, whose signal can be included. */
function othersOf({ state, open, isModels }: HeldSamples): readonly Sample[] {
  return isModels() ? shownOf(state).filter((sample) => sample !== open && !sample.isAbsent) : [];
}

/** Number of samples to save, and number of those whose signal differs from the run's. */
export function numbersOf(held: HeldSamples): { readonly count: number; readonly others: number } {
  return { count: held.state.shown.length, others: othersOf(held).length };
}

/** Predictions of genes in each sample. */
export async function packPredictions(
  { state, matrix, open: looked }: HeldSamples,
  genes: readonly string[],
  column: string,
): Promise<PackedSamples> {
  const rows = new Map(matrix.genes.map((gene, row) => [gene, row]));
  const all = shownOf(state);
  const of = (numbers: Float32Array, sample: number): Float32Array =>
    Float32Array.from(genes, (gene) => {
      const row = rows.get(gene);
      return row === undefined ? NaN : numbers[row * all.length + sample]!;
    });
  const columns = all.map((_, i) => ({ values: of(matrix.values, i), scores: of(matrix.scores, i) }));
  const open = all.findIndex((sample) => sample === looked);
  return {
    samples: {
      block: SAMPLES_BLOCK,
      list: all.map(({ sources }, i) => ({ name: matrix.samples[i]!, files: sources.map(({ file }) => file) })),
      ...(open < 0 ? {} : { open }),
      pair: [...state.listing.pair],
    },
    block: await textBlock(SAMPLES_BLOCK, samplesText(column, genes.length, columns)),
  };
}

/** Signal of genes in the other samples. */
export async function packSignal(
  worker: Pick<Page["worker"], "call">,
  held: HeldSamples,
  genes: readonly string[],
  options: WorkOptions,
): Promise<readonly PackedInput[]> {
  const { alike } = held;
  const all = shownOf(held.state);
  const packed: PackedInput[] = [];
  for (const sample of othersOf(held)) {
    const request = { tables: sample.sources, alike, genes, place: all.indexOf(sample) };
    const inputs = await worker.call("packSample", request, options);
    // A sample without any of the genes has nothing to open.
    if (inputs.every(({ items }) => items)) packed.push(...inputs);
  }
  return packed;
}

/** Shows the samples of a page, once the run of its open table has finished. */
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
      // Without signal, only the file names are known.
      sources: isOpen ? own : isAbsent ? files.map(standIn) : signal,
      predicted: { genes: known.map((gene) => run.genes[gene]!), values: of(values), scores: of(scores) },
      accepted: work.cells.map(() => NOTHING_ACCEPTED),
      offScale: [],
      ...(isAbsent ? { isAbsent } : {}),
      ...(isOpen ? { brought: { simulated: tables[0]!.simulated, whole: tables[0]!.whole, measured } } : {}),
    };
  });
  (await work.startSamples()).show(all, run, pair);
}
