/** Record of a run, for saved files. */

import type { Provenance } from "../../../export";
import { standInsIn, standInsInWords } from "../../shared/stand-ins";
import { preparationInWords } from "../../../session/preparation";
import { modelName } from "../../../session/state";
import type { MeasuredLevels } from "../level/measured";
import { measuredTogether, onTogether, scoreTogether } from "../together";
import type { MeasuredGenes } from "../on-off/measured/measured";
import { factsOf } from "../../shared/figure-facts";
import { deviceRecord, modelRecord } from "../../shared/run/record";
import { type GenesRun, type LevelRun, UNIT } from "../result";
import { together } from "../together";
import { isOfLevels, numberSure, type Sets } from "../sure/sets";

/** Provenance of a figure of a run; `facts` are added to it. */
export function provenance(run: GenesRun, facts: readonly string[] = []): Provenance {
  const { program, date, model, tables, preparations } = run;
  const said = tables.map(({ file, notes }, i) => {
    const prepared = [...standInsInWords(notes), ...preparationInWords(preparations[i]!)];
    const cell = tables.length > 1 ? `${"AB"[i]}: ` : "";
    return `${cell}${file}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}`;
  });
  return {
    table: said.join(", "),
    model: modelName(model),
    sha256: model.sha256,
    program,
    date,
    facts: [
      ...("symmetric" in run && run.symmetric ? ["symmetric form, (f(A, B) − f(B, A)) / 2"] : []),
      ...factsOf(model.card, tables, run.offScale?.flat()),
      ...facts,
    ],
  };
}

/** Everything needed to repeat a run, with a summary, as JSON; `hashes` are the SHA-256 of its tables. */
export function runRecord(
  run: GenesRun,
  measured?: MeasuredGenes | MeasuredLevels,
  sets?: Sets,
  hashes: readonly (string | undefined)[] = [],
): string {
  const { model, device } = run;
  const { genes, part, isWhole } = together(run);
  const made = { program: run.program, date: run.date };
  const used = { ...modelRecord(model), attends: model.description.attends };
  const on = { ...deviceRecord(device), genes_per_second: device.measured ?? null };
  const seconds = {
    genes_on_gpu: run.genesOnGpu,
    seconds: Number(run.seconds.toFixed(3)),
    ...(part ? { part, statistics_of: isWhole ? `all ${genes} genes of the run` : `these ${genes} genes` } : {}),
  };
  const [a, b] = run.tables.map(({ file, layout, genes, bins, marks, notes }, i) => ({
    table: {
      ...{ file, sha256: hashes[i] ?? null, layout, genes: genes.length, bins, marks, notes },
      not_measured: standInsIn(notes).map(({ mark, value }) => ({ mark, stands_in: Number(value) })),
    },
    preparation: {
      select_bins: run.preparations[i]!.selectBins ?? null,
      scale: run.preparations[i]!.scale ?? null,
    },
    unlike_training: run.offScale?.[i] ?? [],
  }));
  const record =
    "probability" in run
      ? {
          ...{ ...made, model: used, ...a, device: on, ...seconds },
          ...onRecord(run, measured as MeasuredGenes | undefined),
          ...setsRecord(sets),
        }
      : "level" in run
        ? {
            ...{ ...made, model: used, prediction: UNIT, ...a, device: on, ...seconds },
            ...levelRecord(run, measured as MeasuredLevels | undefined),
            ...setsRecord(sets),
          }
        : {
            ...{ ...made, model: used, prediction: "log2((B + 1) / (A + 1))" },
            form: run.symmetric ? "symmetric: (f(A, B) - f(B, A)) / 2" : "as published: f(A, B)",
            ...Object.fromEntries(
              [a!, b!].map(({ table, ...done }, i) => [
                "ab"[i]!,
                {
                  cell_type: (i === 0 ? model.card.cell_type : model.card.cell_type_b) ?? null,
                  table: { ...table, ...done, unmatched: run.unmatched[i]!.length },
                },
              ]),
            ),
            ...{ device: on, genes: run.genes.length, ...seconds },
            predicted_higher_in_b: together(run).predicted.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0),
            ...setsRecord(sets),
          };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Coverage of the sets, and number of single-class sets; or of intervals, and number that exclude 0. */
function setsRecord(sets: Sets | undefined) {
  if (!sets) return {};
  const { coverage, intervals } = sets;
  if (isOfLevels(sets)) return { intervals: { coverage } };
  const sure = numberSure(sets);
  return intervals ? { intervals: { coverage, without_0: sure } } : { sets: { coverage, of_one_class: sure } };
}

/** Agreement of the levels with measurements. */
function levelRecord(run: LevelRun, measured: MeasuredLevels | undefined) {
  if (!measured) return {};
  const { file, known } = measured;
  const { n = known.length, ...score } = scoreTogether(run, measured) ?? {};
  return { measured: { file, genes: n, ...score } };
}

/** Genes predicted on, and the accuracy of that. */
function onRecord(run: Parameters<typeof onTogether>[0], measured: MeasuredGenes | undefined) {
  const { genes, on, auroc } = onTogether(run);
  const ofMeasured = measured && measuredTogether(run, measured);
  return {
    ...{ predicted_on: on, predicted_off: genes - on, auroc: auroc ?? null },
    ...(ofMeasured && {
      measured: {
        ...{ file: ofMeasured.file, genes: ofMeasured.genes, on: ofMeasured.on },
        ...{ on_at_or_above: measured.median ?? null, auroc: ofMeasured.auroc ?? null },
      },
    }),
  };
}
