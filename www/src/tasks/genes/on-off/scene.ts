/** Models of histone marks in one cell type: one gene, or all genes of a table. */

import { html } from "lit";
import type { OnOffModel, Prepared, OnOffResult, Table } from "../../../../../pkg/src/index";
import type { RegulensGeneResult } from "../../../../../pkg/src/element";
import { attendedRows } from "../../../../../pkg/src/tasks/on-off";
import "./gene";
import "../../../explain/perturb";
import { judgedRun, spreadShown } from "../sure/judged";
import { provenance } from "../saved/record";
import { finishedRun, type FinishedRun, type GeneDetail } from "../result";
import type { OpenedModel } from "../../../session/opened";
import {
  type Job,
  loaded,
  type Opened,
  ofTask,
  openTable,
  requireView,
  type Scene,
  tableKey,
} from "../../../element/job";
import { behindFigure } from "../../../element/behind-figure";
import { chosen } from "../../../element/names";
import { valuesInNotes } from "../../shared/remarks/values";
import { predictGeneHandlers, type PredictGeneCalls } from "../../../explain/predict-gene";
import { local } from "../../../rpc/rpc";

/** A model and a table that fits it. */
export interface Fitting extends Opened<OnOffModel> {
  readonly table: Table;
  readonly prepared: Prepared;
  readonly notes: Scene["notes"];
}

/** Views that come in a file of their own. */
const LATER = { set: () => import("./scenes/set"), compare: () => import("./scenes/comparing") };

/** A model of histone marks on a table, or several beside each other. */
export async function scene(job: Job, opened: Opened): Promise<Scene> {
  const of = ofTask(opened, "on-off");
  if (job.request.view === "compare") return (await LATER.compare()).comparingScene(job, of);
  const view = requireView(job, opened.model, ["gene", "set"], "histone marks in one cell type");
  const fitting = await fit(job, of);
  return view === "gene" ? geneScene(job, fitting) : (await LATER.set()).setScene(job, fitting);
}

/** Reads the table, and asks for the rest of the view meanwhile. */
export function read(job: Job): Promise<Table> {
  const { view } = job.request;
  if (view === "set" || view === "compare") LATER[view]().catch(() => {});
  return openTable(job, job.request.data, "data", "the address of a table of signal");
}

/** Reads the table and matches its marks with the model's. */
export async function fit(job: Job, opened: Opened<OnOffModel>): Promise<Fitting> {
  const { data } = job.request;
  const table = await read(job);
  const { runner, key } = opened;
  const prepared = await job.leases.take(
    `prepared ${key} ${tableKey(job.engine, data!)}`,
    () => runner.prepare(table),
    (handle) => handle.free(),
  );
  const notes = valuesInNotes(runner.understand(table));
  return { ...opened, table, prepared, notes };
}

/** One gene, run by itself on the CPU: a run with one gene. */
export async function runGene(
  { engine }: Job,
  { runner, model, table, prepared }: Fitting,
  index: number,
): Promise<{ run: FinishedRun; detail: GeneDetail }> {
  const signal = prepared.values(index, index + 1);
  const began = performance.now();
  const { probability, logit, alpha, beta, members, sd, low, high } = await runner.predictValues(signal);
  const { marks, bins } = runner.card;
  const result: OnOffResult = {
    ...{
      genes: [table.genes[index]!],
      marks,
      rows: attendedRows(runner.attends, marks),
      bins,
      probability,
      logit,
      alpha,
      beta,
    },
    ...{ members, sd, low, high },
    ...{ labels: table.labels?.slice(index, index + 1), auroc: undefined, summary: undefined },
    ...{
      device: runner.device,
      genesOnGpu: 0,
      seconds: (performance.now() - began) / 1000,
      model: { name: runner.card.name, sha256: runner.sha256 },
      input: { file: table.file },
    },
  };
  const run = finishedRun(model, table, {}, result, `Regulens ${engine.VERSION}`);
  return {
    run: { ...run, tables: [{ ...run.tables[0], genes: result.genes, labels: result.labels }] },
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
    gene: run.genes[index]!,
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
  const { runner, model, table, notes } = fitting;
  const index = chosen(table.genes, job.request.gene, table.file, "gene");
  const { run, detail } = await runGene(job, fitting, index);
  const worker = job.request.noWhatIf ? undefined : local<PredictGeneCalls>(predictGeneHandlers(() => runner));
  const made = provenance(run);
  const { coverage } = job.request;
  const { sets, notes: more } = await judgedRun(runner, run, { coverage, signal: job.signal }, notes);
  const { signal } = job;
  const find = () => runner.attentionSpread(table, { genes: [index], signal });
  const spread = await spreadShown(runner.card, find, detail.index);
  const all = [...notes, ...more];
  const answer = behindFigure({ runner, tables: [table] as const, index }, all, () => import("./answered"));
  return {
    ...{ view: "gene", models: [model], files: [table.file], names: table.genes, device: "CPU" },
    notes: all,
    choice: { kind: "gene", names: table.genes, chosen: index },
    result: geneResult(model, run, detail),
    end: answer.end,
    render: (stage) =>
      html`<regulens-gene
        part="gene"
        exportparts="figure"
        .run=${run}
        .gene=${detail}
        .sets=${sets}
        .spread=${spread}
        .source=${answer.source(stage)}
        .provenance=${made}
        .worker=${worker}
      ></regulens-gene>`,
  };
}
