/** Models of a change between two cell types, from two tables: one gene, or all that both tables have. */

import { html } from "lit";
import type { ChangeModel, ChangeResult, Prepared, Table } from "../../../../../pkg/src/index";
import type { RegulensChangedGeneResult, RegulensChangeResult } from "../../../../../pkg/src/element";
import { drivingDrawing, histogramDrawing } from "./drawings";
import "./gene";
import "./table";
import { encoderNames } from "../../../../../pkg/src/tasks/change";
import { changesTsv } from "../saved/tsv";
import type { GeneSpread } from "../outcome";
import { judgedRun, spreadShown } from "../sure/judged";
import { TWOFOLD } from "../twofold";
import { provenance } from "../saved/record";
import type { Sets } from "../sure/sets";
import { formatCount } from "../../../plots/core/format";
import { type ChangedGene, changeRun, type ChangeRun } from "../result";
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
import { behindFigure } from "../../../element/behind-figure";
import { chosen } from "../../../element/names";
import type { ChangeSource } from "./answered";
import { partOf, setLayout } from "../../shared/set-layout";
import { valuesInNotes } from "../../shared/remarks/values";
import { predictGeneHandlers, type PredictGeneCalls } from "../../../explain/predict-gene";
import { local } from "../../../rpc/rpc";

/** Reads both tables. */
export function read(job: Job): Promise<[Table, Table]> {
  const { data, dataB } = job.request;
  return Promise.all([
    openTable(job, data, "data", "the address of the table of the first cell type, A"),
    openTable(
      job,
      dataB,
      "data-b",
      "the address of the table of the second cell type, B: this model says how genes change from A to B",
    ),
  ]);
}

/** A model of a change on the tables of A and B. */
export async function scene(job: Job, any: Opened): Promise<Scene> {
  const opened = ofTask(any, "change");
  const { runner, model, key } = opened;
  const view = requireView(job, model, ["gene", "set"], "how genes change between two cell types");
  const { request, engine, leases } = job;
  const [a, b] = await read(job);
  const pair = `${key} ${tableKey(engine, request.data!)} ${tableKey(engine, request.dataB!)}`;
  const prepared = await leases.take(
    `pair ${pair}`,
    () => runner.preparePair(a, b),
    (handle) => handle.free(),
  );
  const { names: genes } = prepared;
  const files = [a.file, b.file];
  const deviations = [
    ...valuesInNotes(runner.understand(a, "a"), "A: "),
    ...valuesInNotes(runner.understand(b, "b"), "B: "),
  ];
  const [onlyA, onlyB] = prepared.unmatched.map(({ length }) => length) as [number, number];
  const notes: Scene["notes"] = [
    ...deviations,
    ...(onlyA + onlyB > 0
      ? [
          {
            heading: "Not all genes are in both tables",
            text: `${formatCount(onlyA)} of A and ${formatCount(onlyB)} of B are left out; genes are matched by name.`,
          },
        ]
      : []),
  ];
  const worker = request.noWhatIf ? undefined : local<PredictGeneCalls>(predictGeneHandlers(() => runner));
  const judge = (run: ChangeRun) =>
    judgedRun(runner, run, { coverage: request.coverage, signal: job.signal }, deviations);
  const { signal } = job;
  const spreadOf = (index: number, shown: number) =>
    spreadShown(runner.card, () => runner.attentionSpread(a, b, { prepared, genes: [index], signal }), shown);
  const show = (
    run: ChangeRun,
    gene: ChangedGene,
    sets: Sets | undefined,
    spread: GeneSpread | undefined,
    source?: ChangeSource,
  ) =>
    html`<regulens-changed-gene
      part="gene"
      exportparts="figure"
      .run=${run}
      .gene=${gene}
      .sets=${sets}
      .spread=${spread}
      .source=${source}
      .worker=${worker}
      .provenance=${provenance(run)}
      .file=${files.join("-")}
    ></regulens-changed-gene>`;

  if (view === "gene") {
    const index = chosen(genes, request.gene, files.join(" and "), "gene");
    const { run, gene } = await runGene(opened, [a, b], prepared, index, engine.VERSION);
    const { sets, notes: more } = await judge(run);
    const spread = await spreadOf(index, gene.index);
    const all = [...notes, ...more];
    const of = { runner, tables: [a, b] as const, prepared, index };
    const answer = behindFigure(of, all, () => import("./answered"));
    return {
      ...{ view, models: [model], files, names: genes, notes: all, device: "CPU" },
      choice: { kind: "gene", names: genes, chosen: index },
      result: geneResult(run, gene),
      end: answer.end,
      render: (stage) => show(run, gene, sets, spread, answer.source(stage)),
    };
  }

  const { run, result } = await leases.take(`changes ${pair} ${request.device}`, async ({ signal, onProgress }) => {
    const found = await onDevice(runner, request.device, genes.length, signal, () =>
      runner.predict(a, b, { prepared, signal, onProgress }),
    );
    return { run: changeRun(model, [a, b], [{}, {}], found, `Regulens ${engine.VERSION}`), result: found };
  });
  const index = request.gene === undefined ? undefined : chosen(genes, request.gene, files.join(" and "), "gene");
  const gene =
    index === undefined
      ? undefined
      : {
          index,
          values: prepared.values(index, index + 1),
          alpha: partOf(result.alpha, index, genes.length),
          auxiliaryAlpha: partOf(result.auxiliaryAlpha, index, genes.length),
        };
  const { sets, notes: more } = await judge(run);
  const spread = gene && (await spreadOf(gene.index, gene.index));
  const made = provenance(run);
  const file = files.join("-");
  const driving =
    run.columns.length > 0
      ? drivingDrawing(run, runner.weightsByDirection(run, { threshold: TWOFOLD }), "predicted")
      : undefined;
  const figures = [
    ["distribution of the predicted changes", histogramDrawing(run)],
    ["marks of genes that go up and down", driving],
  ] as const;
  return {
    ...{ view, models: [model], files, names: genes, device: deviceName(run.device) },
    notes: [...notes, ...more, ...withoutGpu(request.device, run.device)],
    result: setResult(run),
    render: (stage) =>
      setLayout(
        {
          table: html`<regulens-change-table
            part="table"
            .run=${run}
            .sets=${sets}
            .selected=${index}
            @select=${(event: CustomEvent<number>) => stage.select({ kind: "gene", gene: genes[event.detail]! })}
          ></regulens-change-table>`,
          predictions: () =>
            changesTsv({ ...run, intervals: sets?.intervals }, [run.tables[0].notes, run.tables[1].notes]),
          ...{ figures, file, made },
        },
        gene && show(run, gene, sets, spread),
      ),
  };
}

