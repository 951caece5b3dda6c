/** All genes of a table: the list, what they have in common, and a gene that is asked for. */

import { html } from "lit";
import type { RegulensSetResult } from "../../../../../../pkg/src/element";
import "../table";
import "../gene";
import "../../../../explain/perturb";
import { averageDrawing, histogramDrawing } from "../drawings";
import { judgedRun, spreadShown } from "../../sure/judged";
import { predictionsTsv } from "../../saved/tsv";
import { provenance } from "../../saved/record";
import { finishedRun, type FinishedRun, type GeneDetail } from "../../result";
import type { Fitting } from "../scene";
import { partOf, setLayout } from "../../../shared/set-layout";
import { deviceName, type Job, loaded, onDevice, type Scene, tableKey, withoutGpu } from "../../../../element/job";
import { chosen } from "../../../../element/names";
import { predictGeneHandlers, type PredictGeneCalls } from "../../../../explain/predict-gene";
import { local } from "../../../../rpc/rpc";

const results = new WeakMap<FinishedRun, RegulensSetResult>();

/** All genes of a table: their list, and the figures of the whole. */
export async function setScene(job: Job, fitting: Fitting): Promise<Scene> {
  const { runner, model, table, prepared, notes, key } = fitting;
  const { device, gene, coverage } = job.request;
  const { run, alpha } = await runSet(job, fitting, key);
  // The table's own ranking is the view; a gene is shown once one is asked for.
  const index = gene === undefined || gene === "" ? undefined : chosen(table.genes, gene, table.file, "gene");
  const detail: GeneDetail | undefined =
    index === undefined
      ? undefined
      : { index, signal: prepared.values(index, index + 1), alpha: partOf(alpha, index, table.genes.length) };
  const worker = job.request.noWhatIf ? undefined : local<PredictGeneCalls>(predictGeneHandlers(() => runner));
  const made = provenance(run);
  const { sets, notes: more } = await judgedRun(runner, run, { coverage, signal: job.signal }, notes);
  const find = (gene: number) => runner.attentionSpread(table, { genes: [gene], signal: job.signal });
  const spread = detail && (await spreadShown(runner.card, () => find(detail.index), detail.index));
  const { marks, probability, beta, auroc } = run;
  const { genes } = table;
  if (!results.has(run))
    results.set(run, { kind: "set", model: loaded(model), device: run.device, genes, marks, probability, beta, auroc });
  const figures = [
    ["average attention", averageDrawing(run)],
    ["distribution of P(on)", histogramDrawing(run)],
  ] as const;
  return {
    ...{ view: "set", models: [model], files: [table.file], names: genes, device: deviceName(run.device) },
    notes: [...notes, ...more, ...withoutGpu(device, run.device)],
    result: results.get(run)!,
    render: (stage) =>
      setLayout(
        {
          table: html`<regulens-gene-table
            part="table"
            .run=${run}
            .sets=${sets}
            .selected=${index}
            @select=${(event: CustomEvent<number>) => stage.select({ kind: "gene", gene: genes[event.detail]! })}
          ></regulens-gene-table>`,
          predictions: () =>
            predictionsTsv({
              ...run,
              sets: sets?.of,
              notes: table.notes,
              beta: beta.length > 0 ? beta : undefined,
            }),
          ...{ figures, file: table.file, made },
        },
        detail &&
          html`<regulens-gene
            part="gene"
            exportparts="figure"
            .run=${run}
            .gene=${detail}
            .sets=${sets}
            .spread=${spread}
            .provenance=${made}
            .worker=${worker}
          ></regulens-gene>`,
      ),
  };
}

/** Runs the model on all genes; elements that show the same share the run. */
function runSet(
  job: Job,
  { runner, model, table }: Fitting,
  key: string,
): Promise<{ run: FinishedRun; alpha: Float32Array }> {
  const { request, engine, leases } = job;
  return leases.take(
    `run ${key} ${tableKey(engine, request.data!)} ${request.device}`,
    async ({ signal, onProgress }) => {
      const result = await onDevice(runner, request.device, table.genes.length, signal, () =>
        runner.predict(table, { signal, onProgress }),
      );
      return { run: finishedRun(model, table, {}, result, `Regulens ${engine.VERSION}`), alpha: result.alpha };
    },
  );
}
