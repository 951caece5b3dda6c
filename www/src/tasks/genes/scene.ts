/** Models of genes in `<regulens-view>`: one gene, or all genes of one or two tables. */

import { html } from "lit";
import type {
  Batch,
  ChangeModel,
  LevelModel,
  OnOffModel,
  Prepared,
  Table,
  WorkOptions,
} from "../../../../pkg/src/index";
import type { RegulensViewResult } from "../../../../pkg/src/element";
import { attendedRows } from "../../../../pkg/src/tasks/on-off";
import {
  behindFigure,
  type Job,
  ofTask,
  type Opened,
  openTable,
  requireView,
  type Scene,
  type Scenes,
  type Stage,
  tableKey,
} from "../shared/view/job";
import { chosen } from "../shared/view/names";
import "../../explain/perturb";
import { predictGeneHandlers, type PredictGeneCalls } from "../../explain/predict-gene";
import { local } from "../../rpc/rpc";
import { CELLS } from "../shared/cells";
import { valuesInNotes } from "../shared/remarks/values";
import type { AnswerOf, AnswerSource } from "./answered";
import "./gene";
import type { GeneOf } from "./gene";
import type { GenesRun, OneGene } from "./result";
import { provenance } from "./saved/record";
import { judgedRun, spreadShown } from "./sure/judged";

/** A model of genes. */
export type GenesModel = OnOffModel | LevelModel | ChangeModel;

type Notes = Scene["notes"];

/** A model, and tables that fit it. */
export interface Fitting<Runner extends GenesModel = GenesModel> extends Opened<Runner> {
  readonly tables: readonly Table[];
  readonly prepared: Prepared;
  /** Names of the genes of the table, or of those in both tables. */
  readonly genes: readonly string[];
  /** Cache key of the model on these tables. */
  readonly on: string;
  /** Notes on values that differ from training, and all notes. */
  readonly unlike: Notes;
  readonly notes: Notes;
  /** Program and version: "Regulens 0.2.0". */
  readonly program: string;
}

/** A run, with the attention of its genes over bins. */
export interface Ran<Run> {
  readonly run: Run;
  readonly alpha: Float32Array;
  readonly auxiliaryAlpha?: Float32Array;
  /** The model's output for no change, for a single gene. */
  readonly noChange?: number | undefined;
}

/** An outcome in an element. */
export interface SceneOf<
  Run extends GenesRun = GenesRun,
  Gene extends OneGene = OneGene,
  Runner extends GenesModel = GenesModel,
> {
  readonly task: "on-off" | "level" | "change";
  /** Input of its models: "histone marks in one cell type". */
  readonly about: string;
  /** The attribute of each table, and its description. */
  readonly reads: readonly (readonly ["data" | "data-b", string])[];
  readonly gene: GeneOf<Run, Gene>;
  prepare(runner: Runner, tables: readonly Table[]): Prepared;
  /** More notes on the tables. */
  note?(prepared: Prepared): Notes;
  /** One gene, run by itself: a run with one gene, from its input and prediction. */
  one(fitting: Fitting<Runner>, index: number, input: Float32Array, batch: Batch, made: Made): Promise<Ran<Run>>;
  /** A run on all genes. */
  all(fitting: Fitting<Runner>, options: WorkOptions): Promise<Ran<Run>>;
  /** Data for the view of a gene: its input and its attention. */
  detail(index: number, input: Float32Array, ran: Omit<Ran<Run>, "run">): Gene;
  /** One gene of a run, in the form of events. */
  result(run: Run, gene: Gene): RegulensViewResult;
  /** The answer, which loads after the figure of a gene. */
  answer(): Promise<AnswerOf>;
  /** The view of all genes. */
  set(): Promise<(job: Job, of: SceneOf, fitting: Fitting) => Promise<Scene>>;
  /** The view of several models, if there is one. */
  compare?(): Promise<(job: Job, opened: Opened) => Promise<Scene>>;
}

/** Fields of results of one gene, for any prediction. */
export type Made = ReturnType<typeof madeOf>;

function madeOf(
  { runner, genes }: Fitting,
  index: number,
  { members, sd, low, high, alpha, beta }: Batch,
  began: number,
) {
  const { marks, bins, name } = runner.card;
  return {
    ...{ genes: [genes[index]!], marks, bins, alpha, beta, members, sd, low, high },
    ...{ device: runner.device, genesOnGpu: 0, seconds: (performance.now() - began) / 1000 },
    model: { name, sha256: runner.sha256 },
  };
}

/** The same fields for a gene of one table. */
export function madeInTable({ runner, tables }: Fitting<OnOffModel | LevelModel>, made: Made) {
  return { ...made, rows: attendedRows(runner.attends, made.marks), input: { file: tables[0]!.file } };
}

