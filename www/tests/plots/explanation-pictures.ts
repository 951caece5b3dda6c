/** Pictures of explanations and analyses: made-up numbers, shaped like those of a trained model. */

import {
  classMap,
  type ClassMapOptions,
  correlationTable,
  type CorrelationOptions,
  type DeletionCurve,
  type DeletionOptions,
  deletionTest,
  explanationMeans,
  type ExplanationMeansOptions,
  heldOutTrack,
  type HeldOutOptions,
  saliencyTracks,
  type SaliencyOptions,
} from "../../src/plots/explaining";
import { dark, light } from "../../src/plots";
import { activeGene, FIVE, generator } from "./inputs";

const gene = activeGene(FIVE, 100);
const window = { anchor: "TSS", upstream: 5000, downstream: 5000, strand: "genomic" } as const;

/** A gradient [T, M] around the signal's peaks: up for marks of active genes, down for repressors. */
function gradient(marks: readonly string[], bins: number): Float32Array {
  const random = generator(4);
  return Float32Array.from({ length: bins * marks.length }, (_, i) => {
    const [bin, mark] = [Math.floor(i / marks.length), i % marks.length];
    const distance = (bin + 0.5 - bins / 2) / (0.14 * bins);
    const size = 0.02 / (1 + distance * distance) ** 2;
    const sign = /27me3|9me3/.test(marks[mark]) ? -0.7 : mark === 3 ? 1.6 : 0.8;
    return sign * size + 0.004 * (random() - 0.5);
  });
}

export function saliencyOptions(overrides: Partial<SaliencyOptions> = {}): SaliencyOptions {
  return {
    gene: "ENSG00000156508",
    marks: FIVE,
    binSize: 100,
    window,
    signal: gene.signal,
    saliency: gradient(FIVE, 100),
    width: 1000,
    theme: light,
    ...overrides,
  };
}

/** A map that has H3K4me3 and H3K4me1 around the TSS, H3K36me3 after it. */
export function classOptions(overrides: Partial<ClassMapOptions> = {}): ClassMapOptions {
  const map = Float32Array.from({ length: 500 }, (_, i) => {
    const [bin, mark] = [Math.floor(i / 5), i % 5];
    const at = [undefined, 85, 40, 52, undefined][mark];
    return at === undefined ? 0 : Math.max(0, 1 - Math.abs(bin - at) / (mark === 3 ? 9 : 16)) * (mark === 3 ? 1 : 0.6);
  });
  const losses = Float32Array.from({ length: 1000 }, (_, step) => 0.08 + 1.6 / (1 + step / 25));
  return {
    called: "on",
    purest: "that the model is most confident is on",
    marks: FIVE,
    binSize: 100,
    window,
    map,
    losses,
    settings: "λ 0.009, 1,000 steps, seed 1",
    width: 1000,
    theme: light,
    ...overrides,
  };
}

const STEPS = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100];

/** A curve that rises to `end`, early where `speed` is high. */
function rising(explanation: DeletionCurve["explanation"], speed: number, end = 0.86): DeletionCurve {
  const change = STEPS.map((step) => (end * (1 + speed) * step) / 100 / (1 + (speed * step) / 100));
  const area = STEPS.slice(1).reduce(
    (sum, step, i) => sum + ((step - STEPS[i]) / 100) * ((change[i] + change[i + 1]) / 2),
    0,
  );
  return { explanation, change, area };
}

const RANDOM = rising("random", 0.3);
const CURVES: readonly DeletionCurve[] = [
  rising("alpha", 3),
  rising("saliency", 40),
  rising("class-optimisation", 8),
  rising("signal", 14),
  {
    ...RANDOM,
    least: Array.from(RANDOM.change, (value, i) => value * (i / 11)),
    greatest: Array.from(RANDOM.change, (value, i) => value * (2 - i / 11)),
  },
];

export function deletionOptions(overrides: Partial<DeletionOptions> = {}): DeletionOptions {
  return {
    subject: "ENSG00000156508",
    orders: 8,
    called: "on",
    bins: 100,
    steps: STEPS,
    curves: CURVES,
    replacement: "its mean over the gene",
    width: 1000,
    theme: light,
    ...overrides,
  };
}

