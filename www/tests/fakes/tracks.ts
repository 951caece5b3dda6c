/** An engine for tracks in memory: of each bin the first track counts its As, the second its Gs. */

import type { ModelCard } from "../../../pkg/src/card";
import type { Description } from "../../../pkg/src/description";
import type { Intervals } from "../../../pkg/src/engine/calibration";
import type {
  EngineMotifChange,
  EngineMotifSearch,
  EngineMotifSet,
  EnginePattern,
  EngineSite,
  Motif,
} from "../../../pkg/src/engine/motif-engine";
import type {
  Between,
  CpuTrackModel,
  EngineFasta,
  EngineBaseContributions,
  EngineBaseDeletionOptions,
  EngineBaseDeletionTest,
  EngineBaseOptions,
  EngineEffect,
  EngineMutagenesis,
  EngineRecord,
  EngineSignal,
  ScoreSettings,
  SequenceWindow,
  TrackBatch,
  SequencesEngine,
  TrackShape,
} from "../../../pkg/src/engine/track-engine";

import type { CurrentModel } from "../../src/session/state";
import { TRACK_DESCRIPTION } from "./descriptions";

export const TRACK_SHAPE: TrackShape & { readonly binSize: number } = {
  length: 64,
  bin: 8,
  // As models of the package have it.
  binSize: 8,
  bins: 8,
  crop: 1,
  cropped: 6,
  tracks: 2,
  layers: 1,
  heads: 2,
  contextLayers: 1,
};

export const trackCard: ModelCard = {
  format_version: 1,
  name: "Fake tracks",
  task: "tracks",
  family: "basenji",
  variant: "attention-two-sided",
  hyperparameters: {},
  marks: [],
  bins: 6,
  bin_size: 8,
  strand: "genomic",
  transform: { kind: "none" },
  dtype: "f32",
  parameters: 1,
  input_distribution: [],
  simulated: false,
  citation: [],
  notes: [],
  sequence: { length: 64, buffer: 8 },
  tracks: [
    { name: "As", assay: "CAGE" },
    { name: "Gs", assay: "DNase" },
  ],
};

/** The same of a model whose intervals hold at coverages up to 9 / 10. */
export const calibratedTrackCard: ModelCard = {
  ...trackCard,
  name: "Calibrated tracks",
  track_conformal: {
    tracks: trackCard.tracks!.map(() => ({ scores: [1], floor: 1 })),
    windows: 9,
    data: "validation windows of a fake",
  },
};

/** The model as a page has it open. */
export const openTrackModel = {
  card: trackCard,
  file: "m",
  sha256: "cd",
  verified: true,
  description: TRACK_DESCRIPTION,
  shape: TRACK_SHAPE,
} as CurrentModel;

/** Output of any device for a window. */
export function computeTracks(codes: Uint8Array, attention: boolean): TrackBatch {
  const { bins, crop, cropped, layers } = TRACK_SHAPE;
  const layer = Array.from({ length: layers }, () => computeRows(codes, 0, bins, attention));
  return {
    prediction: computeRows(codes, crop, crop + cropped, false).rows,
    attention: attention ? layer.map(({ attention }) => attention) : [],
  };
}

/** Computes some bins of a layer between: for each the number of codes 0 and 2, and where its heads look. */
export function computeRows(codes: ArrayLike<number>, first: number, end: number, attention: boolean) {
  const { bin, bins, heads } = TRACK_SHAPE;
  const count = end - first;
  const of = (row: number, wanted: number): number =>
    Array.from({ length: bin }, (_, i) => codes[(first + row) * bin + i]).filter((code) => code === wanted).length;
  return {
    rows: Float32Array.from({ length: 2 * count }, (_, i) => of(i >> 1, i & 1 ? 2 : 0)),
    attention: Float32Array.from({ length: attention ? heads * count * bins : 0 }, (_, i) => {
      const [head, row, to] = [Math.floor(i / (count * bins)), first + (Math.floor(i / bins) % count), i % bins];
      // Each row another order of the same weights, whose sum is 1.
      return (1 + ((3 * head + row + to) % bins)) / ((bins * (bins + 1)) / 2);
    }),
  };
}

/** The same of the last layer: rows of cropped bins are not there. */
export function computeLastRows(codes: ArrayLike<number>, first: number, end: number, attention: boolean) {
  const { crop, cropped } = TRACK_SHAPE;
  const { rows } = computeRows(codes, Math.max(first, crop), Math.max(Math.min(end, crop + cropped), first), false);
  return { rows, attention: computeRows(codes, first, end, attention).attention };
}

