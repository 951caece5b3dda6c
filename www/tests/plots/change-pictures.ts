/** Pictures of models of a change: made-up numbers, shaped like those of a trained model. */

import { dark, light } from "../../src/plots";
import { attributionWords } from "../../src/plots/explaining";
import {
  betaGroups,
  type BetaGroupsOptions,
  changeContributions,
  type ChangeContributionsOptions,
  changeHistogram,
  changeScatter,
  changeTracks,
  type ChangeTracksOptions,
} from "../../src/plots/changing";
import { activeGene, FIVE, generator } from "./inputs";

const CELLS = ["K562", "H1"] as const;
const BINS = 200;
const window = { anchor: "TSS", upstream: 10000, downstream: 10000, strand: "genomic" } as const;
const [a, b] = [activeGene(FIVE, BINS), activeGene(FIVE, BINS, 2)];
const names = (...groups: string[]): string[] => groups.flatMap((group) => FIVE.map((mark) => `${group}_${mark}`));

/** A's marks and then B's of each bin; B has a fifth of A's H3K4me3. */
const values = Float32Array.from({ length: BINS * 10 }, (_, i) => {
  const [bin, column] = [Math.floor(i / 10), i % 10];
  const mark = column % 5;
  return column < 5
    ? a.signal[bin * 5 + mark]
    : mark === 3
      ? Math.round(b.signal[bin * 5 + mark] / 5)
      : b.signal[bin * 5 + mark];
});
/** The same without H3K4me3 of A around the TSS. */
const changed = values.map((value, i) =>
  i % 10 === 3 && Math.floor(i / 10) >= 90 && Math.floor(i / 10) < 120 ? 0 : value,
);
const three = Float32Array.from([...a.alpha, ...b.alpha, ...a.alpha]);

export function tracks(overrides: Partial<ChangeTracksOptions> = {}): ChangeTracksOptions {
  return {
    ...{
      gene: "ENSG00000156508",
      marks: FIVE,
      cells: CELLS,
      binSize: 100,
      window,
      values,
      alpha: three,
      rows: names("A", "B", "diff"),
      auxiliary: [],
      auxiliaryAlpha: [],
    },
    verdict: "predicted log2 fold change −3.21, higher in K562",
    ...{ width: 1000, theme: light },
    ...overrides,
  };
}

/** The mean of five seeds, whose interval holds 0. */
const ENSEMBLE = {
  verdict: "predicted log2 fold change −3.21 (cannot say the sign, −3.91 to −2.18 in 5 seeds), higher in K562",
  ...{ foldChange: -3.21, low: -3.91, high: -2.18, interval: { coverage: 0.9, low: -6.6, high: 0.18 } },
};
const random = generator(9);
const fold = Float32Array.from({ length: 3000 }, () => 9 * (random() + random() + random() - 1.5));
const measured = fold.map((value) => (random() < 0.1 ? Number.NaN : 0.6 * value + 5 * (random() - 0.5)));
const weights = (count: number, scale: number) =>
  Array.from({ length: count }, (_, i) => ({
    value: (scale * (1 + ((i * 7) % 5))) / (3 * count),
    deviation: 0.2 / count,
  }));

function groups(overrides: Partial<BetaGroupsOptions> = {}): BetaGroupsOptions {
  const columns = overrides.columns ?? names("A", "B", "diff", "auxA", "auxB");
  return {
    ...{
      heading: "Marks of genes that go up and down",
      notes: [
        "Mean β over the genes of a predicted log2 fold change above +8, and below −8; whiskers are one standard " +
          "deviation between genes.",
      ],
      columns,
      cells: CELLS,
    },
    series: [
      { name: "up in H1, above +8 (n = 31)", colour: "ink", bars: weights(columns.length, 1) },
      { name: "down in H1, below −8 (n = 12)", colour: "grey", bars: weights(columns.length, 0.8).reverse() },
    ],
    ...{ sumsOver: columns.length, width: 1000, theme: light },
    ...overrides,
  };
}
const ofGene = {
  heading: "Attention β, ENSG00000156508",
  notes: ["β adds up to 1 over the marks of A, and to 1 over those of B."],
  columns: names("A", "B"),
  sumsOver: 5,
  series: [{ name: "β", colour: "mark", bars: weights(10, 2).map(({ value }) => ({ value })) }],
} as const;

/** With β of each track. */
export const WEIGHED = {
  columns: names("A", "B", "diff"),
  beta: weights(15, 2).map(({ value }) => value),
};

/** Name of the stored file, and how the picture is drawn. */
/** Contributions of A's marks, and smaller ones of B's. */
export function contributions(overrides: Partial<ChangeContributionsOptions> = {}): ChangeContributionsOptions {
  return {
    ...{ gene: "ENSG00000156508", cells: CELLS, binSize: 100, window, signal: values },
    marks: CELLS.flatMap((cell) => FIVE.map((mark) => `${mark}, ${cell}`)),
    coloursOf: [...FIVE, ...FIVE],
    saliency: values.map((value, i) => (value / 40) * (i % 10 < 5 ? 1 : -0.5) * (i % 5 === 2 ? -1 : 1)),
    words: attributionWords("log2 fold change", "integrated gradients", "both cell types at their midpoint"),
    ...{ width: 1000, theme: light },
    ...overrides,
  };
}

