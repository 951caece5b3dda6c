/**
 * One gene in two or more models of histone marks: P(on) of each, β as a heat map, and the tracks on the same scales.
 */

import { html, nothing } from "lit";
import type { OnOffModel } from "../../../../../pkg/src/index";
import { provenanceOf } from "../compare";
import { betaOfRuns, tracksOfRuns } from "./compare-drawings";
import "../../../ui/figure";
import { formatProbability } from "../../../plots";
import { compareRuns } from "../../shared/compare/comparison";
import { modelName } from "../../../session/state";
import type { KeptRun } from "../../shared/compare/comparing";
import type { CurrentRun } from "./outcome";
import { isOn } from "./on";
import { type Job, ofTask, type Opened, openModel, type Scene } from "../../shared/view/job";
import { fit, geneResult, runGene } from "./scene";
import { chosen, ViewError } from "../../shared/view/names";

/** Several models of histone marks on one gene. */
export async function comparingScene(job: Job, first: Opened): Promise<Scene> {
  const { models, hashes, gene } = job.request;
  const others = await Promise.all(models.slice(1).map((source, i) => openModel(job, source, hashes[i + 1])));
  const opened = [ofTask(first, "on-off"), ...others.map(ofMarks)];
  const fitting = [];
  for (const each of opened) fitting.push(await fit(job, each));
  const table = fitting[0]!.tables[0]!;
  const index = chosen(table.genes, gene, table.file, "gene");
  const runs = await Promise.all(fitting.map((each) => runGene(each, index)));
  const kept: KeptRun<CurrentRun>[] = runs.map(({ run }, i) => ({
    id: i,
    letter: String.fromCharCode(65 + i),
    run: run as CurrentRun,
    deviations: [],
  }));
  const details = runs.map(({ gene }) => gene);
  const comparison = compareRuns(
    runs.map(({ run }) => ({ genes: run.genes, values: run.probability })),
    isOn,
  );
  const beta = betaOfRuns(kept, comparison, 0);
  const tracks = tracksOfRuns(kept, details);
  const made = provenanceOf(kept);
  const name = table.genes[index]!;
  return {
    ...{
      view: "compare",
      models: opened.map(({ model }) => model),
      files: [table.file],
      names: table.genes,
      device: "CPU",
    },
    notes: fitting[0]!.notes,
    choice: { kind: "gene", names: table.genes, chosen: index },
    result: {
      kind: "comparison",
      gene: name,
      runs: runs.map(({ run, gene }) => geneResult(run, gene)),
    },
    render: () =>
      html`<div class="panel figures">
          <table class="probabilities">
            <caption class="visually-hidden">
              P(on) of ${name} in each model
            </caption>
            <thead>
              <tr>
                <th scope="col"><span class="visually-hidden">Letter</span></th>
                <th scope="col">Model</th>
                <th scope="col" class="number">P(on)</th>
              </tr>
            </thead>
            <tbody>
              ${kept.map(
                ({ letter, run }) =>
                  html`<tr>
                    <td>${letter}</td>
                    <th scope="row">${modelName(run.model)}</th>
                    <td class="number">${formatProbability(run.probability[0]!)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
          ${
            beta
              ? html`<regulens-figure
                  part="figure"
                  label="β of ${name} in each model"
                  table=${table.file}
                  .drawing=${beta}
                  .provenance=${made}
                ></regulens-figure>`
              : html`<p class="small muted">None of these variants has a β.</p>`
          }
        </div>
        <div class="beside">
          ${kept.map(
            ({ letter, run }, i) =>
              html`<div class="panel cell">
                <h3 class="small">${letter}: ${modelName(run.model)}</h3>
                ${
                  tracks[i]
                    ? html`<regulens-figure
                        part="figure"
                        label="signal and attention of ${name} in model ${letter}"
                        table=${table.file}
                        .drawing=${tracks[i]}
                        .provenance=${made}
                      ></regulens-figure>`
                    : nothing
                }
              </div>`,
          )}
        </div>`,
  };
}

/** Rejects models of other tasks. */
function ofMarks(opened: Opened): Opened<OnOffModel> {
  const { card, file } = opened.model;
  if (opened.runner.task !== "on-off")
    throw new ViewError(
      `${card.name || file} is not a model of histone marks in one cell type; expected models of one family.`,
      { code: "another-family", file, remedy: "Compare models that say of the same table which genes are on." },
    );
  return ofTask(opened, "on-off");
}
