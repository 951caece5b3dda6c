/** Comparison of stored runs of models of genes: the parts shared by all outcomes. */

import type { Provenance } from "../../export";
import { plainRow } from "../../plots/core/hover";
import { dotPlaces, type PairsPlot } from "../../plots/marks/dots";
import type { Drawing } from "../../ui/drawing";
import { valueIn } from "../shared/compare/comparison";
import type { Facet } from "../shared/compare/facet";
import type { KeptRun } from "../shared/compare/comparing";
import { lettered } from "../shared/compare/provenance";
import { valuesIn } from "../shared/compare/scatter";
import { headingOf } from "../shared/genes/names";
import { provenance } from "./saved/record";
import { type GenesRun, runName, tablesInWords } from "./result";

/** Provenance of a figure with several runs. */
export function provenanceOf(kept: readonly KeptRun<GenesRun>[]): Provenance {
  return lettered(
    kept,
    kept.map(({ run }) => provenance(run)),
  );
}

/** The tracks of one gene in each run, on the same scales. */
export function tracksOfRuns<Run, Detail, Scale>(
  kept: readonly Pick<KeptRun<Run>, "run" | "letter">[],
  details: readonly Detail[],
  scaleOf: (runs: readonly Run[], details: readonly Detail[]) => Scale,
  draw: (run: Run, detail: Detail, scale: Scale) => Drawing,
): Drawing[] {
  const runs = kept.map(({ run }) => run);
  const scale = scaleOf(runs, details);
  return runs.map((run, i) => {
    const drawing = draw(run, details[i]!, scale);
    return { ...drawing, gene: `${drawing.gene}.${kept[i]!.letter}` };
  });
}

/** Predictions for all shared genes in one run (horizontal) and in another (vertical). */
interface Pairs {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly xName: string;
  readonly yName: string;
  readonly selected: { readonly index: number; readonly name: string } | undefined;
  /** Pearson's r, once it is known. */
  r(): number | undefined;
}

/** Parts of the comparison that all outcomes share, with a scatter plot of predictions. */
export function facetOf(
  asked: string,
  format: (value: number) => string,
  plot: (pairs: Pairs) => PairsPlot,
): Pick<Facet, "format" | "attention" | "on" | "file" | "named" | "provenance" | "scatter"> {
  return {
    format,
    attention: () => ["Attention"],
    on: (run) => tablesInWords(run as GenesRun),
    file: (run) => (run as GenesRun).tables[0].file,
    named: (run) => runName(run as GenesRun),
    provenance: (kept) => provenanceOf(kept as readonly KeptRun<GenesRun>[]),
    scatter: (kept, comparison, pair, r, gene, symbols) => {
      const name = (run: number): string => `${kept[run]!.letter}: ${runName(kept[run]!.run as GenesRun)}`;
      const pairs = { x: valuesIn(comparison, pair[0]), y: valuesIn(comparison, pair[1]) };
      const drawn = plot({
        ...{ ...pairs, r, xName: name(pair[0]), yName: name(pair[1]) },
        selected: gene === undefined ? undefined : { index: gene, name: headingOf(comparison.genes[gene]!, symbols) },
      });
      return {
        saved: "scatter",
        draw: drawn.draw,
        places: dotPlaces(drawn, pairs, [...comparison.genes.keys()], (at) => ({
          title: headingOf(comparison.genes[at]!, symbols),
          columns: ["Run", asked],
          rows: pair.map((run) => plainRow(kept[run]!.letter, format(valueIn(comparison, run, at)))),
        })),
      };
    },
  };
}
