/** Figures of explanations: their drawings, readouts and saved tables. */

import { formatAttention, formatCount, formatGenes, formatValue, type PlotFrame } from "../plots";
import { binPlaces, markRow, plainRow } from "../plots/core/hover";
import {
  attributionWords,
  classMap,
  classMapLayout,
  type CorrelationRow,
  correlationTable,
  type DeletionOptions,
  deletionPlaces,
  deletionTest,
  formatSigned,
  heldOutLayout,
  heldOutTrack,
  readClassMap,
  readHeldOut,
  readSaliency,
  saliencyLayout,
  saliencyTracks,
  type SignedWords,
} from "../plots/explaining";
import { type ClassMap, type ClassName, contrastOf, type MembersSpread } from "../../../pkg/src/index";
import { bandOf, SPREAD } from "../tasks/shared/members";
import { signedRow } from "./answer-words";
import { type BinColumn, byBin, type Cell, columns } from "../export/columns";
import { drawnInWords } from "./set/means-words";
import type { ExplainedSet, GeneClassNames } from "./set/set";
import type {
  SignalOfGene,
  ExplainedRun,
  ClassSettings,
  GeneExplanation,
  HeldOutAnalysis,
  Profile,
  SetDeletion,
} from "./result";
import type { Drawing } from "../ui/drawing";
import { headingOf, type Symbols } from "../tasks/shared/genes/names";
import { columnName, signalOf } from "../tasks/shared/tables/signal";
import { windowOf } from "../tasks/shared/tables/windows";
import { comparedWith, explainedInWords, setTo } from "./contrasts";

/** Unit of the contributions to the score of an on/off model. */
const LOG_ODDS = "log-odds of “on”";

/** Gradient of the score along one gene; without it only the signal, in its final position. */
export function saliencyDrawing(
  run: ExplainedRun,
  gene: SignalOfGene,
  found: GeneExplanation | undefined,
  symbols?: Symbols,
): Drawing {
  return signedDrawing(run, gene, found?.saliency, { saved: "saliency", column: "saliency" }, symbols);
}

/**
 * Draws each bin's contribution to one gene's score, in its unit; until it is known only the signal, in its final
 * position.
 */
export function contributionsDrawing(
  run: ExplainedRun,
  gene: SignalOfGene,
  found: Pick<GeneExplanation, "contributions"> | undefined,
  symbols?: Symbols,
  unit = LOG_ODDS,
): Drawing {
  const contrast = found?.contributions.baseline ?? contrastOf(run.model.card);
  const words = attributionWords(unit, "integrated gradients", comparedWith(contrast));
  const named = { saved: "contributions", column: "contribution", words } as const;
  const facts = found && [explainedInWords(unit, contrast)];
  const spread = found?.contributions.spread?.values;
  return { ...signedDrawing(run, gene, found?.contributions.values, { ...named, spread }, symbols), facts };
}

/** Names of signed values, and their spread over ensemble members. */
interface SignedValues {
  readonly saved: Drawing["saved"];
  readonly column: string;
  readonly words?: SignedWords;
  readonly spread?: MembersSpread | undefined;
}

/** A signed value of each bin along one gene; absent while it is being computed. */
function signedDrawing(
  run: ExplainedRun,
  { signal, index }: SignalOfGene,
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
        byBin(
          run.bins,
          run.marks.flatMap((mark, row) => {
            const isMeasured = !Object.hasOwn(fixed.standIns ?? {}, mark);
            const named = isMeasured ? mark : columnName(column, mark, fixed.standIns);
            const of = (name: string, from: Float32Array): BinColumn => [
              name,
              (bin) => (isMeasured ? from[bin * run.marks.length + row]! : Number.NaN),
            ];
            const ends = fixed.band && spread ? SPREAD.map((end) => of(`${named}_${end}`, spread[end])) : [];
            return [of(named, values), ...ends];
          }),
        ),
    }),
    places: binPlaces(
      run.bins,
      (frame) => saliencyLayout(options(frame)),
      ["", "signal", column],
      (bin) => readSaliency(fixed, bin).map(signedRow),
    ),
  };
}

/** The optimised input of a class. */
export function classDrawing(of: ExplainedSet, found: ClassMap<ClassName>, { name, purest }: GeneClassNames): Drawing {
  const { map, losses, lambda, seed } = found;
  const { rows, columns: names } = of;
  const fixed = {
    ...{ called: name, purest, marks: rows, coloursOf: of.coloursOf, binSize: of.binSize, window: of.window },
    ...{ map, losses, settings: settingsInWords({ lambda, seed, steps: losses.length }) },
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: `class-optimisation-${name}`,
    draw: (frame) => classMap(options(frame)),
    tsv: () =>
      byBin(
        of.bins,
        names.map((column, row) => [column, (bin) => map[bin * names.length + row]!] as const),
      ),
    places: binPlaces(
      of.bins,
      (frame) => classMapLayout(options(frame)),
      ["", "value"],
      (bin) => readClassMap(fixed, bin).map(({ mark, value }) => markRow(mark, value.toFixed(2))),
    ),
  };
}

