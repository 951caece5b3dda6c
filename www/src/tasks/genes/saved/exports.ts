/** Files to save from results of models of genes, and remarks that readers must know. */

import { html, nothing, type TemplateResult } from "lit";
import type { ModelCard, WorkOptions } from "../../../../../pkg/src/index";
import { downloadName, saveFile } from "../../../export";
import type { ArrayFormat } from "../../../export/arrays";
import { columns as tsv } from "../../../export/columns";
import { formatCount } from "../../../plots/core/format";
import { costsInWords, standInsIn } from "../../shared/stand-ins";
import type { Methods } from "../../shared/methods";
import type { ReadTable } from "../../../session/opened";
import { listed as namesInWords } from "../../../session/preparation";
import { save } from "../../../ui/icons";
import type { Remark } from "../../../ui/notice";
import { counted } from "../../../ui/words";
import { madeOfInWords, speciesDiffers } from "../../shared/species";
import { hashesOf } from "../../shared/caption";
import { otherPair } from "../../shared/other-pair";
import { geneNames } from "../../shared/genes/names";
import {
  earlierRemark,
  otherGenomeRemark,
  partRemark,
  simulatedRemark,
  takeOverRemark,
} from "../../shared/remarks/results";
import { mixedUnitsRemark, offScaleRemark } from "../../shared/remarks/values";
import { partInName } from "../../shared/tables/part";
import type { CurrentTable, Tables } from "../../shared/tables/tables";
import type { Current, ShownRuns } from "../outcome";
import { fileOf } from "../result";
import type { AnyWork } from "../session";
import { together } from "../together";
import { exportable } from "./page";
import "../../shared/run/save-arrays";

/** The genes as they are listed. */
export function listed({ state, tables, outcome, shares }: AnyWork, run: Current): Uint32Array {
  return outcome.list(run, state, geneNames(run.genes, tables.state.symbols), shares.state.known);
}

/** Stored runs, side by side. */
export function comparedRuns(
  { comparing, tables, outcome }: AnyWork,
  { isHidden = false, controls }: Partial<Pick<ShownRuns, "isHidden" | "controls">> = {},
): TemplateResult {
  const { symbols } = tables.state;
  return outcome.compared({ comparing, state: comparing.state, symbols, isHidden, controls });
}

/** A control for each file; a single-file page offers no further single-file page. */
export function exportsOf(work: AnyWork, isOneFile = false) {
  const { state, outcome } = work;
  const { run } = state;
  if (!run) return html``;
  const file = fileOf(run);
  const part = run.tables.map((table) => partInName(table, run.genes.length)).find((name) => name !== undefined);
  const recordName = downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json");
  const saveRecord = async (): Promise<void> => {
    const hashes = await hashesOf((run.tables as readonly CurrentTable[]).map((table) => work.tables.sourceOf(table)));
    saveFile(recordName, outcome.record(run, work.state, hashes));
  };
  const methods = async (): Promise<Methods> => {
    const { text, works } = await outcome.methods(run, work.state, work.own.contrast);
    const known = differsIn(run, work.tables) ?? madeOfInWords(speciesSaid(run, work.tables));
    return { text: known === undefined ? text : `${text} ${known}.`, works };
  };
  const arrays = (format: ArrayFormat, options: WorkOptions): Promise<Blob> =>
    work.page.worker.call("arraysOfRun", { format }, options);
  return html`<button @click=${() => void work.savePredictions(downloadName(file, "predictions", "tsv", part))}>
      ${save} Predictions (TSV)
    </button>
    <button class="quiet" @click=${() => void saveRecord()}>${save} Run record (JSON)</button>
    ${
      isOneFile
        ? nothing
        : html`<regulens-save-page
            .page=${work.page}
            .of=${() => exportable(run, work)}
            .listed=${() => listed(work, run)}
          ></regulens-save-page>`
    }
    ${isOneFile ? nothing : html`<regulens-save-arrays .of=${arrays} file=${file}></regulens-save-arrays>`}
    <regulens-methods .file=${file} .methods=${methods}></regulens-methods>`;
}

/** Clause stating that the genes are of another species than the model's. */
function differsIn(run: Current, tables: Tables): string | undefined {
  return speciesDiffers(run.model.card, run.genes, speciesSaid(run, tables));
}