export const CHANGE_PICTURES: Readonly<Record<string, () => string>> = {
  "change-contributions-light-wide": () => changeContributions(contributions()),
  "change-contributions-dark-narrow": () => changeContributions(contributions({ theme: dark, width: 412 })),
  "change-contributions-not-measured": () =>
    changeContributions(contributions({ standIns: { "H3K4me1, K562": "0", "H3K9me3, H1": "0" }, width: 480 })),
  "change-tracks-light-wide": () => changeTracks(tracks()),
  "change-tracks-dark-narrow": () => changeTracks(tracks({ theme: dark, width: 340 })),
  "change-tracks-difference-alone-light-narrow": () =>
    changeTracks(tracks({ rows: names("diff"), alpha: a.alpha, width: 340 })),
  "change-tracks-auxiliary-dark-wide": () =>
    changeTracks(
      tracks({
        auxiliary: names("auxA", "auxB"),
        auxiliaryAlpha: Float32Array.from([...b.alpha, ...a.alpha]),
        theme: dark,
      }),
    ),
  "change-tracks-changed-signal": () =>
    changeTracks(tracks({ values: changed, before: values, region: [91, 120], width: 720 })),
  "change-tracks-not-measured": () =>
    changeTracks(
      tracks({
        standIns: { B: { H3K4me3: "1.105" } },
        unitsInWords: "Signal of A: reads per bin; of B: mean signal",
        width: 720,
      }),
    ),
  "beta-groups-not-measured": () =>
    betaGroups(
      groups({
        ...ofGene,
        series: [
          { name: "β", colour: "mark", bars: ofGene.series[0].bars.map((bar, i) => (i === 3 ? "not measured" : bar)) },
        ],
        width: 480,
      }),
    ),
  "change-tracks-ensemble-light-wide": () => changeTracks(tracks(ENSEMBLE)),
  "change-tracks-ensemble-dark-narrow": () => changeTracks(tracks({ ...ENSEMBLE, theme: dark, width: 340 })),
  "change-tracks-weighed-light-narrow": () => changeTracks(tracks({ ...WEIGHED, width: 340 })),
  "change-tracks-weighed-not-measured": () =>
    changeTracks(tracks({ ...WEIGHED, standIns: { B: { H3K4me3: "1.105" } }, theme: dark, width: 720 })),
  "change-tracks-no-signal": () =>
    changeTracks(tracks({ values: new Float32Array(BINS * 10), gene: "silent <gene>", width: 720 })),
  "change-histogram-light-wide": () => changeHistogram({ foldChange: fold, cells: CELLS, width: 1000, theme: light }),
  "change-histogram-dark-narrow": () =>
    changeHistogram({ foldChange: fold, cells: ["a cell type with a long name", "another"], width: 340, theme: dark }),
  "change-histogram-one-gene": () => changeHistogram({ foldChange: [0.3], cells: CELLS, width: 480, theme: light }),
  "change-histogram-empty-set": () => changeHistogram({ foldChange: [], cells: CELLS, width: 480, theme: light }),
  "change-scatter-light-wide": () =>
    changeScatter({
      predicted: fold,
      measured,
      r: 0.882,
      selected: { index: 3, name: "ENSG00000156508" },
      width: 720,
      theme: light,
    }),
  "change-scatter-dark-narrow": () => changeScatter({ predicted: fold, measured, r: 0.882, width: 340, theme: dark }),
  "change-scatter-two-runs": () =>
    changeScatter({
      ...{ predicted: fold, measured, r: 0.882, width: 480, theme: light },
      axes: { x: "A: Raw: d on one.csv", y: "B: Raw: c on one.csv", of: "two runs" },
    }),
  "change-scatter-two-signals": () =>
    changeScatter({
      ...{ predicted: fold, measured, r: 0.882, width: 340, theme: dark },
      axes: { x: "log2 FC, signal as measured", y: "log2 FC, H3K4me3 of both: set to zero", of: "two signals" },
    }),
  "change-scatter-none-known": () =>
    changeScatter({
      predicted: [1, 2],
      measured: [Number.NaN, Number.NaN],
      r: Number.NaN,
      width: 480,
      theme: light,
    }),
  "beta-groups-up-and-down-light-wide": () => betaGroups(groups()),
  "beta-groups-up-and-down-dark-narrow": () => betaGroups(groups({ theme: dark, width: 340 })),
  "beta-groups-one-gene-light-narrow": () => betaGroups(groups({ ...ofGene, width: 340 })),
  "beta-groups-one-gene-dark-wide": () => betaGroups(groups({ ...ofGene, theme: dark })),
  "beta-groups-none-up": () =>
    betaGroups(
      groups({
        columns: names("diff"),
        sumsOver: 5,
        series: [
          { name: "up", colour: "ink", bars: FIVE.map(() => undefined) },
          { name: "down", colour: "grey", bars: weights(5, 1) },
        ],
        width: 720,
      }),
    ),
};
