/** Mean explanations of genes of a set: drawn, read out and saved as a table. */

import { type BinColumn, byBin } from "../../export/columns";
import type { PlotFrame } from "../../plots";
import { binPlaces, markRow, plainRow } from "../../plots/core/hover";
import { explanationMeans, explanationMeansLayout, formatSigned, readMeans } from "../../plots/explaining";
import { markColumn } from "../../tasks/shared/tables/signal";
import type { Drawing } from "../../ui/drawing";
import { meansSubtitle } from "./means-words";
import type { SetMeans } from "../result";
import type { ExplainedSet } from "./set";

/** A picture of means, with a row of each mark for each class of genes. */
export function meansDrawing(set: ExplainedSet, means: SetMeans): Drawing {
  const { bins } = set;
  const of = shown(set, means);
  const { rows, coloursOf, standIns } = of;
  const isSaliency = means.method === "saliency";
  const classes = [means.high, means.low].map((means, i) => ({ ...set.classes[i]!, ...means }));
  const fixed = {
    title: isSaliency ? "Mean saliency" : "Mean contributions",
    subtitle: meansSubtitle(set, means.method),
    up: isSaliency ? `more signal raises the ${set.score}` : `adds to the ${set.score}`,
    down: isSaliency ? "more signal lowers it" : "takes from it",
    ...{ marks: rows, coloursOf, binSize: set.binSize, window: set.window, classes, standIns },
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: "explanation-means",
    draw: (frame) => explanationMeans(options(frame)),
    tsv: () => meansTsv({ ...of, bins }, classes),
    places: binPlaces(
      bins,
      (frame) => explanationMeansLayout(options(frame)),
      ["Mean", ...classes.flatMap(({ name }) => [name, "± size"])],
      (bin) =>
        readMeans(fixed, bin).map(({ mark, classes }) => {
          const values = classes.flatMap((at) => (at ? [formatSigned(at.mean), formatValueOf(at.size)] : ["–", "–"]));
          return (coloursOf ? markRow : plainRow)(mark, ...values);
        }),
    ),
  };
}

/** Rows of a picture, with their names on the page and in files. */
interface Rows {
  readonly rows: readonly string[];
  /** Their marks; absent where marks are taken together. */
  readonly coloursOf: readonly string[] | undefined;
  readonly names: readonly string[];
  readonly standIns: Readonly<Record<string, string>>;
}

function shown({ rows, coloursOf, columns: names, standIns, together }: ExplainedSet, { method }: SetMeans): Rows {
  return method === "occlusion-of-bins"
    ? { rows: together.rows, coloursOf: undefined, names: together.columns, standIns: {} }
    : { rows, coloursOf, names, standIns };
}

/** A size, without a sign. */
function formatValueOf(size: number): string {
  return formatSigned(size).replace(/^\+/, "");
}

function meansTsv(
  { rows, names, bins, standIns }: Rows & { readonly bins: number },
  classes: readonly { readonly name: string; readonly mean?: Float32Array; readonly size?: Float32Array }[],
): string {
  const named = Object.fromEntries(
    rows.flatMap((row, i) => (Object.hasOwn(standIns, row) ? [[names[i]!, standIns[row]!]] : [])),
  );
  const ofRows = (what: string, values: Float32Array): BinColumn[] =>
    names.map((name, row) => markColumn(what, name, named, (bin) => values[bin * names.length + row]!));
  return byBin(
    bins,
    classes.flatMap(({ name, mean, size }) =>
      mean && size ? [...ofRows(`mean_${name}`, mean), ...ofRows(`mean_size_${name}`, size)] : [],
    ),
  );
}
