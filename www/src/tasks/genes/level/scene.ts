/** Models of level in `<regulens-view>`: one gene, or all genes of a table. */

import { html } from "lit";
import type { LevelModel, LevelResult, Prepared, Table } from "../../../../../pkg/src/index";
import type { RegulensLevelResult, RegulensLevelsResult } from "../../../../../pkg/src/element";
import { attendedRows } from "../../../../../pkg/src/tasks/on-off";
import { behindFigure } from "../../../element/behind-figure";
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
} from "../../../element/job";
import { chosen } from "../../../element/names";
import "../../../explain/perturb";
import { predictGeneHandlers, type PredictGeneCalls } from "../../../explain/predict-gene";
import { local } from "../../../rpc/rpc";
import { partOf, setLayout } from "../../shared/set-layout";
import { valuesInNotes } from "../../shared/remarks/values";
import { type GeneDetail, type LevelRun, tableRun } from "../result";
import { provenance } from "../saved/record";
import { levelsTsv } from "../saved/tsv";
import { judgedRun, spreadShown } from "../sure/judged";
import type { LevelSource } from "./answered";
import { histogramDrawing } from "./drawings";
import "./gene";
import "./table";

/** Reads the table. */
export function read(job: Job): Promise<Table> {
  return openTable(job, job.request.data, "data", "the address of a table of signal");
}

/** A model of level on a table. */
export async function scene(job: Job, any: Opened): Promise<Scene> {
  const { runner, model, key } = ofTask(any, "level");
  const view = requireView(job, model, ["gene", "set"], "how much genes are expressed");
  const { request, engine, leases, signal } = job;
  const table = await read(job);
  const of = `${key} ${tableKey(engine, request.data!)}`;
  const prepared = await leases.take(
    `prepared ${of}`,
    () => runner.prepare(table),
    (handle) => handle.free(),
  );
  const { genes, file } = table;
  const program = `Regulens ${engine.VERSION}`;
  const unlike = valuesInNotes(runner.understand(table));
  const worker = request.noWhatIf ? undefined : local<PredictGeneCalls>(predictGeneHandlers(() => runner));
  const spreadOf = (index: number, shown: number) =>
    spreadShown(runner.card, () => runner.attentionSpread(table, { genes: [index], signal }), shown);
  const shared = { models: [model], files: [file], names: genes };
  const judge = (run: LevelRun) => judgedRun(runner, run, { coverage: request.coverage, signal }, unlike);
  const show = async (run: LevelRun, gene: GeneDetail, index: number, sets: object | undefined) => {
    const spread = await spreadOf(index, gene.index);
    const made = provenance(run);
    return (source?: LevelSource) =>
      html`<regulens-level-gene
        part="gene"
        exportparts="figure"
        .run=${run}
        .gene=${gene}
        .sets=${sets}
        .spread=${spread}
        .source=${source}
        .worker=${worker}
        .provenance=${made}
        .file=${file}
      ></regulens-level-gene>`;
  };

  if (view === "gene") {
    const index = chosen(genes, request.gene, file, "gene");
    const { result, gene } = await runGene(runner, table, prepared, index);
    const whole = tableRun(model, table, {}, result, program);
    const run: LevelRun = { ...whole, tables: [{ ...whole.tables[0], genes: result.genes }] };
    const { sets, notes: more } = await judge(run);
    const notes = [...unlike, ...more];
    const answer = behindFigure({ runner, tables: [table] as const, index }, notes, () => import("./answered"));
    const shown = await show(run, gene, index, sets);
    return {
      ...{ ...shared, view, notes, device: "CPU" },
      choice: { kind: "gene", names: genes, chosen: index },
      result: geneResult(run, gene),
      end: answer.end,
      render: (stage) => shown(answer.source(stage)),
    };
  }

  const { run, alpha } = await leases.take(`levels ${of} ${request.device}`, async ({ signal, onProgress }) => {
    const found = await onDevice(runner, request.device, genes.length, signal, () =>
      runner.predict(table, { signal, onProgress }),
    );
    return { run: tableRun(model, table, {}, found, program), alpha: found.alpha };
  });
  const index = request.gene === undefined ? undefined : chosen(genes, request.gene, file, "gene");
  const gene = index === undefined ? undefined : detail(prepared, index, index, partOf(alpha, index, genes.length));
  const { sets, notes: more } = await judge(run);
  const shown = gene && (await show(run, gene, gene.index, sets));
  const figures = [["distribution of levels", histogramDrawing(run)]] as const;
  return {
    ...{ ...shared, view, device: deviceName(run.device) },
    notes: [...unlike, ...more, ...withoutGpu(request.device, run.device)],
    result: setResult(run),
    render: (stage) =>
      setLayout(
        {
          table: html`<regulens-level-table
            part="table"
            .run=${run}
            .sets=${sets}
            .selected=${index}
            @select=${(event: CustomEvent<number>) => stage.select({ kind: "gene", gene: genes[event.detail]! })}
          ></regulens-level-table>`,
          predictions: () => levelsTsv({ ...run, intervals: sets?.intervals, notes: table.notes }),
          ...{ figures, file, made: provenance(run) },
        },
        shown?.(),
      ),
  };
}

/** The signal of the gene at a position of a table, which stands at `index` of a run. */
function detail(prepared: Prepared, position: number, index: number, alpha: Float32Array): GeneDetail {
  return { index, signal: prepared.values(position, position + 1), alpha };
}

/** One gene, run by itself on the CPU: a run with one gene. */
async function runGene(
  runner: LevelModel,
  table: Table,
  prepared: Prepared,
  index: number,
): Promise<{ result: LevelResult; gene: GeneDetail }> {
  const began = performance.now();
  const batch = await runner.predictValues(prepared.values(index, index + 1));
  const { alpha, beta, members, sd, low, high } = batch;
  const { marks, bins, name } = runner.card;
  const result: LevelResult = {
    ...{ genes: [table.genes[index]!], marks, rows: attendedRows(runner.attends, marks), bins },
    ...{ level: batch.level!, alpha, beta, members, sd, low, high },
    ...{ device: runner.device, genesOnGpu: 0, seconds: (performance.now() - began) / 1000 },
    ...{ model: { name, sha256: runner.sha256 }, input: { file: table.file } },
  };
  return { result, gene: detail(prepared, index, 0, alpha) };
}

function geneResult({ model, device, genes, marks, bins, level, rows, beta }: LevelRun, gene: GeneDetail) {
  const { index, signal, alpha } = gene;
  const result: RegulensLevelResult = {
    ...{ kind: "level", model: loaded(model), device, gene: genes[index]!, marks, bins, signal },
    ...{ level: level[index]!, rows, alpha, beta },
  };
  return result;
}

const results = new WeakMap<LevelRun, RegulensLevelsResult>();

function setResult(run: LevelRun): RegulensLevelsResult {
  const { model, device, genes, marks, level, beta } = run;
  const result = results.get(run) ?? { kind: "levels", model: loaded(model), device, genes, marks, level, beta };
  results.set(run, result);
  return result;
}
