/** Figures of explanations: their drawings, readouts and saved tables. */

import { binAtPixel, formatAttention, formatCount, formatGenes, formatValue, type PlotFrame, readBin } from "../plots";
import {
  attributionWords,
  classMap,
  classMapLayout,
  type CorrelationRow,
  correlationTable,
  type DeletionOptions,
  deletionPixel,
  deletionStep,
  deletionTest,
  explanationName,
  formatChange,
  formatSigned,
  heldOutLayout,
  heldOutTrack,
  readClassMap,
  readDeletion,
  readHeldOut,
  readSaliency,
  saliencyLayout,
  saliencyTracks,
  type SignedWords,
} from "../plots/explaining";
import { type ClassMap, type ClassName, contrastOf, type MembersSpread } from "../../../pkg/src/index";
import { bandOf, SPREAD, spreadAt } from "../tasks/genes/sure/spread";
import { signedWith } from "./answer-words";
import { columns, type Cell } from "../export/columns";
import { drawnInWords } from "./set/means-words";
import type { ExplainedSet, GeneClassNames } from "./set/set";
import type { ClassSettings, GeneExplanation, HeldOutAnalysis, Profile, SetDeletion } from "./result";
import type { FinishedRun, GeneDetail } from "../tasks/genes/result";
import type { Drawing } from "../ui/drawing";
import { headingOf, type Symbols } from "../tasks/shared/genes/names";
import { columnName, signalOf } from "../tasks/shared/tables/signal";
import { atBin, windowOf } from "../tasks/shared/tables/windows";
import { comparedWith, explainedInWords, setTo } from "./contrasts";

/** Unit of the contributions to a gene's score. */
const LOG_ODDS = "log-odds of “on”";

/** Gradient of the score along one gene; without it the signal alone, where it will stand. */
export function saliencyDrawing(
  run: FinishedRun,
  gene: GeneDetail,
  found: GeneExplanation | undefined,
  symbols?: Symbols,
): Drawing {
  return signedDrawing(run, gene, found?.saliency, { saved: "saliency", column: "saliency" }, symbols);
}

/** Draws each bin's contribution to one gene's score; until that is known the signal alone, where it will stand. */
export function contributionsDrawing(
  run: FinishedRun,
  gene: GeneDetail,
  found: Pick<GeneExplanation, "contributions"> | undefined,
  symbols?: Symbols,
): Drawing {
  const contrast = found?.contributions.baseline ?? contrastOf(run.model.card);
  const words = attributionWords(LOG_ODDS, "integrated gradients", comparedWith(contrast));
  const named = { saved: "contributions", column: "contribution", words } as const;
  const facts = found && [explainedInWords(LOG_ODDS, contrast)];
  const spread = found?.contributions.spread?.values;
  return { ...signedDrawing(run, gene, found?.contributions.values, { ...named, spread }, symbols), facts };
}

/** Names of signed values, and their spread over the members of an ensemble. */
interface SignedValues {
  readonly saved: Drawing["saved"];
  readonly column: string;
  readonly words?: SignedWords;
  readonly spread?: MembersSpread | undefined;
}

/** A signed value of each bin along one gene; none while it is computed. */
function signedDrawing(
  run: FinishedRun,
  { signal, index }: GeneDetail,
  values: Float32Array | undefined,
  { saved, column, words, spread }: SignedValues,
  symbols: Symbols | undefined,
): Drawing {
  const gene = run.genes[index];
  const fixed = {
    gene: headingOf(gene, symbols),
    marks: run.marks,
    binSize: run.model.card.bin_size,
    window: windowOf(run),
    signal,
    saliency: values,
    band: bandOf(spread, run.model.card),
    words,
    ...signalOf(run.tables[0], run.preparations[0], run.marks),
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: values ? saved : "tracks",
    gene,
    draw: (frame) => saliencyTracks(options(frame)),
    ...(values && {
      tsv: () =>
        byBin(run.bins, (bin) =>
          run.marks.flatMap((mark, row) => {
            const isMeasured = !Object.hasOwn(fixed.standIns ?? {}, mark);
            const at = bin * run.marks.length + row;
            const named = isMeasured ? mark : columnName(column, mark, fixed.standIns);
            const ends = fixed.band && spread ? spreadAt(spread, at) : [];
            const shown = (value: number): number => (isMeasured ? value : Number.NaN);
            return [
              [named, shown(values[at]!)] as const,
              ...ends.map((value, i) => [`${named}_${SPREAD[i]}`, shown(value)] as const),
            ];
          }),
        ),
    }),
    places: {
      count: run.bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(saliencyLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(saliencyLayout(options(frame)), place), ["", "signal", column], (bin) =>
          readSaliency(options(frame), bin).map((at) => ({
            name: at.mark,
            isMark: true,
            values:
              at.signal === undefined
                ? ["not measured", "–"]
                : [formatValue(at.signal), at.gradient === undefined ? "…" : signedWith(at.gradient, at.range)],
          })),
        ),
    },
  };
}

