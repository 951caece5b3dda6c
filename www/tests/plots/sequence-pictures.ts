/** Pictures along a sequence: made-up numbers, shaped like those of a trained model. */

import { dark, light } from "../../src/plots";
import {
  attentionMap,
  type AttentionMapOptions,
  baseContributions,
  type ContributionsOptions,
  headAttention,
  type HeadAttentionOptions,
  mutagenesis,
  type MutagenesisOptions,
  type NamedStretch,
  patternLogos,
  type PatternLogosOptions,
  positionFunctions,
  type PositionFunctionsOptions,
  type SequenceGene,
  type SequenceGenes,
  sequenceTracks,
  type SequenceTracksOptions,
  variantTracks,
  comparedTracks,
  type ComparedTracksOptions,
  type VariantTracksOptions,
} from "../../src/plots/sequences";

const peak = (bin: number, at: number, width: number): number => Math.exp(-(((bin - at) / width) ** 2));
const noise = (i: number): number => Math.abs(Math.sin(12.9898 * i) * 43758.5453) % 1;
const BINS = 960;
const atac = Float32Array.from(
  { length: BINS },
  (_, i) => 4 + 60 * peak(i, 200, 6) + 35 * peak(i, 480, 12) + 48 * peak(i, 731, 4),
);
const measured = atac.map((value, i) => Math.max(0, value * (0.5 + noise(i)) - 2));
const tracks = [
  { name: "ATAC", assay: "ATAC", predicted: atac, measured: { values: measured, file: "atac.bedgraph", r: 0.812 } },
  { name: "RNA polymerase II", assay: "ChIP", predicted: atac.map((value, i) => value / 3 + 8 * peak(i, 500, 60)) },
];
const along = { record: "chrIV", origin: 4096, binSize: 128 };

export function sequenceOptions(changed: Partial<SequenceTracksOptions> = {}): SequenceTracksOptions {
  return { ...along, tracks, view: [0, BINS], width: 1000, theme: light, ...changed };
}

/** The same by five seeds, which are farther apart where more is predicted. */
const banded = () =>
  tracks.map((track) => {
    const apart = (i: number): number => track.predicted[i]! * (0.08 + 0.25 * noise(i + 7));
    const at = (sign: number) => track.predicted.map((value, i) => Math.max(0, value + sign * apart(i)));
    return { ...track, band: { low: at(-1), high: at(1), of: "5 seeds" } };
  });

/** Tracks with intervals, which reach further up than down, and further where more is predicted. */
const withIntervals = (of: readonly SequenceTracksOptions["tracks"][number][] = tracks, coverage = 0.9) =>
  of.map((track) => {
    const half = (value: number): number => 6 + 1.5 * Math.sqrt(value) + value / 4;
    const at = (sign: number) => Float32Array.from(track.predicted, (value) => Math.max(0, value + sign * half(value)));
    return { ...track, interval: { coverage, low: at(-1), high: at(1) } };
  });

/** A gene with so many exons, its name and strand. */
function gene(id: string, strand: SequenceGene["strand"], start: number, end: number, exons: number): SequenceGene {
  const step = (end - start) / (2 * exons - 1);
  const ends = Array.from({ length: 2 * exons }, (_, i) => Math.round(start + i * step));
  return {
    id,
    name: id.startsWith("Y") ? null : id,
    strand,
    start,
    end,
    tss: strand === "-" ? end - 1 : start,
    exons: ends,
  };
}

export const GENES: SequenceGenes = {
  file: "a-file-with-a-long-name-of-all-genes.gtf.gz",
  more: 0,
  genes: [
    gene("YIA1", "+", 5_000, 34_000, 7),
    gene("TSTA2", "-", 28_600, 28_900, 1),
    gene("LAP<3>", "-", 30_000, 52_000, 3),
    gene("Y-no-strand", ".", 60_000, 64_000, 2),
    gene("GET4", "+", 66_500, 66_950, 1),
    gene("ATG9", "+", 66_800, 67_300, 1),
    gene("SPANNER", "+", 2_000, 126_000, 24),
    gene("LAST1", "-", 118_000, 125_000, 2),
  ].sort((a, b) => a.start - b.start),
};

/** So many genes that none has room for its name. */
const CROWD: SequenceGenes = {
  ...GENES,
  genes: Array.from({ length: 700 }, (_, i) => gene(`Y${i}`, i % 3 ? "+" : "-", 3_000 + 170 * i, 3_110 + 172 * i, 1)),
};