/** The tower of some bins: their codes. */
export function computeTower(codes: Uint8Array, first: number, end: number): Float32Array {
  return Float32Array.from(codes.subarray(first * TRACK_SHAPE.bin, end * TRACK_SHAPE.bin));
}

/** Steps of a window. */
export const STEPS = 5;

/** Number of steps the calling thread has done, and a listener for each. */
export const steps: { done: number; heard: ((step: number) => void) | undefined } = { done: 0, heard: undefined };

/** The window with a base in its middle; what is before or behind the record is unknown. */
function windowAround(codes: ArrayLike<number>, middle: number): Uint8Array {
  const start = middle - TRACK_SHAPE.length / 2;
  return Uint8Array.from({ length: TRACK_SHAPE.length }, (_, i) => codes[start + i] ?? 4);
}

/** Effect of a variant as a fake predicts it, on any device. */
async function effectOf(
  codes: Uint8Array,
  first: number,
  position: number,
  reference: Uint8Array,
  alternative: Uint8Array,
  predict: (codes: Uint8Array) => Promise<TrackBatch>,
): Promise<EngineEffect | undefined> {
  const { length, bin, cropped } = TRACK_SHAPE;
  if (Math.max(reference.length, alternative.length) > (cropped * bin) / 2) return undefined;
  const edited = [...codes.subarray(0, position), ...alternative, ...codes.subarray(position + reference.length)];
  const before = await predict(windowAround(codes, position));
  const after = await predict(windowAround(edited, position));
  const sum = ({ prediction }: TrackBatch, track: number): number =>
    prediction.reduce((sum, value, i) => sum + (i % 2 === track ? value : 0), 0);
  const rows = trackCard.tracks!.map(({ name }, track) => {
    const [reference_sum, alternative_sum] = [sum(before, track), sum(after, track)];
    return {
      track: name,
      reference_sum,
      alternative_sum,
      sad: alternative_sum - reference_sum,
      total: alternative_sum - reference_sum,
      log2: 0,
      log2_position: 1,
    };
  });
  return { start: first + position - length / 2, bins: [0, cropped], reference: before, alternative: after, rows };
}

export class FakeTrackModel implements CpuTrackModel {
  describe(): Description {
    return TRACK_DESCRIPTION;
  }

  readonly card: ModelCard = trackCard;
  readonly sha256 = "cd".repeat(32);
  readonly shape = TRACK_SHAPE;

  async predict(codes: Uint8Array, attention: boolean, between?: Between): Promise<TrackBatch> {
    for (let step = 1; step <= STEPS; step++) {
      steps.done++;
      steps.heard?.(step);
      await between?.();
    }
    return computeTracks(codes, attention);
  }

  readonly members: number = 0;

  async member(_index: number, _codes: Uint8Array, _attention: boolean, _between?: Between): Promise<TrackBatch> {
    throw new Error("one model has no members");
  }

  together(_members: TrackBatch[]): TrackBatch {
    throw new Error("one model has no members");
  }

  /** The coverage, times 1 + the members' standard deviation or the root of what is predicted, on either side. */
  intervals(predicted: Float32Array, sd: Float32Array, coverage: number, padding: number): Intervals {
    const { track_conformal: conformal, name } = this.card;
    const refuse = (message: string): never => {
      throw Object.assign(new Error(message), { code: "no-guarantee" });
    };
    if (!conformal) return refuse(`${name} was not calibrated`);
    const { windows } = conformal;
    if (coverage > windows / (windows + 1))
      refuse(`${coverage} takes more windows; the card of ${name} has ${windows}`);
    if (padding > 0) return { low: predicted.map(() => NaN), high: predicted.map(() => NaN) };
    const half = predicted.map((value, i) => coverage * (1 + (sd[i] ?? Math.sqrt(value))));
    return {
      low: predicted.map((value, i) => Math.max(0, value - half[i]!)),
      high: predicted.map((value, i) => value + half[i]!),
    };
  }

  /** One stretch: nothing to share. */
  readonly stretches = Uint32Array.of(TRACK_SHAPE.bins);

  async tower(codes: Uint8Array, first: number, end: number): Promise<Float32Array> {
    return computeTower(codes, first, end);
  }

  /** Its stage is the tracks themselves. */
  async contextRows(_layer: number, h: Float32Array, first: number, end: number, attention: boolean) {
    return this.shape.contextLayers > 0
      ? computeLastRows(h, first, end, attention)
      : computeRows(h, first, end, attention);
  }

  async tracks(stage: Float32Array): Promise<Float32Array> {
    return stage;
  }

