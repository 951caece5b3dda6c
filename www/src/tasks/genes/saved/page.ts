/** Results of models of genes, as a single-file page. */

import { identityOf } from "../../../session/identity";
import type { Preparation } from "../../../session/opened";
import { listed, preparationInWords } from "../../../session/preparation";
import type { Exported } from "../../../standalone/format";
import { textBlock } from "../../../standalone/blocks";
import type { AboutGenes, Role, WholeOfPart, WholeRun } from "../../../standalone/format";
import type { Exportable } from "../../../standalone/save-page";
import { WHOLE_BLOCK, wholeIn, wholeText } from "../../../standalone/whole";
import type { Drawing } from "../../../ui/drawing";
import { counted } from "../../../ui/words";
import type { Column, Current } from "../outcome";
import type { HeldSamples } from "../samples/saved";
import type { AnyWork } from "../session";
import { show } from "../links";
import { together } from "../together";
import { ROLES } from "./roles";
import { geneNames, type Symbols, symbolsIn, symbolsOf } from "../../shared/genes/names";
import { captionOf } from "../../shared/caption";
import type { CurrentTable, Tables } from "../../shared/tables/tables";
import type { Cell } from "../../shared/cells";
import { partIn, withoutPart } from "../../shared/tables/part";
import { savedTable } from "../../shared/tables/saved";
import { notesOf } from "../../shared/tables/signal";

/** Possible initial views of genes in a page. */
const GENE_VIEWS = [
  { view: "set", label: "All results" },
  { view: "gene", label: "One gene, beside the table" },
] as const;

/** Code for several samples, which most visitors never have. */
const forSamples = () => import("../samples/saved");