/** The purest input of a class. */
export function classDrawing(of: ExplainedSet, found: ClassMap<ClassName>, { name, purest }: GeneClassNames): Drawing {
  const { map, losses, lambda, seed } = found;
  const { rows, columns: names } = of;
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, called: name, purest, marks: rows, coloursOf: of.coloursOf, binSize: of.binSize, window: of.window },
    ...{ map, losses, settings: settingsInWords({ lambda, seed, steps: losses.length }) },
  });
  return {
    saved: `class-optimisation-${name}`,
    draw: (frame) => classMap(options(frame)),
    tsv: () => byBin(of.bins, (bin) => names.map((column, row) => [column, map[bin * names.length + row]!] as const)),
    places: {
      count: of.bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(classMapLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(classMapLayout(options(frame)), place), ["", "value"], (bin) =>
          readClassMap(options(frame), bin).map(({ mark, value }) => ({
            name: mark,
            isMark: true,
            values: [value.toFixed(2)],
          })),
        ),
    },
  };
}

/** "λ 0.009, 1,000 steps, seed 1" */
export function settingsInWords({ lambda, steps, seed }: ClassSettings): string {
  return `λ ${lambda}, ${formatCount(steps)} steps, seed ${seed}`;
}

/** The deletion test of one gene. */
export function geneDeletion(
  run: FinishedRun,
  { index, called, deletion, replaced }: GeneExplanation,
  symbols?: Symbols,
): Omit<DeletionOptions, "width" | "theme"> {
  return { ...deletion, subject: headingOf(run.genes[index], symbols), called, replacement: setTo(replaced) };
}

/** The deletion test on average. */
export function setDeletion(
  set: SetDeletion,
  { replacement, predicted, part }: Pick<ExplainedSet, "replacement" | "predicted" | "part">,
): Omit<DeletionOptions, "width" | "theme"> {
  return { ...set, subject: drawnInWords(set, part), genes: set.genes, replacement, predicted };
}

/** Curves of a deletion test. */
export function deletionDrawing(test: Omit<DeletionOptions, "width" | "theme">, gene?: string): Drawing {
  const options = (frame: PlotFrame) => ({ ...test, ...frame });
  return {
    saved: gene === undefined ? "deletion-mean" : "deletion",
    gene,
    draw: (frame) => deletionTest(options(frame)),
    tsv: () => deletionTsv(test),
    places: {
      count: test.steps.length,
      name: "step",
      at: (frame, pixel) => deletionStep(options(frame), pixel),
      read: (frame, place) => {
        const at = deletionPixel(options(frame), place);
        return {
          left: at - 1,
          right: at + 1,
          title: `${test.steps[place - 1]} of ${test.bins} bins removed`,
          columns: ["", `fall of ${test.predicted ?? `P(${test.called ?? "predicted class"})`}`],
          rows: readDeletion(options(frame), place).map(({ explanation, change }) => ({
            name: explanationName(explanation),
            isMark: false,
            values: [formatChange(change)],
          })),
        };
      },
    },
  };
}

function deletionTsv({ steps, curves }: Pick<DeletionOptions, "curves" | "steps">): string {
  const rows: Cell[][] = Array.from(steps, (step, i) => [step, ...curves.map(({ change }) => change[i])]);
  return columns(
    ["bins_removed", ...curves.map(({ explanation }) => `fall_${explanation}`)],
    [...rows, ["area", ...curves.map(({ area }) => area)], ...plantedRows(curves)],
  );
}

/** The share of what was planted that goes first; none where that is not known. */
function plantedRows(curves: DeletionOptions["curves"]): Cell[][] {
  type Planted = NonNullable<(typeof curves)[number]["planted"]>;
  const said = (name: string, of: (planted: Planted) => number | undefined): Cell[] => [
    name,
    ...curves.map(({ planted }) => (planted && of(planted)) ?? "none"),
  ];
  if (curves.every(({ planted }) => !planted)) return [];
  return [said("planted_bins", ({ bins }) => bins), said("planted_marks_in_bins", ({ places }) => places)];
}

const PROFILES: Readonly<Record<Profile["kind"], string>> = {
  alpha: "attention α",
  "alpha-beta": "attention α · β",
  saliency: "saliency, signed",
  "absolute-saliency": "saliency, absolute",
  "class-optimisation": "class optimisation",
  signal: "the mark’s own mean signal",
  difference: "its difference from the other cell type",
  "tss-distance": "nearness to the TSS",
  uniform: "uniform",
};

/** Labels of the profiles along the window. */
const ALONG: Readonly<Record<Profile["kind"], string>> = {
  alpha: "mean α",
  "alpha-beta": "mean α · β",
  saliency: "mean saliency, signed",
  "absolute-saliency": "mean absolute saliency",
  "class-optimisation": "class optimisation",
  signal: "mean signal",
  difference: "mean difference of signal",
  "tss-distance": "nearness to the TSS",
  uniform: "uniform profile",
};