  positionFunctions(): Float32Array[] {
    return [new Float32Array(2 * 15).fill(0.5)];
  }

  async variant(
    codes: Uint8Array,
    first: number,
    position: number,
    reference: Uint8Array,
    alternative: Uint8Array,
    _settings: ScoreSettings,
    between?: Between,
  ): Promise<EngineEffect | undefined> {
    return effectOf(codes, first, position, reference, alternative, (codes) => this.predict(codes, true, between));
  }

  /** Nothing moves here. */
  changedBases(_codes: Uint8Array, position: number, reference: Uint8Array): Uint32Array {
    return Uint32Array.of(position, position + reference.length);
  }

  /** Counts letters of the whole window: each exchange takes one away and adds one. */
  async mutagenesis(
    codes: Uint8Array,
    start: number,
    end: number,
    { around }: ScoreSettings,
    between?: Between,
  ): Promise<EngineMutagenesis> {
    const stretch = codes.slice(start, end);
    const total = 3 * stretch.length;
    const changes = new Float32Array(stretch.length * 8);
    let done = 0;
    for (const [i, present] of stretch.entries()) {
      for (let code = 0; code < 4; code++) {
        if (code === present) continue;
        await between?.(done++, total);
        for (const [track, counted] of [0, 2].entries())
          changes[(i * 4 + code) * 2 + track] = Number(code === counted) - Number(present === counted);
      }
    }
    const { prediction } = computeTracks(windowAround(codes, Math.floor((start + end) / 2)), false);
    const bins: [number, number] = around === undefined ? [0, TRACK_SHAPE.cropped] : [2 - around, 3 + around];
    const heights = Float32Array.from({ length: stretch.length * 2 }, (_, at) => {
      const [i, track] = [at >> 1, at & 1];
      return -[0, 1, 2, 3].reduce((sum, code) => sum + changes[(i * 4 + code) * 2 + track]!, 0) / 3;
    });
    return { codes: stretch, bins, sums: prediction.slice(0, 2), changes, heights };
  }

  /** Each base accounts for its code in each window that holds it, and a window is done in two steps. */
  async attribute(
    codes: Uint8Array,
    track: number,
    windows: Uint32Array,
    { method = "integrated-gradients" }: EngineBaseOptions,
    between?: Between,
  ): Promise<EngineBaseContributions> {
    const count = windows.length / 3;
    for (let step = 1; step <= 2 * count; step++) await between?.(step, 2 * count);
    const hasBaseline = method !== "gradient";
    const starts = Array.from({ length: count }, (_, i) => windows[3 * i]!);
    const over = (base: number): number =>
      starts.filter((start) => base >= start && base < start + TRACK_SHAPE.length).length;
    return {
      contributions: Float32Array.from(codes, (code, base) => over(base) * (track + 1) * (code - 1.5)),
      score: 10 * count,
      baselineScore: hasBaseline ? 4 * count : undefined,
      remainder: hasBaseline ? 0.004 : undefined,
      isConverged: true,
    };
  }

  /**
   * One gradient is worth the track's number in tenths, chance nothing, a motif as much as the place is long; the
   * window's start is its score. Whatever explains finds all planted sites that act, and attention tells no bases.
   */
  deletionTest(track: number, { explanations = ["gradient", "random"] }: EngineBaseDeletionOptions) {
    const scores: number[] = [];
    let known = 0;
    let planted: Uint32Array | undefined;
    const test: EngineBaseDeletionTest = {
      plant(sites) {
        planted = sites;
      },
      know(motifs, codes) {
        known = motifs.motifs.length * codes.length;
      },
      async add(_record, start, _length, _codes, _bins, between) {
        await between?.(1, 2);
        scores.push(start);
      },
      finish: () => ({
        share: Float32Array.of(0, 0.1, 0.2),
        scores: Float32Array.from(scores),
        curves: explanations.map((explanation) => {
          const areas = { random: 0, motifs: known / 1e4 } as Record<typeof explanation, number | undefined>;
          const area = areas[explanation] ?? (track + 1) / 10;
          const acting = Array.from(planted ?? []).filter((_, i) => i % 3 === 2);
          const sites = acting.reduce((sum, each) => sum + each, 0);
          const places = {
            ...{ sites, found: explanation === "random" ? 0 : sites },
            ...{ decoys: acting.length - sites, decoysFound: 0 },
          };
          return {
            explanation,
            found: planted && { bases: explanation === "attention" ? undefined : places, bins: places },
            change: Float32Array.from(scores.flatMap(() => [0, area, area])),
            area: Float32Array.from(scores, () => area),
            mean: { change: Float32Array.of(0, area, area), area },
          };
        }),
      }),
      free() {},
    };
    return test;
  }

