/** The map of genes by samples, as a figure of the page. */

import { columns as tsv } from "../../../export/columns";
import type { Provenance } from "../../../export";
import type { PlotFrame } from "../../../plots";
import { formatCount } from "../../../plots/core/format";
import { sampleCell, sampleCellAt, sampleMap, sampleMapLayout, sampleMapRows } from "../../../plots/genes/sample-map";
import type { Drawing } from "../../../ui/drawing";
import { type GeneNames, inFull } from "../../shared/genes/names";
import { modelName } from "../../../session/state";
import type { GenesRun } from "../result";
import { factsOf } from "../../shared/figure-facts";
import { type SampleMatrix, valueIn } from "./matrix";
import type { Sampled } from "./sampled";

/** The listed genes and the samples, each in their order. */
export interface Arranged {
  readonly matrix: SampleMatrix;
  readonly listed: Uint32Array;
  readonly order: readonly number[];
}

/** The map; each position is a cell. */
export function mapDrawing({ matrix, listed, order }: Arranged, { names }: GeneNames, of: Sampled): Drawing {
  const samples = order.map((sample) => matrix.samples[sample]!);
  const genes = Array.from(listed, (gene) => names[gene]!.symbol ?? names[gene]!.id);
  const values = Float32Array.from({ length: listed.length * order.length }, (_, i) =>
    valueIn(matrix, listed[Math.floor(i / order.length)]!, order[i % order.length]!),
  );
  const { value, high } = of;
  // The scale covers all genes, so that colours do not depend on the listing.
  const scale = of.scale(matrix.values);
  const isHigh = (each: number): boolean => of.call(each) === 1;
  const options = (frame: PlotFrame) => ({ ...frame, samples, genes, values, value, high, isHigh, scale });
  return {
    saved: "samples",
    draw: (frame) => sampleMap(options(frame)),
    tsv: () =>
      tsv(
        ["gene", ...samples],
        Array.from(listed, (gene, i) => [
          matrix.genes[gene]!,
          ...values.subarray(i * order.length, (i + 1) * order.length),
        ]),
      ),
    places: {
      count: Math.max(1, sampleMapRows(genes.length) * order.length),
      name: "cell",
      row: order.length,
      at: (frame, x, y) => sampleCellAt(options(frame), x, y),
      read: (frame, place) => {
        const cell = sampleCell(options(frame), place);
        if (!cell) return undefined;
        const { left, column } = sampleMapLayout(options(frame));
        const { from, to, sample, mean } = cell;
        const isOne = to - from === 1;
        const among = `${formatCount(from + 1)} to ${formatCount(to)} of ${formatCount(genes.length)} listed`;
        return {
          ...{ left: left + column * sample, right: left + column * (sample + 1) },
          title: isOne ? inFull(names[listed[from]!]!) : `Genes ${among}`,
          columns: ["Sample", isOne ? value : `Mean ${value}`],
          rows: [
            {
              ...{ name: samples[sample]!, isMark: false },
              values: [Number.isNaN(mean) ? "not in the sample" : of.format(mean)],
            },
          ],
        };
      },
    },
  };
}

/** Provenance of a figure of samples: all their files, and the model. */
export function provenanceOf(
  run: GenesRun,
  files: readonly string[],
  facts: readonly string[],
  isOffScale: boolean,
): Provenance {
  const { program, date, model, tables } = run;
  return {
    ...{ table: files.join(", "), model: modelName(model), sha256: model.sha256, program, date },
    facts: [...factsOf(model.card, tables, isOffScale ? [""] : []), ...facts],
  };
}