/** A table as an input of a page. */
function tableInput(role: "table" | "table-b", table: CurrentTable, preparation: Preparation) {
  const prepared = preparationInWords(preparation);
  const notes = withoutPart(notesOf(table, preparation));
  return {
    ...{ role, block: role, file: table.file, of: partIn(table)?.of ?? table.genes.length },
    ...(prepared.length > 0 ? { prepared } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(table.simulated ? { simulated: true } : {}),
  };
}

/** The symbols of chosen genes, as stored in a page. */
function symbolsOfChosen(
  genes: readonly string[],
  symbols: Symbols | undefined,
  chosen: readonly number[],
): Pick<AboutGenes, "symbols"> {
  const pairs =
    symbols &&
    symbolsIn(
      chosen.map((gene) => genes[gene]!),
      symbols,
    );
  return pairs && pairs.length > 0 ? { symbols: pairs } : {};
}

/** Parts of a run that can be saved. */
export function exportable(run: Current, work: AnyWork): Exportable {
  const { state, tables, outcome, page } = work;
  const of = outcome.page;
  const { symbols } = tables.state;
  const names = geneNames(run.genes, symbols);
  return {
    ...{ model: run.model, names: run.genes, many: "genes", chosen: state.selected, views: GENE_VIEWS, measured: [] },
    inputs: (run.tables as readonly CurrentTable[]).map((table, i) =>
      tableInput(ROLES[i]!, table, run.preparations[i]!),
    ),
    looked: (gene) => ({ gene, coverage: state.sets?.coverage }),
    about: (chosen) => {
      const measured = of.measuredOf(state, chosen);
      const { species } = tables.state;
      return {
        ...symbolsOfChosen(run.genes, symbols, chosen),
        ...(measured.length > 0 ? { measured } : {}),
        ...(species === undefined ? {} : { assembly: species }),
      };
    },
    rule: (taken) => outcome.ruleInWords(run, state.listing, taken >= outcome.list(run, state, names).length),
    whole: (chosen, rule) =>
      wholeOfPart(run, chosen, rule, of.column, () => of.figures(run, state, page), of.labels(run)),
    caption: (withSamples) =>
      captionOf(
        run,
        [...of.caption(run, state, work.own.contrast), withSamples ? samplesInWords(run, work) : undefined],
        (run.tables as readonly CurrentTable[]).map((table) => ({ file: table.file, source: tables.sourceOf(table) })),
      ),
    ...samplesOf(run, work, of.column),
    picture: (frame) => pictureOf(work)?.draw(frame),
  };
}

/** The figure of the selected gene, for readers of a saved page without scripts. */
function pictureOf({ own, outcome, state, tables }: AnyWork): Drawing | undefined {
  return own.picture ?? (state.run && outcome.tracks(state.run, state, tables.state.symbols));
}

/** Caption sentence: "These are of heart, beside the same genes in 2 samples: liver and heart". */
function samplesInWords(run: Current, { samples }: AnyWork): string | undefined {
  const { matrix, samples: all = [], names = [] } = samples?.state ?? {};
  if (!samples || !matrix) return undefined;
  const beside = `the same genes in ${counted(matrix.samples.length, "sample")}: ${listed(matrix.samples)}`;
  const open = samples.ofRun(run);
  return open ? `These are of ${names[all.indexOf(open)]!}, beside ${beside}` : `Beside them ${beside}`;
}

/** Several samples, if at least two have predictions. */
function samplesOf(run: Current, { samples, page }: AnyWork, column: Column): Pick<Exportable, "samples"> {
  const { state } = samples ?? {};
  if (!samples || !state?.matrix) return {};
  const held: HeldSamples = {
    ...{ state, matrix: state.matrix, open: samples.ofRun(run), alike: samples.manner?.alike ?? [] },
    isModels: () => page.state.model !== undefined && identityOf(page.state.model) === identityOf(run.model),
  };
  const genesOf = (chosen: readonly number[]): string[] => chosen.map((gene) => run.genes[gene]!);
  return {
    samples: {
      numbers: async () => (await forSamples()).numbersOf(held),
      predictions: async (chosen) => (await forSamples()).packPredictions(held, genesOf(chosen), column),
      signal: async (chosen, options) => (await forSamples()).packSignal(page.worker, held, genesOf(chosen), options),
    },
  };
}

/** Figures of the whole run, if `chosen` is a part of it; `found` are the part's own. */
async function wholeOfPart(
  run: Current,
  chosen: readonly number[],
  rule: string,
  column: Column,
  found: () => Promise<Omit<WholeRun, "genes" | "chosen" | "block">>,
  labels?: Uint8Array,
): Promise<WholeOfPart | undefined> {
  const { genes, predicted, part, isWhole } = together(run);
  // If the whole run is unknown, nothing can be said about the part's place in it.
  if (chosen.length === genes || !isWhole) return undefined;
  const earlier = part && run.tables.map(partIn).find((each) => each !== undefined)?.chosen;
  return {
    run: {
      ...{ genes, chosen: [rule, earlier].filter(Boolean).join(" of "), block: WHOLE_BLOCK },
      ...(await found()),
    },
    block: await textBlock(WHOLE_BLOCK, wholeText(column, predicted, labels)),
  };
}

/** Opens the content of a page, runs it, and restores its view. */
export async function openExported(work: AnyWork, exported: Exported): Promise<void> {
  work.forgetSamples();
  for (const [i, cell] of work.cells.entries()) await openTable(work.tables, exported, ROLES[i]!, cell);
  openSymbols(work.tables, exported);
  work.tables.saySpecies(exported.manifest.assembly);
  const { looked, measured = [], samples } = exported.manifest;
  await work.run();
  for (const each of measured) await work.own.takeMeasured(each);
  await show(work, looked, undefined);
  if (samples) await (await forSamples()).openSamples(work, exported);
}

/** Adopts a page's gene symbols. */
function openSymbols(tables: Tables, { manifest }: Exported): void {
  if (manifest.symbols) tables.takeSymbols(symbolsOf(manifest.symbols));
}

/** Reads the open table of a role, if the page contains one. */
async function openTable(tables: Tables, exported: Exported, role: Role, cell: Cell): Promise<void> {
  const input = exported.manifest.inputs.find((each) => each.role === role && each.sample === undefined);
  if (!input) return;
  const { simulated = false } = input;
  await tables.read(savedTable(exported, input), { simulated, whole: wholeIn(input.file, exported) }, cell);
}