/** The views of models of an outcome. */
export function scenesOf(of: SceneOf): Scenes & {
  fit(job: Job, opened: Opened): Promise<Fitting>;
  run(fitting: Fitting, index: number): Promise<{ run: GenesRun; gene: OneGene }>;
} {
  const read = (job: Job): Promise<Table[]> => {
    const { view, data, dataB } = job.request;
    // The rest of the view loads meanwhile.
    if (view === "set") of.set().catch(() => {});
    if (view === "compare") of.compare?.().catch(() => {});
    const tables = of.reads.map(([attribute, what], i) => openTable(job, [data, dataB][i], attribute, what));
    return Promise.all(tables);
  };

  /** Reads the tables and matches their marks with the model's. */
  const fit = async (job: Job, any: Opened): Promise<Fitting> => {
    const opened = ofTask(any, of.task);
    const { runner, key } = opened;
    const { engine, request, leases } = job;
    const tables = await read(job);
    const isOne = tables.length === 1;
    const on = [
      key,
      ...[request.data, request.dataB].slice(0, tables.length).map((each) => tableKey(engine, each!)),
    ].join(" ");
    const prepared = await leases.take(
      `prepared ${on}`,
      async () => of.prepare(runner, tables),
      (handle) => handle.free(),
    );
    const unlike = tables.flatMap((table, i) =>
      valuesInNotes((runner as ChangeModel).understand(table, CELLS[i]), isOne ? "" : `${"AB"[i]}: `),
    );
    const genes = isOne ? tables[0]!.genes : prepared.names;
    const notes = [...unlike, ...(of.note?.(prepared) ?? [])];
    return { ...opened, tables, prepared, genes, on, unlike, notes, program: `Regulens ${engine.VERSION}` };
  };

  /** One gene, run by itself on the CPU: a run with one gene. */
  const run = async (fitting: Fitting, index: number) => {
    const input = fitting.prepared.values(index, index + 1);
    const began = performance.now();
    const batch = await fitting.runner.predictValues(input);
    const { run, ...ran } = await of.one(fitting, index, input, batch, madeOf(fitting, index, batch, began));
    return { run, gene: of.detail(0, input, ran) };
  };

  const scene = async (job: Job, any: Opened): Promise<Scene> => {
    const { request } = job;
    if (request.view === "compare" && of.compare) return (await of.compare())(job, any);
    const view = requireView(job, any.model, ["gene", "set"], of.about);
    const fitting = await fit(job, any);
    if (view === "set") return (await of.set())(job, of, fitting);
    const { model, tables, genes, notes, prepared, runner } = fitting;
    const files = tables.map(({ file }) => file);
    const index = chosen(genes, request.gene, files.join(" and "), "gene");
    const shown = await run(fitting, index);
    const judged = await judgedRun(
      runner,
      shown.run,
      { coverage: request.coverage, signal: job.signal },
      fitting.unlike,
    );
    const draw = await geneShown(job, of, fitting, index, { ...shown, sets: judged.sets });
    const all = [...notes, ...judged.notes];
    const answer = behindFigure({ runner, tables, prepared, index }, all, () => of.answer());
    return {
      ...{ view, models: [model], files, names: genes, notes: all, device: "CPU" },
      choice: { kind: "gene", names: genes, chosen: index },
      result: of.result(shown.run, shown.gene),
      end: answer.end,
      render: (stage: Stage) => draw(answer.source(stage)),
    };
  };

  return { scene, read, fit, run };
}

/** Draws a gene of a run, given its index in the tables. */
export async function geneShown(
  job: Job,
  of: SceneOf,
  { runner, tables, prepared }: Fitting,
  index: number,
  { run, gene, sets }: { readonly run: GenesRun; readonly gene: OneGene; readonly sets: object | undefined },
) {
  const worker = job.request.noWhatIf ? undefined : local<PredictGeneCalls>(predictGeneHandlers(() => runner));
  const { signal } = job;
  const find = () =>
    runner.task === "change"
      ? runner.attentionSpread(tables[0]!, tables[1]!, { prepared, genes: [index], signal })
      : runner.attentionSpread(tables[0]!, { genes: [index], signal });
  const spread = await spreadShown(runner.card, find, gene.index);
  const made = provenance(run);
  return (source?: AnswerSource) =>
    html`<regulens-gene
      part="gene"
      exportparts="figure"
      .of=${of.gene}
      .run=${run}
      .gene=${gene}
      .sets=${sets}
      .spread=${spread}
      .source=${source}
      .provenance=${made}
      .worker=${worker}
    ></regulens-gene>`;
}