/** Profiles that are no mean over genes. */
const OF_NO_GENE: ReadonlySet<Profile["kind"]> = new Set(["class-optimisation", "tss-distance", "uniform"]);

/** Profiles that an explanation must beat. */
const REFERENCES: ReadonlySet<Profile["kind"]> = new Set(["signal", "difference", "tss-distance", "uniform"]);

/** Returns the name of a profile. */
export function profileName(profile: Profile, analysis: Pick<HeldOutAnalysis, "class" | "cell">): string {
  const name = PROFILES[profile.kind];
  return profile.kind === "class-optimisation" ? `${name}, “${analysis.class}”` : name + togetherOf(profile, analysis);
}

/** Names the scope of attention where it is not the mark alone. */
function togetherOf({ kind, marksApart, cellTypesApart }: Profile, { cell }: Pick<HeldOutAnalysis, "cell">): string {
  if (kind !== "alpha" && kind !== "alpha-beta") return "";
  if (!marksApart) return ", of all marks together";
  return cell !== undefined && !cellTypesApart ? ", to the difference A − B" : "";
}

function overInWords({ classes }: ExplainedSet, { over, signalGenes, class: name }: HeldOutAnalysis): string {
  const of = classes.find((each) => each.name === name);
  return `${formatGenes(signalGenes)} ${over === "labelled" ? of?.labelled : of?.called}`;
}

/** "H3K4me3", of a change "H3K4me3 in H1". */
function markOf({ tables }: ExplainedSet, { mark, cell }: HeldOutAnalysis): string {
  const table = cell && tables.find((each) => each.cell === cell);
  return table ? `${mark} in ${table.name}` : mark;
}

/** Figure 2b: the held-out track above, one profile below. */
export function heldOutDrawing(of: ExplainedSet, analysis: HeldOutAnalysis, profile: Profile): Drawing {
  const { track, mark, signal, genes } = analysis;
  const along = ALONG[profile.kind];
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, binSize: of.binSize, window: of.window, track, signal, over: overInWords(of, analysis) },
    mark: markOf(of, analysis),
    coloursOf: mark,
    importance: profile.values,
    importanceName:
      profile.kind === "class-optimisation" ? `${along}, “${analysis.class}”` : along + togetherOf(profile, analysis),
    genes: OF_NO_GENE.has(profile.kind) ? undefined : genes,
    called: of.classes.find(({ name }) => name === analysis.class)?.called,
    correlation: profile.r,
  });
  return {
    saved: "held-out",
    draw: (frame) => heldOutTrack(options(frame)),
    tsv: () =>
      byBin(of.bins, (bin) => [
        [track, signal[bin]!],
        ...analysis.profiles.map(({ kind, values }) => [`${mark}_${kind}`, values[bin]!] as const),
      ]),
    places: {
      count: signal.length,
      name: "bin",
      at: (frame, pixel) => binAtPixel(heldOutLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(heldOutLayout(options(frame)), place), ["", "mean"], (bin) => {
          const at = readHeldOut(options(frame), bin);
          return [
            { name: track, isMark: true, values: [formatValue(at.signal)] },
            {
              name: `${markOf(of, analysis)}, ${profileName(profile, analysis)}`,
              isMark: false,
              values: [profile.kind === "alpha" ? formatAttention(at.importance) : formatSigned(at.importance)],
            },
          ];
        }),
    },
  };
}

/** Table 3: every explanation's correlation with the track, and those of what explains nothing. */
export function correlationDrawing(of: ExplainedSet, analysis: HeldOutAnalysis): Drawing {
  const { track, genes, profiles, signal } = analysis;
  const mark = markOf(of, analysis);
  const rows = profiles.map((profile): CorrelationRow => ({
    name: profileName(profile, analysis),
    r: profile.r,
    isReference: REFERENCES.has(profile.kind),
  }));
  const over =
    `Importance of ${mark} over ${formatGenes(genes)} ` +
    `${of.classes.find(({ name }) => name === analysis.class)?.called}; ${track} over ${overInWords(of, analysis)}; ` +
    `${signal.length} bins`;
  return {
    saved: "correlations",
    draw: (frame) => correlationTable({ ...frame, mark, track, over, rows }),
    tsv: () =>
      columns(
        ["explanation", "pearson_r"],
        profiles.map(({ kind, r }) => [kind, r ?? "none"]),
      ),
  };
}

/** A row a bin, numbered from 1. */
function byBin(bins: number, cells: (bin: number) => readonly (readonly [string, number])[]): string {
  const names = cells(0).map(([name]) => name);
  return columns(
    ["bin", ...names],
    Array.from({ length: bins }, (_, bin) => [bin + 1, ...cells(bin).map(([, value]) => value)]),
  );
}