const signal = Float32Array.from(
  { length: 100 },
  (_, bin) => 0.8 + 8 / (1 + ((bin - 54) / 9) ** 2) - 3 / (1 + ((bin - 50) / 2) ** 2),
);
const alpha = Float32Array.from({ length: 100 }, (_, bin) => 0.006 + 0.03 / (1 + ((bin - 55) / 7) ** 2));

export function heldOutOptions(overrides: Partial<HeldOutOptions> = {}): HeldOutOptions {
  return {
    binSize: 100,
    window,
    track: "H3K27ac",
    signal,
    over: "3,201 genes labelled on",
    mark: "H3K4me3",
    importance: alpha,
    importanceName: "mean α",
    genes: 3120,
    correlation: 0.8912,
    width: 1000,
    theme: light,
    ...overrides,
  };
}

export function correlationOptions(overrides: Partial<CorrelationOptions> = {}): CorrelationOptions {
  return {
    mark: "H3K4me3",
    track: "H3K27ac",
    over: "Importance over 3,120 genes predicted on, H3K27ac over 3,201 genes labelled on, 100 bins",
    rows: [
      { name: "attention α", r: 0.8912, isReference: false },
      { name: "saliency, absolute", r: 0.412, isReference: false },
      { name: "saliency, signed", r: -0.1421, isReference: false },
      { name: "class optimisation", r: 0.1116, isReference: false },
      { name: "mean signal of H3K4me3 itself", r: 0.931, isReference: true },
      { name: "proximity to the TSS", r: 0.734, isReference: true },
      { name: "uniform", r: undefined, isReference: true },
    ],
    width: 1000,
    theme: light,
    ...overrides,
  };
}

/** Means of five marks: contributions are larger, and of the other sign, where genes are off. */
export function meansOptions(overrides: Partial<ExplanationMeansOptions> = {}): ExplanationMeansOptions {
  const marks = overrides.marks ?? FIVE;
  const of = overrides.coloursOf ?? marks;
  const mean = gradient(of, 100);
  const size = mean.map((value) => 1.3 * Math.abs(value) + 0.001);
  return {
    title: "Mean contributions",
    subtitle:
      "What each bin adds to the log-odds of “on”, compared with each mark’s mean over the gene (integrated " +
      "gradients), on " +
      "average over genes.",
    up: "raises the score",
    down: "lowers it",
    classes: [
      { name: "on", called: "predicted on", genes: 3120, mean, size },
      { name: "off", called: "predicted off", genes: 3480, mean: mean.map((value) => -0.4 * value), size },
    ],
    ...{ marks, binSize: 100, window, width: 1000, theme: light },
    ...overrides,
  };
}

const BOTH = ["K562", "H1"].flatMap((cell) => FIVE.map((mark) => `${mark}, ${cell}`));