  selfTest() {
    return { codes: Uint8Array.from({ length: 64 }, (_, i) => i % 5) };
  }

  free(): void {}
}

/**
 * The windows of a record, by the rule of the engine: in the middle where it is shorter, the last moved back where it
 * is longer.
 */
export function fakeWindows(length: number, window: number, bin: number, crop: number): SequenceWindow[] {
  const cropped = window / bin - 2 * crop;
  const own = Math.ceil(length / bin);
  if (own <= window / bin) {
    const before = Math.floor((window / bin - own) / 2);
    const first = Math.max(before, crop);
    return [
      {
        start: -before * bin,
        keep: [first - crop, Math.min(before + own, window / bin - crop) - crop],
        firstBin: first - before,
      },
    ];
  }
  const total = Math.ceil(length / bin) - 2 * crop;
  const windows: SequenceWindow[] = [];
  for (let first = 0; first < total; first += cropped) {
    const at = Math.min(first, total - cropped);
    windows.push({ start: at * bin, keep: [first - at, cropped], firstBin: crop + first });
  }
  return windows;
}

/** FASTA of plain lines. */
class FakeFasta implements EngineFasta {
  readonly records: EngineRecord[];
  readonly #bases: string[];

  constructor(file: string, bytes: Uint8Array) {
    const entries = new TextDecoder().decode(bytes).split(">").filter(Boolean);
    if (entries.length === 0)
      throw Object.assign(new Error(`${file}: found no record`), { code: "empty", file, remedy: "Give it bases." });
    this.#bases = entries.map((entry) => entry.slice(entry.indexOf("\n")).replace(/\s/g, ""));
    this.records = entries.map((entry, i) => {
      const bases = this.#bases[i] ?? "";
      return {
        name: entry.split(/\s/)[0] ?? "",
        description: entry.split("\n")[0]!.split(" ").slice(1).join(" "),
        length: bases.length,
        lower: bases.replace(/[^a-z]/g, "").length,
        unknown: bases.replace(/[^N]/gi, "").length,
        iupac: Object.fromEntries(
          [..."RY"].map((letter) => [letter, bases.split(letter).length - 1]).filter(([, count]) => count !== 0),
        ),
      };
    });
  }

  codes(record: number, start: number, end: number): Uint8Array {
    return Uint8Array.from(this.#bases[record]?.toUpperCase().slice(start, end) ?? "", (base) =>
      "ACGT".includes(base) ? "ACGT".indexOf(base) : 4,
    );
  }

  free(): void {}
}

/** Measured values that are the bin's number. */
class FakeSignal implements EngineSignal {
  readonly kind = "bedGraph";
  readonly chromosomes = [{ name: "one", length: null }];

  constructor(readonly file: string) {}

  bins(chromosome: string, _start: number, count: number): Float32Array {
    if (chromosome !== "one")
      throw Object.assign(new Error(`${this.file}: found chromosomes one; expected ${chromosome}`), {
        code: "no-such-chromosome",
        file: this.file,
        remedy: "Rename it.",
      });
    return Float32Array.from({ length: count }, (_, i) => i);
  }

  free(): void {}
}

/** Motifs of a line each: a name and its bases, of which no other matches. */
class FakeMotifSet implements EngineMotifSet {
  readonly motifs: Motif[];
  readonly reach: number;
  /** Number of sets in memory. */
  static held = 0;

  constructor(bytes: Uint8Array, file: string) {
    const lines = new TextDecoder().decode(bytes).trim().split("\n");
    this.motifs = lines.map((line, i) => {
      const [name = "", bases = ""] = line.split(" ");
      if (!/^[ACGT]+$/.test(bases))
        throw Object.assign(new Error(`${file}, line ${i + 1}: found ${bases}; expected bases.`), {
          ...{ code: "motifs", file, line: i + 1, remedy: "Correct the row." },
        });
      const rows = [...bases].map((base) => [..."ACGT"].map((each) => Number(each === base)));
      return { id: `M${i}`, name, rows, sites: 10 };
    });
    this.reach = Math.max(...this.motifs.map(({ rows }) => rows.length));
    FakeMotifSet.held++;
  }

  sites(codes: Uint8Array): EngineSite[] {
    const text = Array.from(codes, (code) => "ACGTN"[code]).join("");
    return this.motifs.flatMap(({ rows }, motif) => {
      const start = text.indexOf(rows.map((row) => "ACGT"[row.indexOf(1)]).join(""));
      const end = start + rows.length;
      return start < 0 ? [] : [{ motif, start, end, reverse: motif % 2 === 1, bits: 2 * rows.length, p: 0.001 }];
    });
  }

