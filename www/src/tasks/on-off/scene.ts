/** Models of histone marks in one cell type: one gene, or all genes of a table. */

import { html, nothing } from "lit";
import type { OnOffModel, Prepared, Result, Table } from "../../../../pkg/src/index";
import type { RegulensGeneResult, RegulensSetResult } from "../../../../pkg/src/element";
import { attendedRows } from "../../../../pkg/src/tasks/on-off";
import "../../ui/figure";
import "./gene-table";
import "./gene-view";
import "../../explain/perturb";
import { averageDrawing, histogramDrawing } from "./drawings";
import { downloadName, saveFile } from "../../export";
import { predictionsTsv } from "./tsv";
import { save } from "../../ui/icons";
import { provenance } from "./record";
import { finishedRun, type FinishedRun, type GeneDetail } from "./result";
import type { OpenedModel } from "../../session/opened";
import {
  deviceName,
  type Job,
  loaded,
  onDevice,
  type Opened,
  ofTask,
  openTable,
  requireView,
  type Scene,
  tableKey,
  withoutGpu,
} from "../../element/job";
import { chosen } from "../../element/names";
import { predictGeneHandlers, type PredictGeneCalls } from "../../explain/predict-gene";
import { local } from "../../rpc/rpc";

/** A model and a table that fits it. */
interface Fitting extends Opened<OnOffModel> {
  readonly table: Table;
  readonly prepared: Prepared;
  readonly notes: Scene["notes"];
}

/** A model of histone marks on a table, or several beside each other. */
export async function scene(job: Job, opened: Opened): Promise<Scene> {
  const of = ofTask(opened, "on-off");
  if (job.request.view === "compare") return (await import("./comparing-scene")).comparingScene(job, of);
  const view = requireView(job, opened.model, ["gene", "set"], "histone marks in one cell type");
  const fitting = await fit(job, of);
  return view === "gene" ? geneScene(job, fitting) : setScene(job, fitting);
}

/** Reads the table and matches its marks with the model's. */
export async function fit(job: Job, opened: Opened<OnOffModel>): Promise<Fitting> {
  const { data } = job.request;
  const table = await openTable(job, data, "data", "the address of a table of signal");
  const { lens, key } = opened;
  const prepared = await job.held.take(
    `prepared ${key} ${tableKey(job.engine, data!)}`,
    () => lens.prepare(table),
    (handle) => handle.free(),
  );
  const notes = lens
    .understand(table)
    .deviations.map(({ message }) => ({ heading: "Unlike the data that the model was trained on", text: message }));
  return { ...opened, table, prepared, notes };
}

/** One gene, run by itself on the CPU: a run with one gene. */
export async function runGene(
  { engine }: Job,
  { lens, model, table, prepared }: Fitting,
  index: number,
): Promise<{ run: FinishedRun; detail: GeneDetail }> {
  const signal = prepared.values(index, index + 1);
  const began = performance.now();
  const { probability, logit, alpha, beta } = await lens.predictValues(signal);
  const { marks, bins } = lens.card;
  const result: Result = {
    ...{
      genes: [table.genes[index]!],
      marks,
      rows: attendedRows(lens.attends, marks),
      bins,
      probability,
      logit,
      alpha,
      beta,
    },
    ...{ labels: table.labels?.slice(index, index + 1), auroc: undefined, summary: undefined },
    ...{
      device: lens.device,
      genesOnGpu: 0,
      seconds: (performance.now() - began) / 1000,
      model: { name: lens.card.name, sha256: lens.sha256 },
      input: { file: table.file },
    },
  };
  const run = finishedRun(model, table, {}, result, `Regulens ${engine.VERSION}`);
  return {
    run: { ...run, table: { ...run.table, genes: result.genes, labels: result.labels } },
    detail: { index: 0, signal, alpha },
  };
}

/** One gene of a run, as events tell of it. */
export function geneResult(
  model: OpenedModel,
  run: FinishedRun,
  { index, signal, alpha }: GeneDetail,
): RegulensGeneResult {
  const { marks, rows, bins, beta, device } = run;
  return {
    kind: "gene",
    model: loaded(model),
    device,
    gene: run.table.genes[index]!,
    marks,
    bins,
    signal,
    probability: run.probability[index]!,
    rows,
    alpha,
    beta: beta.slice(index * marks.length, (index + 1) * marks.length),
  };
}