/** Name of the stored file, and how the picture is drawn. */
export const EXPLANATION_PICTURES: Readonly<Record<string, () => string>> = {
  "saliency-light-wide": () => saliencyTracks(saliencyOptions()),
  "saliency-not-measured": () =>
    saliencyTracks(saliencyOptions({ standIns: { H3K4me3: "1.105" }, signalName: "mean signal", width: 720 })),
  "saliency-dark-wide": () => saliencyTracks(saliencyOptions({ theme: dark })),
  "saliency-light-narrow": () => saliencyTracks(saliencyOptions({ width: 340 })),
  "saliency-dark-narrow": () => saliencyTracks(saliencyOptions({ theme: dark, width: 340 })),
  "saliency-zero": () => saliencyTracks(saliencyOptions({ saliency: new Float32Array(500), width: 720 })),
  "saliency-zero-in-most-bins": () =>
    saliencyTracks(
      saliencyOptions({ saliency: gradient(FIVE, 100).map((value, i) => (i % 35 === 3 ? value : 0)), width: 720 }),
    ),
  "saliency-seven-marks-33-bins": () =>
    saliencyTracks(
      saliencyOptions({
        marks: [...FIVE, "H3K27ac", "H2A.Z"],
        signal: activeGene([...FIVE, "H3K27ac", "H2A.Z"], 33).signal,
        saliency: gradient([...FIVE, "H3K27ac", "H2A.Z"], 33),
        window: { anchor: "TSS", upstream: 1600, downstream: 1700 },
        width: 500,
      }),
    ),
  "class-map-light-wide": () => classMap(classOptions()),
  "class-map-dark-wide": () => classMap(classOptions({ theme: dark })),
  "class-map-light-narrow": () => classMap(classOptions({ width: 340 })),
  "class-map-dark-narrow": () => classMap(classOptions({ theme: dark, width: 340 })),
  "class-map-empty": () =>
    classMap(
      classOptions({
        called: "off",
        purest: "that the model is most confident is off",
        map: new Float32Array(500),
        losses: [0.5, 0.1],
        width: 720,
      }),
    ),
  "class-map-no-steps": () =>
    classMap(
      classOptions({
        losses: [],
        marks: ["a mark with a very long name", "H2A.Z"],
        map: new Float32Array(66).fill(1),
        width: 500,
      }),
    ),
  "deletion-light-wide": () => deletionTest(deletionOptions()),
  "deletion-dark-wide": () => deletionTest(deletionOptions({ theme: dark })),
  "deletion-light-narrow": () => deletionTest(deletionOptions({ width: 340 })),
  "deletion-dark-narrow": () => deletionTest(deletionOptions({ theme: dark, width: 340 })),
  "deletion-set": () =>
    deletionTest(
      deletionOptions({
        subject: "200 of 6,600 genes, drawn at random",
        genes: 200,
        called: undefined,
        curves: CURVES.map((curve, i) => ({
          explanation: curve.explanation,
          change: curve.change,
          area: curve.area,
          error: 0.004 * (i + 1),
        })),
        width: 900,
      }),
    ),
  "deletion-nothing-changes": () =>
    deletionTest(
      deletionOptions({
        curves: CURVES.map(({ explanation }) => ({ explanation, change: STEPS.map(() => 0), area: 0 })),
        width: 720,
      }),
    ),
  "deletion-without-attention": () =>
    deletionTest(deletionOptions({ called: "off", subject: "GENE7", curves: CURVES.slice(1), width: 720 })),
  "deletion-nothing": () => deletionTest(deletionOptions({ curves: [], width: 480 })),
  "means-light-wide": () => explanationMeans(meansOptions()),
  "means-dark-wide": () => explanationMeans(meansOptions({ theme: dark })),
  "means-light-narrow": () => explanationMeans(meansOptions({ width: 340 })),
  "means-dark-narrow": () => explanationMeans(meansOptions({ theme: dark, width: 340 })),
  "means-of-a-change": () => explanationMeans(meansOptions({ marks: BOTH, coloursOf: [...FIVE, ...FIVE], width: 720 })),
  "means-one-class-not-measured": () =>
    explanationMeans(
      meansOptions({
        standIns: { H3K9me3: "1.105" },
        classes: [
          { ...meansOptions().classes[0]!, genes: 1 },
          { name: "off", called: "predicted off", genes: 0, mean: undefined, size: undefined },
        ],
        width: 720,
      }),
    ),
  "means-zero": () =>
    explanationMeans(
      meansOptions({
        classes: meansOptions().classes.map((each) => ({
          ...each,
          mean: new Float32Array(500),
          size: new Float32Array(500),
        })),
        width: 720,
      }),
    ),
  "held-out-light-wide": () => heldOutTrack(heldOutOptions()),
  "held-out-dark-wide": () => heldOutTrack(heldOutOptions({ theme: dark })),
  "held-out-light-narrow": () => heldOutTrack(heldOutOptions({ width: 340 })),
  "held-out-dark-narrow": () => heldOutTrack(heldOutOptions({ theme: dark, width: 340 })),
  "held-out-signed": () =>
    heldOutTrack(
      heldOutOptions({
        importance: alpha.map((value, i) => (i % 3 === 0 ? -value : value)),
        importanceName: "mean saliency",
        correlation: -0.02,
        width: 720,
      }),
    ),
  "held-out-uniform": () =>
    heldOutTrack(heldOutOptions({ importance: alpha.map(() => 0.01), correlation: undefined, width: 720 })),
  "correlations-light-wide": () => correlationTable(correlationOptions()),
  "correlations-dark-wide": () => correlationTable(correlationOptions({ theme: dark })),
  "correlations-light-narrow": () => correlationTable(correlationOptions({ width: 340 })),
  "correlations-dark-narrow": () => correlationTable(correlationOptions({ theme: dark, width: 340 })),
  "correlations-references-only": () =>
    correlationTable(correlationOptions({ rows: correlationOptions().rows.slice(4), width: 720 })),
  "correlations-empty": () => correlationTable(correlationOptions({ rows: [], width: 480 })),
};