const W = 128;
const HEADS = 3;
/** Heads that look before, behind and everywhere. */
export const weights = Float32Array.from({ length: HEADS * W }, (_, i) => {
  const [head, bin] = [Math.floor(i / W), i % W];
  return [0.002 + 0.3 * peak(bin, 30, 2), 0.001 + 0.12 * peak(bin, 90, 5), 1 / W][head];
});

function headOptions(changed: Partial<HeadAttentionOptions> = {}): HeadAttentionOptions {
  return {
    ...along,
    origin: 0,
    layer: 0,
    layers: 1,
    bin: 64,
    bins: W,
    weights,
    crop: 16,
    heads: [0, 1, 2],
    view: [0, W],
    width: 1000,
    theme: light,
    ...changed,
  };
}

function mapOptions(changed: Partial<AttentionMapOptions> = {}): AttentionMapOptions {
  return {
    ...along,
    origin: 0,
    view: [0, W],
    title: "Head 1 of layer 1",
    top: 0.12,
    isChange: false,
    pinned: 64,
    width: 720,
    theme: light,
    ...changed,
  };
}

const functions = Float32Array.from({ length: HEADS * (2 * W - 1) }, (_, i) => {
  const offset = (i % (2 * W - 1)) - (W - 1);
  if (offset === 0) return 0;
  const [left, right] = [
    [0.3, 2.5],
    [1.2, 1.1],
    [4, 0.2],
  ][Math.floor(i / (2 * W - 1))];
  return Math.min(
    Math.exp(-0.01 * left * Math.max(offset + W / 2, 0)),
    Math.exp(-0.01 * right * Math.max(-offset + W / 2, 0)),
  );
});

function functionOptions(changed: Partial<PositionFunctionsOptions> = {}): PositionFunctionsOptions {
  return {
    layer: 0,
    layers: 1,
    heads: HEADS,
    bins: W,
    binSize: 128,
    values: functions,
    width: 720,
    theme: light,
    ...changed,
  };
}

function variantOptions(changed: Partial<VariantTracksOptions> = {}): VariantTracksOptions {
  const reference = atac.slice(0, 400);
  const alternative = reference.map((value, i) => value * (1 - 0.5 * peak(i, 200, 10)) + 6 * peak(i, 240, 8));
  return {
    ...along,
    view: [150, 300],
    variant: "chrIV:29,760 A>G",
    position: 29_759,
    tracks: [
      { name: "ATAC", assay: "ATAC", reference, alternative },
      { name: "MNase", assay: "MNase", reference, alternative: reference },
    ],
    width: 1000,
    theme: light,
    ...changed,
  };
}

function comparedOptions(changed: Partial<ComparedTracksOptions> = {}): ComparedTracksOptions {
  const own = atac.slice(0, 400);
  const other = own.map((value, i) =>
    i < 190 ? Number.NaN : value * (1 - 0.4 * peak(i, 200, 10)) + 4 * peak(i, 240, 8),
  );
  return {
    ...along,
    view: [150, 300],
    names: ["A: Attention-Basenji, ATAC", "B: Basenji, ATAC"],
    values: [own, other],
    unit: "reads per bin",
    ...{ width: 1000, theme: light },
    ...changed,
  };
}

const codes = Uint8Array.from({ length: 60 }, (_, i) => (i === 33 ? 4 : Math.floor(4 * noise(i + 1))));
const change = Float32Array.from({ length: 240 }, (_, i) =>
  i % 4 === codes[Math.floor(i / 4)]
    ? 0
    : -3 * peak(Math.floor(i / 4), 20, 4) + 1.2 * peak(Math.floor(i / 4), 48, 2) + 0.3 * (noise(i) - 0.5),
);

/** The mean fall by the three other bases, as the engine gives it. */
const contributionOf = (change: ArrayLike<number>): number[] =>
  Array.from(codes, (code, i) =>
    code > 3 ? 0 : -[0, 1, 2, 3].reduce((sum, base) => sum + (change[4 * i + base] ?? 0), 0) / 3,
  );

function mutagenesisOptions(changed: Partial<MutagenesisOptions> = {}): MutagenesisOptions {
  return {
    record: "chrIV",
    track: "ATAC",
    start: 29_730,
    codes,
    change,
    contribution: contributionOf(changed.change ?? change),
    reference: 310.4,
    bins: 9,
    width: 1000,
    theme: light,
    ...changed,
  };
}