async function geneScene(job: Job, fitting: Fitting): Promise<Scene> {
  const { lens, model, table, notes } = fitting;
  const index = chosen(table.genes, job.request.gene, table.file, "gene");
  const { run, detail } = await runGene(job, fitting, index);
  const worker = local<PredictGeneCalls>(predictGeneHandlers(() => lens));
  const made = provenance(run);
  return {
    ...{ view: "gene", models: [model], files: [table.file], names: table.genes, notes, device: "CPU" },
    choice: { kind: "gene", names: table.genes, chosen: index },
    result: geneResult(model, run, detail),
    render: () =>
      html`<regulens-gene
        part="gene"
        exportparts="figure"
        .run=${run}
        .gene=${detail}
        .provenance=${made}
        .worker=${worker}
      ></regulens-gene>`,
  };
}

const results = new WeakMap<FinishedRun, RegulensSetResult>();

async function setScene(job: Job, fitting: Fitting): Promise<Scene> {
  const { lens, model, table, prepared, notes, key } = fitting;
  const { device, gene } = job.request;
  const { run, alpha } = await runSet(job, fitting, key);
  // The table's own ranking is the view; a gene is shown once one is asked for.
  const index = gene === undefined || gene === "" ? undefined : chosen(table.genes, gene, table.file, "gene");
  const size = alpha.length / table.genes.length;
  const detail: GeneDetail | undefined =
    index === undefined
      ? undefined
      : { index, signal: prepared.values(index, index + 1), alpha: alpha.slice(index * size, (index + 1) * size) };
  const worker = local<PredictGeneCalls>(predictGeneHandlers(() => lens));
  const made = provenance(run);
  const { marks, probability, beta, auroc } = run;
  const { genes } = table;
  if (!results.has(run))
    results.set(run, { kind: "set", model: loaded(model), device: run.device, genes, marks, probability, beta, auroc });
  const [average, histogram] = [averageDrawing(run), histogramDrawing(run)];
  const saveTable = (): void =>
    saveFile(
      downloadName(table.file, "predictions", "tsv"),
      predictionsTsv({ genes, marks, probability, logit: run.logit, beta: beta.length > 0 ? beta : undefined }),
    );
  return {
    ...{ view: "set", models: [model], files: [table.file], names: genes, device: deviceName(run.device) },
    notes: [...notes, ...withoutGpu(device, run.device)],
    result: results.get(run)!,
    render: (stage) =>
      html`<div class="set">
          <div class="panel cell">
            <regulens-gene-table
              part="table"
              .run=${run}
              .selected=${index}
              @select=${(event: CustomEvent<number>) => stage.select({ kind: "gene", gene: genes[event.detail]! })}
            ></regulens-gene-table>
            <p class="tools"><button class="quiet small" @click=${saveTable}>${save} All predictions (TSV)</button></p>
          </div>
          <div class="panel figures">
            ${average ? html`<regulens-figure part="figure" label="average attention" table=${table.file} .drawing=${average} .provenance=${made}></regulens-figure>` : nothing}
            <regulens-figure
              part="figure"
              label="distribution of P(on)"
              table=${table.file}
              .drawing=${histogram}
              .provenance=${made}
            ></regulens-figure>
          </div>
        </div>
        ${detail ? html`<regulens-gene part="gene" exportparts="figure" .run=${run} .gene=${detail} .provenance=${made} .worker=${worker}></regulens-gene>` : html`<p class="muted small">Choose a gene in the table to see its signal and attention.</p>`}`,
  };
}

/** Runs the model on all genes; elements that show the same share the run. */
export function runSet(
  job: Job,
  { lens, model, table }: Fitting,
  key: string,
): Promise<{ run: FinishedRun; alpha: Float32Array }> {
  const { request, engine, held } = job;
  return held.take(
    `run ${key} ${tableKey(engine, request.data!)} ${request.device}`,
    async ({ signal, onProgress }) => {
      const result = await onDevice(lens, request.device, table.genes.length, signal, () =>
        lens.predict(table, { signal, onProgress }),
      );
      return { run: finishedRun(model, table, {}, result, `Regulens ${engine.VERSION}`), alpha: result.alpha };
    },
  );
}
