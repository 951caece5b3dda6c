/** All genes of a run in an element of another page: their list, summary figures, and a requested gene. */

import { html, nothing } from "lit";
import type { RegulensViewResult } from "../../../../pkg/src/element";
import { deviceName, type Job, onDevice, type Scene, withoutGpu } from "../shared/view/job";
import { chosen } from "../shared/view/names";
import { downloadName, saveFile } from "../../export";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { save } from "../../ui/icons";
import { fileOf, type GenesRun } from "./result";
import { provenance } from "./saved/record";
import { type Fitting, geneShown, type GenesModel, type Ran, type SceneOf } from "./scene";
import { judgedRun } from "./sure/judged";
import type { Sets } from "./sure/sets";
import "./table";
import type { TableOf } from "./table";

/** An outcome, for the view of all genes. */
export interface SetOf<Run extends GenesRun = GenesRun, Runner extends GenesModel = GenesModel> {
  readonly table: TableOf<Run>;
  /** All predictions as TSV. */
  predictions(run: Run, sets: Sets | undefined, notes: readonly (readonly string[])[]): string;
  /** Label of each figure, and the figure; empty if the variant has none. */
  figures(run: Run, runner: Runner): readonly (readonly [string, Drawing | undefined])[];
  /** The result in the form of events. */
  result(run: Run): RegulensViewResult;
}

const results = new WeakMap<GenesRun, RegulensViewResult>();

/** A gene's part of concatenated values. */
function partOf(values: Float32Array, gene: number, genes: number): Float32Array {
  return values.slice((gene * values.length) / genes, ((gene + 1) * values.length) / genes);
}

/** Shows all genes; elements with the same source share the run. */
export async function setScene(set: SetOf, job: Job, of: SceneOf, fitting: Fitting): Promise<Scene> {
  const { runner, model, tables, prepared, genes, on } = fitting;
  const { device, gene: asked, coverage } = job.request;
  const files = tables.map(({ file }) => file);
  const ran = await job.leases.take(`run ${on} ${device}`, (options): Promise<Ran<GenesRun>> =>
    onDevice(runner, device, genes.length, options.signal, () => of.all(fitting, options)),
  );
  const { run } = ran;
  // The view is the table's own ranking; a gene is shown once one is requested.
  const index = asked === undefined || asked === "" ? undefined : chosen(genes, asked, files.join(" and "), "gene");
  const { sets, notes } = await judgedRun(runner, run, { coverage, signal: job.signal }, fitting.unlike);
  const attention = (values: Float32Array): Float32Array => partOf(values, index!, genes.length);
  const gene =
    index === undefined
      ? undefined
      : of.detail(index, prepared.values(index, index + 1), {
          alpha: attention(ran.alpha),
          ...(ran.auxiliaryAlpha && { auxiliaryAlpha: attention(ran.auxiliaryAlpha) }),
        });
  const shown = gene && (await geneShown(job, of, fitting, gene.index, { run, gene, sets }));
  if (!results.has(run)) results.set(run, set.result(run));
  const [made, file, figures] = [provenance(run), fileOf(run), set.figures(run, runner)];
  const saveTable = (): void => {
    const written = set.predictions(
      run,
      sets,
      tables.map(({ notes }) => notes),
    );
    saveFile(downloadName(file, "predictions", "tsv"), written);
  };
  return {
    ...{ view: "set", models: [model], files, names: genes, device: deviceName(run.device) },
    notes: [...fitting.notes, ...notes, ...withoutGpu(device, run.device)],
    result: results.get(run)!,
    render: (stage) =>
      html`<div class="set">
          <div class="panel cell">
            <regulens-gene-table
              part="table"
              .of=${set.table}
              .run=${run}
              .sets=${sets}
              .selected=${index}
              @select=${(event: CustomEvent<number>) => stage.select({ kind: "gene", gene: genes[event.detail]! })}
            ></regulens-gene-table>
            <p class="tools"><button class="quiet small" @click=${saveTable}>${save} All predictions (TSV)</button></p>
          </div>
          <div class="panel figures">
            ${figures.map(([label, drawing]) =>
              drawing
                ? html`<regulens-figure
                    part="figure"
                    label=${label}
                    table=${file}
                    .drawing=${drawing}
                    .provenance=${made}
                  ></regulens-figure>`
                : nothing,
            )}
          </div>
        </div>
        ${shown?.() ?? html`<p class="muted small">Choose a gene in the table to see its signal and attention.</p>`}`,
  };
}