/** A motif's matrix whose letters stand out in its middle. */
const matrix = (bases: string): number[][] =>
  [...bases].map((base, i) => {
    const rest = 0.02 + 0.2 * (Math.abs(i - (bases.length - 1) / 2) / bases.length);
    return [..."ACGT"].map((each) => (each === base ? 1 - 3 * rest : rest));
  });

const STRETCHES: readonly NamedStretch[] = [
  { name: "Reb1", start: 30_200, end: 30_209, strand: "+", rows: matrix("TTACCCGGC") },
  { name: "Rap1", start: 30_214, end: 30_227, strand: "-", rows: matrix("GATGTATGGGTGT") },
  { name: "Gcn4", start: 30_222, end: 30_231, strand: "+", rows: matrix("ATGACTCAT") },
  { name: "a-motif-with-a-<long>-name", start: 31_800, end: 31_812, strand: "+", rows: matrix("CACGTGACGTCA") },
];

function contributionOptions(changed: Partial<ContributionsOptions> = {}): ContributionsOptions {
  const [start, count] = [29_500, 3_000];
  const codes = Uint8Array.from({ length: count }, (_, i) => Math.floor(4 * noise(i + 1)));
  const contributions = Float32Array.from(codes, (_, i) => 0.06 * (noise(i) - 0.5));
  for (const { start: first, end, rows } of STRETCHES) {
    for (let base = first; base < end; base++) {
      const row = rows[base - first]!;
      codes[base - start] = row.indexOf(Math.max(...row));
      contributions[base - start] = Math.max(...row) * (first > 31_000 ? -0.5 : 0.9);
    }
  }
  return {
    ...{ record: "chrIV", track: "ATAC", method: "integrated gradients from 2 shuffles", start, codes, contributions },
    ...{ view: [29_500, 32_500], names: STRETCHES, width: 1000, theme: light },
    ...changed,
  };
}

function patternOptions(changed: Partial<PatternLogosOptions> = {}): PatternLogosOptions {
  return {
    ...{ track: "ATAC", place: "chrIV:29,501–32,500", width: 1000, theme: light },
    patterns: [
      { rows: matrix("TTACCCGGC"), stretches: 26, lowers: false, name: { motif: "Reb1", count: 24 } },
      { rows: matrix("GATGTATGGGTGT"), stretches: 11, lowers: false, name: { motif: "Rap1", count: 1 } },
      { rows: matrix("AAAAAAAAAAAAAAAAAAAAA"), stretches: 9, lowers: false },
      {
        rows: matrix("ATGACTCAT"),
        stretches: 5,
        lowers: true,
        name: { motif: "a-motif-with-a-<long>-name", count: 3 },
      },
      { rows: matrix("CACGTGACGTCA"), stretches: 4, lowers: true },
      { rows: matrix("CGCG"), stretches: 4, lowers: false },
    ],
    ...changed,
  };
}