  changes(codes: Uint8Array, position: number, from: Uint8Array, to: Uint8Array, most = 0.05): EngineMotifChange[] {
    const edited = Uint8Array.of(...codes.subarray(0, position), ...to, ...codes.subarray(position + from.length));
    const [before, after] = [this.sites(codes), this.sites(edited)];
    const of = (sites: readonly EngineSite[], motif: number) => sites.find((site) => site.motif === motif);
    return this.motifs.flatMap((_, motif): EngineMotifChange[] => {
      const [reference, alternative] = [of(before, motif), of(after, motif)];
      if (!reference === !alternative || most < 0.02) return [];
      const bits = (alternative?.bits ?? 0) - (reference?.bits ?? 0);
      if (!reference) return [{ motif, change: "made", q: 0.02, bits, alternative: alternative! }];
      return [{ motif, change: "broken", q: 0.02, bits, reference }];
    });
  }

  free(): void {
    FakeMotifSet.held--;
  }
}

/** Number of sets of motifs in memory. */
export function heldMotifs(): number {
  return FakeMotifSet.held;
}

/** Every second window is shuffled: read backwards. The seqlets are where motifs stand, and one at the beginning. */
class FakeMotifSearch implements EngineMotifSearch {
  #asked = 0;
  #added = 0;

  constructor(
    readonly seed: number,
    readonly windows: number,
  ) {}

  shuffled(number: number, codes: Uint8Array): Uint8Array[] {
    if (number !== this.#asked++ || number >= this.windows) throw new Error("windows are asked about in order");
    return number % 2 === 0 ? [codes.toReversed()] : [];
  }

  add(contributions: Float32Array): void {
    this.#added += contributions.length;
  }

  name(
    codes: Uint8Array,
    contributions: Float32Array,
    motifs: EngineMotifSet,
    { q = 0.05, least = 4 }: { q?: number; least?: number },
  ) {
    const expected = Math.ceil(this.windows / 2) * TRACK_SHAPE.length;
    if (this.#added !== expected) throw new Error(`${this.#added} bases of shuffles; expected ${expected}`);
    const sites = (motifs as FakeMotifSet).sites(codes);
    const starts = [0, ...sites.map(({ start }) => start)];
    const sum = (start: number) => contributions.subarray(start, start + 13).reduce((sum, value) => sum + value, 0);
    return {
      seqlets: starts.map((start) => ({ start, contribution: sum(start), q: 0.1 })),
      // The second motif's match is less sure.
      named: sites
        .map((site, i) => ({ seqlet: i + 1, site, q: site.motif === 1 ? 0.15 : 0.01 }))
        .filter((each) => each.q <= q),
      patterns: sites.length < least ? [] : [this.#pattern(motifs.motifs[0]!.rows, sites)],
    };
  }

  /** All sites are alike, and look like the first motif. */
  #pattern(rows: Motif["rows"], sites: readonly EngineSite[]): EnginePattern {
    return {
      rows: rows.map((row) => [...row]),
      contributions: rows.map((_, column) => column + 1),
      members: sites.map(({ start, reverse }, i) => ({ seqlet: i + 1, start, reverse })),
    };
  }

  free(): void {}
}

/** The same model with a card that intervals can be made of. */
export class FakeCalibratedTracks extends FakeTrackModel {
  override readonly card = calibratedTrackCard;
}

export const fakeTracks: SequencesEngine = {
  TrackModel: FakeTrackModel,
  MotifSet: FakeMotifSet,
  MotifSearch: FakeMotifSearch,
  Fasta: FakeFasta,
  genomeFormat: () => "FASTA",
  windowsOf: (_file, _record, bases, length, bin, crop) => fakeWindows(bases, length, bin, crop),
  // One window, with the stretch in its middle.
  windowsAround: (start, end, length, bin, crop) => {
    const first = start + Math.floor((end - start) / 2) - length / 2;
    const keep = [start, end + bin - 1].map((base) => Math.floor((base - first) / bin) - crop) as [number, number];
    return {
      windows: [{ start: first, keep, firstBin: 0 }],
      start: first + (crop + keep[0]) * bin,
      bins: keep[1] - keep[0],
    };
  },
  Signal: FakeSignal,
  readVariants: () => [{ line: 2, chromosome: "one", position: 3, id: "rs1", reference: "A", alternative: "G" }],
  writeBigWig: (_chromosome, _length, _start, _size, values) => new Uint8Array(values.slice().buffer),
  modelTask: () => "tracks",
};