/** Settings in words: "λ 0.009, 1,000 steps, seed 1". */
export function settingsInWords({ lambda, steps, seed }: ClassSettings): string {
  return `λ ${lambda}, ${formatCount(steps)} steps, seed ${seed}`;
}

/** The deletion test of one gene. */
export function geneDeletion(
  run: ExplainedRun,
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
  return {
    saved: gene === undefined ? "deletion-mean" : "deletion",
    gene,
    draw: (frame) => deletionTest({ ...test, ...frame }),
    tsv: () => deletionTsv(test),
    places: deletionPlaces(
      test,
      `fall of ${test.predicted ?? `P(${test.called ?? "predicted class"})`}`,
      (step) => `${step} of ${test.bins} bins removed`,
    ),
  };
}

function deletionTsv({ steps, curves }: Pick<DeletionOptions, "curves" | "steps">): string {
  const rows: Cell[][] = Array.from(steps, (step, i) => [step, ...curves.map(({ change }) => change[i])]);
  return columns(
    ["bins_removed", ...curves.map(({ explanation }) => `fall_${explanation}`)],
    [...rows, ["area", ...curves.map(({ area }) => area)], ...plantedRows(curves)],
  );
}

/** Rows with the recall of planted marks; empty if the truth is unknown. */
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

/** Profiles that are not means over genes. */
const OF_NO_GENE: ReadonlySet<Profile["kind"]> = new Set(["class-optimisation", "tss-distance", "uniform"]);

/** Profiles that an explanation should outperform. */
const REFERENCES: ReadonlySet<Profile["kind"]> = new Set(["signal", "difference", "tss-distance", "uniform"]);

/** Returns the name of a profile. */
export function profileName(profile: Profile, analysis: Pick<HeldOutAnalysis, "class" | "cell">): string {
  const name = PROFILES[profile.kind];
  return profile.kind === "class-optimisation" ? `${name}, “${analysis.class}”` : name + togetherOf(profile, analysis);
}

/** Names the scope of attention if it is not that of the mark alone. */
function togetherOf({ kind, marksApart, cellTypesApart }: Profile, { cell }: Pick<HeldOutAnalysis, "cell">): string {
  if (kind !== "alpha" && kind !== "alpha-beta") return "";
  if (!marksApart) return ", of all marks together";
  return cell !== undefined && !cellTypesApart ? ", to the difference A − B" : "";
}

function overInWords({ classes }: ExplainedSet, { over, signalGenes, class: name }: HeldOutAnalysis): string {
  const of = classes.find((each) => each.name === name);
  return `${formatGenes(signalGenes)} ${over === "labelled" ? of?.labelled : of?.called}`;
}

/** A mark in words: "H3K4me3", for a change "H3K4me3 in H1". */
function markOf({ tables }: ExplainedSet, { mark, cell }: HeldOutAnalysis): string {
  const table = cell && tables.find((each) => each.cell === cell);
  return table ? `${mark} in ${table.name}` : mark;
}

/** Figure 2b: the held-out track above, one profile below. */
export function heldOutDrawing(of: ExplainedSet, analysis: HeldOutAnalysis, profile: Profile): Drawing {
  const { track, mark, signal, genes } = analysis;
  const along = ALONG[profile.kind];
  const fixed = {
    ...{ binSize: of.binSize, window: of.window, track, signal, over: overInWords(of, analysis) },
    mark: markOf(of, analysis),
    coloursOf: mark,
    importance: profile.values,
    importanceName:
      profile.kind === "class-optimisation" ? `${along}, “${analysis.class}”` : along + togetherOf(profile, analysis),
    genes: OF_NO_GENE.has(profile.kind) ? undefined : genes,
    called: of.classes.find(({ name }) => name === analysis.class)?.called,
    correlation: profile.r,
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: "held-out",
    draw: (frame) => heldOutTrack(options(frame)),
    tsv: () =>
      byBin(of.bins, [
        [track, (bin) => signal[bin]!],
        ...analysis.profiles.map(({ kind, values }) => [`${mark}_${kind}`, (bin: number) => values[bin]!] as const),
      ]),
    places: binPlaces(
      signal.length,
      (frame) => heldOutLayout(options(frame)),
      ["", "mean"],
      (bin) => {
        const at = readHeldOut(fixed, bin);
        const importance = profile.kind === "alpha" ? formatAttention(at.importance) : formatSigned(at.importance);
        return [
          markRow(track, formatValue(at.signal)),
          plainRow(`${fixed.mark}, ${profileName(profile, analysis)}`, importance),
        ];
      },
    ),
  };
}

/** Table 3: the correlations of every explanation and of the baselines with the track. */
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
