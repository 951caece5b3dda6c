/** Downloads of results of models that say whether genes are on, and remarks on these results. */

import { html, nothing } from "lit";
import { downloadName, saveFile } from "../../../export";
import { save } from "../../../ui/icons";
import type { Remark } from "../../../ui/notice";
import { geneNames } from "../../shared/genes/names";
import { speciesDiffers } from "../../shared/assemblies";
import {
  earlierRemark,
  otherGenomeRemark,
  partRemark,
  simulatedRemark,
  takeOverRemark,
} from "../../shared/remarks/results";
import { partInName } from "../../shared/tables/part";
import { standInRemark } from "../../shared/remarks/stand-in";
import { mixedUnitsRemark, offScaleRemark } from "../../shared/remarks/values";
import { listGenes } from "./genes/order";
import { runRecord } from "../record";
import type { CurrentRun, OnOffWork } from "./session";
import { exportable } from "./standalone/page";
import { together } from "../together";

/** A control for each file; in a page of one file without another such page. */
export function exportsOf(work: OnOffWork, isOneFile = false) {
  const { run } = work.state;
  if (!run) return html``;
  const { file } = run.tables[0];
  const part = partInName(run.tables[0], run.genes.length);
  const recordName = downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json");
  return html`<button @click=${() => void work.savePredictions(downloadName(file, "predictions", "tsv", part))}>
      ${save} Predictions (TSV)
    </button>
    <button
      class="quiet"
      @click=${() =>
        saveFile(
          recordName,
          new Blob([runRecord(run, work.state.measured, work.state.sets)], { type: "application/json" }),
        )}
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
    <regulens-methods .file=${file} .methods=${() => methods(work, run)}></regulens-methods>`;
}

/** The genes as they are listed. */
export function listed({ state, tables }: OnOffWork, run: CurrentRun): Uint32Array {
  const names = geneNames(run.genes, tables.state.symbols);
  return listGenes(run, state.listing, state.everywhere?.moved, names, state.measured, state.sets);
}

async function methods({ state, explanations }: OnOffWork, run: CurrentRun) {
  const { methodsOfRun } = await import("./methods");
  return methodsOfRun(run, {
    simulated: run.tables[0].simulated,
    measured: state.measured,
    sets: state.sets,
    contrast: explanations.state.gene?.contributions.baseline,
  });
}

/** Remarks that a reader of the results must know. */
export function remarksOf({ state, isCurrent, isRunning, tables }: OnOffWork): Remark[] {
  const { run } = state;
  if (!run) return [];
  const { model } = run;
  const [table] = run.tables;
  const isAgain = tables.state.a.table !== undefined;
  return [
    ...(isCurrent || isRunning ? [] : [earlierRemark(`${model.card.name || model.file} on ${table.file}`, isAgain)]),
    ...otherGenomeRemark(speciesDiffers(run.model.card, run.genes)),
    ...takeOverRemark(run.device, run.genesOnGpu),
    ...simulatedRemark(table.simulated),
    ...partRemark(together(run)),
    ...standInRemark(model.card, [table]),
    ...offScaleRemark(run.offScale?.[0]),
    ...mixedUnitsRemark(table),
  ];
}