export const SEQUENCE_PICTURES: Readonly<Record<string, () => string>> = {
  "sequence-tracks-light-wide": () => sequenceTracks(sequenceOptions()),
  "sequence-tracks-dark-narrow": () => sequenceTracks(sequenceOptions({ theme: dark, width: 340 })),
  "sequence-tracks-ensemble-light-wide": () => sequenceTracks(sequenceOptions({ tracks: banded() })),
  "sequence-tracks-ensemble-zoomed-dark-narrow": () =>
    sequenceTracks(sequenceOptions({ tracks: banded(), view: [190, 214], theme: dark, width: 340 })),
  "sequence-tracks-interval-light-wide": () => sequenceTracks(sequenceOptions({ tracks: withIntervals() })),
  "sequence-tracks-interval-ensemble-zoomed-dark-narrow": () =>
    sequenceTracks(
      sequenceOptions({ tracks: withIntervals(banded(), 0.975), view: [180, 224], theme: dark, width: 340 }),
    ),
  "sequence-tracks-zoomed-pinned": () => sequenceTracks(sequenceOptions({ view: [190, 214], pinned: 200, width: 720 })),
  "sequence-tracks-own-scale-padded": () =>
    sequenceTracks(sequenceOptions({ origin: -5120, ownScale: true, width: 720, theme: dark })),
  "sequence-tracks-ten": () =>
    sequenceTracks(
      sequenceOptions({
        tracks: Array.from({ length: 10 }, (_, i) => ({
          ...tracks[1],
          name: `a track with a <long> name & a number, ${i}`,
          assay: i % 2 ? "CAGE" : "DNase",
        })),
        width: 480,
      }),
    ),
  "sequence-tracks-two-lines-narrow": () =>
    sequenceTracks(
      sequenceOptions({
        tracks: [{ ...tracks[0]!, unit: "fragment coverage summed over 128 bp" }, tracks[1]!],
        width: 336,
      }),
    ),
  "sequence-tracks-genes-light": () => sequenceTracks(sequenceOptions({ genes: GENES, pinned: 200 })),
  "sequence-tracks-genes-dark-narrow": () => sequenceTracks(sequenceOptions({ genes: GENES, theme: dark, width: 340 })),
  "sequence-tracks-genes-zoomed": () => sequenceTracks(sequenceOptions({ genes: GENES, view: [170, 226], width: 720 })),
  "sequence-tracks-genes-crowded": () => sequenceTracks(sequenceOptions({ genes: CROWD, width: 720 })),
  "sequence-tracks-none": () => sequenceTracks(sequenceOptions({ tracks: [], width: 480 })),
  "head-attention-light-wide": () => headAttention(headOptions()),
  "head-attention-dark-narrow": () => headAttention(headOptions({ theme: dark, width: 340 })),
  "head-attention-second-layer-one-head": () =>
    headAttention(headOptions({ layer: 1, layers: 2, heads: [1], view: [50, 100], width: 720 })),
  "head-attention-beyond-its-window": () => headAttention(headOptions({ view: [-60, 2 * W], width: 720 })),
  "attention-map-light": () => attentionMap(mapOptions()),
  "attention-map-dark-narrow": () => attentionMap(mapOptions({ theme: dark, width: 340 })),
  "attention-map-change": () =>
    attentionMap(mapOptions({ isChange: true, title: "Head 2, alternative minus reference", top: 0.03 })),
  "position-functions-light": () => positionFunctions(functionOptions()),
  "position-functions-dark-narrow": () =>
    positionFunctions(functionOptions({ theme: dark, width: 340, layer: 1, layers: 2 })),
  "variant-tracks-light-wide": () => variantTracks(variantOptions()),
  "variant-tracks-dark-narrow": () => variantTracks(variantOptions({ theme: dark, width: 340 })),
  "variant-tracks-genes-light": () => variantTracks(variantOptions({ genes: GENES })),
  "variant-tracks-genes-dark-narrow": () => variantTracks(variantOptions({ genes: GENES, theme: dark, width: 340 })),
  "compared-tracks-genes-light": () => comparedTracks(comparedOptions({ genes: GENES, width: 720 })),
  "compared-tracks-light-wide": () => comparedTracks(comparedOptions()),
  "compared-tracks-dark-narrow": () => comparedTracks(comparedOptions({ theme: dark, width: 340, unit: undefined })),
  "base-contributions-names-light-wide": () => baseContributions(contributionOptions()),
  "base-contributions-names-dark-narrow": () => baseContributions(contributionOptions({ theme: dark, width: 340 })),
  "base-contributions-beyond": () => baseContributions(contributionOptions({ view: [29_000, 31_500], width: 720 })),
  "base-contributions-logos-light": () =>
    baseContributions(contributionOptions({ view: [30_190, 30_241], width: 720 })),
  "base-contributions-logos-dark-narrow": () =>
    baseContributions(contributionOptions({ view: [30_196, 30_236], theme: dark, width: 340 })),
  "pattern-logos-light-wide": () => patternLogos(patternOptions()),
  "pattern-logos-dark-wide": () => patternLogos(patternOptions({ theme: dark })),
  "pattern-logos-dark-narrow": () => patternLogos(patternOptions({ theme: dark, width: 340 })),
  "pattern-logos-one-light": () =>
    patternLogos(patternOptions({ patterns: patternOptions().patterns.slice(0, 1), width: 720 })),
  "mutagenesis-light-wide": () => mutagenesis(mutagenesisOptions()),
  "mutagenesis-dark-narrow": () => mutagenesis(mutagenesisOptions({ theme: dark, width: 340 })),
  "mutagenesis-nothing-changes": () => mutagenesis(mutagenesisOptions({ change: new Float32Array(240), width: 720 })),
};
