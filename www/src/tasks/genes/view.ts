/** The task of models of genes: what the page asks of every task, for an outcome. */

import type { TemplateResult } from "lit";
import type { Address, View } from "../../session/address";
import type { Page } from "../../session/page";
import type { Cell } from "../shared/cells";
import type { TablesState } from "../shared/tables/tables";
import type { Link, Looked, Place, TaskCard, TaskSession, TaskView } from "../shared/task";
import type { Outcome } from "./outcome";
import type { Along } from "./result";
import { comparedRuns, exportsOf, remarksOf } from "./saved/exports";
import { openExported } from "./saved/page";
import { capture, captureKept, restore, restoreKept } from "./saved/workspace";
import type { GenesWork } from "./session";

/** Work on an outcome, and its parts of the page. */
interface Parts<Work extends object> {
  work(page: Page): Work;
  readonly card: TaskCard;
  readonly readStored: TaskView["readStored"];
  dataStep(work: Work): TemplateResult;
  results(work: Work, shown: Parameters<TaskSession["results"]>[0]): TemplateResult;
}

/** The view of an outcome: its work, with what shows and keeps it. */
export function viewOf<Work extends object>(parts: Parts<Work>): TaskView {
  const session = (page: Page): TaskSession => {
    const own = parts.work(page);
    // The work of any outcome answers the same calls.
    const work = own as object as GenesWork;
    const { results, explanations } = work.outcome;
    return Object.assign(work, {
      card: parts.card,
      places: placesOf(results, explanations),
      dataStep: () => parts.dataStep(own),
      remarks: () => remarksOf(work),
      exports: () => exportsOf(work),
      results: (shown) => parts.results(own, shown),
      below() {
        const { kept, removed } = work.comparing.state;
        return comparedRuns(work, kept.length === 0 && !removed);
      },
      looked: () => looked(work),
      link: (start) => link(work, start),
      show: (address, view) => show(work, address, view),
      capture: (files) => capture(work, files),
      restore: (stored, restoring) => restore(work, stored, restoring),
      captureKept: (files) => captureKept(work, files),
      restoreKept: (run, restoring) => restoreKept(work, run, restoring),
      openExported: (exported) => openExported(work, exported),
    } satisfies Partial<TaskSession>);
  };
  return { session, readStored: parts.readStored };
}

/** The views of an outcome: the set, a gene, and the explanations that can be shown along it. */
export function placesOf(
  results: string,
  explanations: Outcome["explanations"],
): Readonly<Partial<Record<View, Place>>> {
  const ofGene = { element: results, part: "regulens-gene" };
  const shown = Object.fromEntries(explanations.flatMap((each) => (each === "alpha" ? [] : [[each, ofGene]])));
  return { set: { element: results }, gene: ofGene, ...shown };
}

/** Parts of the work that a link is made of. */
interface Linked {
  readonly cells: readonly Cell[];
  readonly tables: { readonly state: Pick<TablesState, Cell> };
  readonly state: {
    readonly run?: { readonly genes: readonly string[] } | undefined;
    readonly selected?: number | undefined;
  };
  readonly own: { along(): Along };
}

/** Current view: the gene, its explanation and the run. */
function looked({ state: { run, selected }, own }: Pick<Linked, "state" | "own">): Looked {
  const along = own.along();
  const gene = selected === undefined ? undefined : run?.genes[selected];
  return {
    address: { view: gene === undefined ? undefined : along === "alpha" ? "gene" : along, gene },
    entry: gene,
    run,
  };
}

/** A link to what is shown, which opens the example that the tables are, if they are one. */
export function link(work: Linked, start: Address): Link {
  const slots = work.cells.map((cell) => work.tables.state[cell]);
  const given = slots.flatMap(({ table }) => (table ? [table] : []));
  const own = given.find(({ example }) => example === undefined);
  if (own) return { reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead.` };
  const [first] = given;
  if (!first) return { address: start };
  if (given.length < slots.length || given.some(({ example }) => example !== first.example))
    return { reason: "A link opens one example as a whole; these tables are not one." };
  if (slots.some(({ accepted: { selectBins, rescale } }) => selectBins || rescale.size > 0))
    return { reason: "The table is prepared as you chose, which a link cannot say. Save a workspace instead." };
  return { address: { ...start, example: first.example, ...looked(work).address } };
}

/** Shows what an address asks for; says what cannot be shown. */
export async function show(
  work: Pick<Linked, "state"> & {
    readonly outcome: Pick<Outcome, "explanations">;
    readonly own: Pick<GenesWork["own"], "showAlong">;
  } & Pick<GenesWork, "selectGene">,
  { gene }: Address,
  view: View | undefined,
): Promise<string[]> {
  const genes = work.state.run?.genes;
  const index = gene === undefined ? -1 : (genes?.indexOf(gene) ?? -1);
  if (index >= 0) await work.selectGene(index);
  // "gene" names attention, which all genes opened with when the first links were made.
  const shown = view === "gene" ? "alpha" : work.outcome.explanations.find((each) => each === view);
  if (shown) work.own.showAlong(shown);
  if (gene === undefined || index >= 0) return [];
  const missing = genes ? "the example does not have" : "these results are not about";
  return [`The address asks for the gene “${gene}”, which ${missing}.`];
}
