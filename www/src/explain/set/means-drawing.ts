/** Mean explanations of genes of a set: drawn, read out and saved as a table. */

import { columns } from "../../export/columns";
import { binAtPixel, type PlotFrame, readBin } from "../../plots";
import { explanationMeans, explanationMeansLayout, formatSigned, readMeans } from "../../plots/explaining";
import { columnName } from "../../tasks/shared/tables/signal";
import { atBin } from "../../tasks/shared/tables/windows";
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
    places: {
      count: bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(explanationMeansLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(
          readBin(explanationMeansLayout(options(frame)), place),
          ["Mean", ...classes.flatMap(({ name }) => [name, "± size"])],
          (bin) =>
            readMeans(options(frame), bin).map(({ mark, classes }) => ({
              name: mark,
              isMark: coloursOf !== undefined,
              values: classes.flatMap((at) => (at ? [formatSigned(at.mean), formatValueOf(at.size)] : ["–", "–"])),
            })),
        ),
    },
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
  const isMeasured = (row: number): boolean => !Object.hasOwn(standIns, rows[row]!);
  const named = Object.fromEntries(rows.flatMap((row, i) => (isMeasured(i) ? [] : [[names[i]!, standIns[row]!]])));
  const parts = classes.flatMap(({ name, mean, size }) =>
    mean && size
      ? [
          { what: `mean_${name}`, values: mean },
          { what: `mean_size_${name}`, values: size },
        ]
      : [],
  );
  return columns(
    ["bin", ...parts.flatMap(({ what }) => names.map((row) => columnName(what, row, named)))],
    Array.from({ length: bins }, (_, bin) => [
      bin + 1,
      ...parts.flatMap(({ values }) =>
        rows.map((_, row) => (isMeasured(row) ? values[bin * rows.length + row]! : Number.NaN)),
      ),
    ]),
  );
}