/** The species stated by the user, or the assembly of the tables, for the open tables. */
function speciesSaid({ tables: [of] }: Current, { state }: Tables): string | undefined {
  return of === state.a.table ? state.species : undefined;
}

/** Remarks on the results that a reader must know. */
export function remarksOf({ state, isCurrent, isRunning, tables, cells }: AnyWork): Remark[] {
  const { run } = state;
  if (!run) return [];
  const { model } = run;
  const isOne = cells.length === 1;
  const of = `${model.card.name || model.file} on ${run.tables.map(({ file }) => file).join(" and ")}`;
  const isAgain = !isOne || tables.state.a.table !== undefined;
  const missing = standInRemark(model.card, run.tables);
  const values = run.tables.flatMap((table, i) => {
    const name = isOne ? undefined : "AB"[i];
    return [...offScaleRemark(run.offScale?.[i], name), ...mixedUnitsRemark(table, name)];
  });
  const part = partRemark(together(run));
  const simulated = simulatedRemark(run.tables.some((table) => table.simulated));
  return [
    ...(isCurrent || isRunning ? [] : [earlierRemark(of, isAgain)]),
    ...otherPairRemark(run),
    ...otherGenomeRemark(differsIn(run, tables)),
    ...takeOverRemark(run.device, run.genesOnGpu),
    ...(isOne ? [...simulated, ...part, ...missing, ...values] : [...missing, ...values, ...part, ...simulated]),
    ...("unmatched" in run ? unmatchedRemark(run) : []),
  ];
}

function otherPairRemark({ model, tables }: Current): Remark[] {
  const [a, b] = tables.map(({ file }) => file);
  const said = b === undefined ? undefined : otherPair(model.card, [a!, b]);
  if (said === undefined) return [];
  return [{ tone: "warning", heading: "Not the cell types that the model learned from", text: html`<p>${said}.</p>` }];
}

function unmatchedRemark(run: Current & { readonly unmatched: readonly (readonly string[])[] }): Remark[] {
  const { unmatched, tables } = run;
  const [a = [], b = []] = unmatched;
  if (a.length + b.length === 0) return [];
  const files = tables.map(({ file }) => file);
  const some = (genes: readonly string[]): string => `${genes.slice(0, 3).join(", ")}${genes.length > 3 ? ", …" : ""}`;
  const alone = (genes: readonly string[], file: string | undefined) =>
    genes.length > 0 ? html`${file} alone has ${formatCount(genes.length)} (${some(genes)}). ` : nothing;
  const rows = unmatched.flatMap((genes, i) => genes.map((gene) => ["AB"[i]!, files[i]!, gene]));
  const name = downloadName(fileOf(run), "unmatched", "tsv");
  const text = html`<p>
      Genes are matched by their ids, versions aside. ${alone(a, files[0])}${alone(b, files[1])}They are left out.
    </p>
    <button class="small" @click=${() => saveFile(name, tsv(["only_in", "file", "gene"], rows))}>
      ${save} Unmatched genes (TSV)
    </button>`;
  return [{ tone: "info", heading: `${counted(a.length + b.length, "gene")} in one table only`, text }];
}

/** Marks that were not measured in the table, or in A's and B's, and the cost to the model. */
function standInRemark(card: ModelCard, tables: readonly Pick<ReadTable, "notes">[]): Remark[] {
  const found = tables.map(({ notes }) => standInsIn(notes));
  if (found.every((each) => each.length === 0)) return [];
  const costs = costsInWords(
    card,
    found.map((each) => each.map(({ mark }) => mark)),
  );
  const said = found.flatMap((each, i) => {
    if (each.length === 0) return [];
    const of = tables.length > 1 ? ` in ${"AB"[i]}` : "";
    return `${namesInWords(each.map(({ mark }) => mark))} ${each.length === 1 ? "was" : "were"} not measured${of}`;
  });
  const marks = namesInWords([...new Set(found.flat().map(({ mark }) => mark))]);
  const text = html`${found.flat().map(({ note }) => html`<p>${note}.</p>`)}
    ${costs.map((cost) => html`<p>${cost}</p>`)}
    <p>Attention to ${marks} means nothing.</p>`;
  return [{ tone: "warning", heading: said.join("; "), text }];
}