/** One gene, run by itself on the CPU: a run with one gene. */
async function runGene(
  { runner, model }: Opened<ChangeModel>,
  tables: readonly [Table, Table],
  prepared: Prepared,
  index: number,
  version: string,
): Promise<{ run: ChangeRun; gene: ChangedGene }> {
  const values = prepared.values(index, index + 1);
  const began = performance.now();
  const batch = await runner.predictValues(values);
  const { foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta, members, sd, low, high } = batch;
  const [noChange] = runner.symmetric ? [] : await runner.noChange(...tables, { prepared, genes: [index] });
  const { marks, bins } = runner.card;
  const { encoders } = runner.attends;
  const result: ChangeResult = {
    ...{
      genes: [prepared.names[index]!],
      marks,
      bins,
      rows: encoderNames(encoders?.bins ?? [], marks),
      columns: encoderNames(encoders?.marks ?? [], marks),
      auxiliary: encoderNames(encoders?.auxiliary ?? [], marks),
    },
    ...{
      foldChange,
      expression,
      alpha,
      beta,
      auxiliaryAlpha,
      auxiliaryBeta,
      ...{ members, sd, low, high },
      unmatched: [[], []],
      symmetric: runner.symmetric,
      device: runner.device,
      genesOnGpu: 0,
    },
    ...{
      seconds: (performance.now() - began) / 1000,
      model: { name: runner.card.name, sha256: runner.sha256 },
      input: [{ file: tables[0].file }, { file: tables[1].file }],
    },
  };
  return {
    run: changeRun(model, tables, [{}, {}], result, `Regulens ${version}`),
    gene: { index: 0, values, alpha, auxiliaryAlpha, noChange },
  };
}

function geneResult(run: ChangeRun, { index, values, alpha }: ChangedGene): RegulensChangedGeneResult {
  const { model, device, genes, marks, bins, foldChange, rows, columns, beta } = run;
  return {
    kind: "changed-gene",
    model: loaded(model),
    device,
    gene: genes[index]!,
    marks,
    bins,
    signal: values,
    foldChange: foldChange[index]!,
    rows,
    alpha,
    columns,
    beta,
  };
}

const results = new WeakMap<ChangeRun, RegulensChangeResult>();

function setResult(run: ChangeRun): RegulensChangeResult {
  const { model, device, genes, foldChange, columns, beta } = run;
  const result = results.get(run) ?? {
    kind: "changes",
    model: loaded(model),
    device,
    genes,
    foldChange,
    columns,
    beta,
  };
  results.set(run, result);
  return result;
}
