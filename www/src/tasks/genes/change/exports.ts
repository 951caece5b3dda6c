/** Files that can be saved of results of models that predict a change, and remarks that readers must know. */

import { html, nothing } from "lit";
import { downloadName, saveFile } from "../../../export";
import { columns as tsv } from "../../../export/columns";
import { formatCount } from "../../../plots/core/format";
import { save } from "../../../ui/icons";
import type { Remark } from "../../../ui/notice";
import { counted } from "../../../ui/words";
import { geneNames } from "../../shared/genes/names";
import { partInName } from "../../shared/tables/part";
import { speciesDiffers } from "../../shared/assemblies";
import { otherPair } from "../../shared/cells";
import {
  earlierRemark,
  otherGenomeRemark,
  partRemark,
  simulatedRemark,
  takeOverRemark,
} from "../../shared/remarks/results";
import { standInRemark } from "../../shared/remarks/stand-in";
import { mixedUnitsRemark, offScaleRemark } from "../../shared/remarks/values";
import { methodsOfChange } from "./methods";
import { listChanges } from "./genes/order";
import { runRecord } from "../record";
import type { ChangeState, ChangeWork, CurrentChange } from "./session";
import { exportable } from "./standalone/page";
import { together } from "../together";

/** Base name of files that are saved of both tables. */
export function fileOf({ tables }: CurrentChange): string {
  const stem = (name: string): string => name.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt|tab)$/i, "");
  return `${stem(tables[0].file)}-${stem(tables[1].file)}.csv`;
}

/** Measured log2 fold change of the run's genes, where counts of both were given. */
export function truthOf({ measured }: Pick<ChangeState, "measured">): Float32Array | undefined {
  return measured?.foldChange;
}

/** The genes that are listed, in order. */
export function listed({ state, tables }: ChangeWork, run: CurrentChange): Uint32Array {
  const names = geneNames(run.genes, tables.state.symbols);
  const { sets, everywhere, listing } = state;
  return listChanges({ ...run, measured: truthOf(state), moved: everywhere?.moved, sets }, listing, names);
}

/** A control for each file; in a page of one file without another such page. */
export function exportsOf(work: ChangeWork, isOneFile = false) {
  const { run } = work.state;
  if (!run) return html``;
  const file = fileOf(run);
  const part = partInName(run.tables[0], run.genes.length) ?? partInName(run.tables[1], run.genes.length);
  const recordName = downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json");
  const simulated = run.tables.some((table) => table.simulated);
  return html`<button @click=${() => void work.savePredictions(downloadName(file, "predictions", "tsv", part))}>
      ${save} Predictions (TSV)
    </button>
    <button
      class="quiet"
      @click=${() =>
        saveFile(recordName, new Blob([runRecord(run, undefined, work.state.sets)], { type: "application/json" }))}
    >
      ${save} Run record (JSON)
    </button>
    ${
      isOneFile
        ? nothing
        : html`<regulens-save-page
            .page=${work.page}
            .of=${() => exportable(run, work)}
            .listed=${() => listed(work, run)}
          ></regulens-save-page>`
    }
    <regulens-methods
      .file=${file}
      .methods=${() => methodsOfChange(run, { simulated, sets: work.state.sets })}
    ></regulens-methods>`;
}

/** Remarks on the results that a reader must know. */
export function remarksOf({ state, isCurrent, isRunning }: ChangeWork): Remark[] {
  const { run } = state;
  if (!run) return [];
  const [a, b] = run.tables;
  const of = `${run.model.card.name || run.model.file} on ${a.file} and ${b.file}`;
  return [
    ...(isCurrent || isRunning ? [] : [earlierRemark(of)]),
    ...otherPairRemark(otherPair(run.model.card, [a.file, b.file])),
    ...otherGenomeRemark(speciesDiffers(run.model.card, run.genes)),
    ...takeOverRemark(run.device, run.genesOnGpu),
    ...standInRemark(run.model.card, run.tables),
    ...run.tables.flatMap((table, i) => [
      ...offScaleRemark(run.offScale?.[i], "AB"[i]),
      ...mixedUnitsRemark(table, "AB"[i]),
    ]),
    ...partRemark(together(run)),
    ...simulatedRemark(run.tables.some((table) => table.simulated)),
    ...unmatchedRemark(run),
  ];
}

function otherPairRemark(said: string | undefined): Remark[] {
  if (said === undefined) return [];
  return [{ tone: "warning", heading: "Not the cell types that the model learned from", text: html`<p>${said}.</p>` }];
}

function unmatchedRemark(run: CurrentChange): Remark[] {
  const { unmatched, tables } = run;
  const [a, b] = unmatched;
  if (a.length + b.length === 0) return [];
  const some = (genes: readonly string[]): string => `${genes.slice(0, 3).join(", ")}${genes.length > 3 ? ", …" : ""}`;
  const rows = [...a.map((gene) => ["A", tables[0].file, gene]), ...b.map((gene) => ["B", tables[1].file, gene])];
  const name = downloadName(fileOf(run), "unmatched", "tsv");
  const text = html`<p>
      Genes are matched by their ids, versions aside.
      ${
        a.length > 0 ? html`${tables[0].file} alone has ${formatCount(a.length)} (${some(a)}). ` : nothing
      }${b.length > 0 ? html`${tables[1].file} alone has ${formatCount(b.length)} (${some(b)}). ` : nothing}They
      are left out.
    </p>
    <button class="small" @click=${() => saveFile(name, tsv(["only_in", "file", "gene"], rows))}>
      ${save} Unmatched genes (TSV)
    </button>`;
  return [{ tone: "info", heading: `${counted(a.length + b.length, "gene")} in one table only`, text }];
}
