/** An engine in memory, for tests of what is around it: each gene's logit is the sum of its values, less 3. */

import { Activity } from "../../../pkg/src/engine/activity";
import type { PlantedShares } from "../../../pkg/src/engine/deletion";
import type { Platform, RunningCpu, RunningGpu } from "../../../pkg/src/engine/platform";
import type { AdapterSurvey } from "../../../pkg/src/engine/device";
import type {
  AttributionMethod,
  Batch,
  ClassName,
  CpuEngines,
  CpuName,
  FullEngine,
  TablesEngine,
  EngineAttributions,
  EngineClassOptimisation,
  EngineDeletion,
  EngineDeletionOptions,
  EngineDeletionTest,
  EngineHeldOut,
  EngineMeanTrack,
  EngineModel,
  EnginePrepared,
  EnginePreparer,
  EngineTable,
  ExplainingModel,
  Explanation,
  HeldOutKind,
  HeldOutProfile,
  Intervals,
  SelfTest,
} from "../../../pkg/src/engine/engine";
import type { Assumed, Reliability } from "../../../pkg/src/engine/calibration";
import type { EngineAttentionSpread, MembersSpread } from "../../../pkg/src/engine/members";
import type { Attends, Description } from "../../../pkg/src/description";
import type { ModelCard } from "../../../pkg/src/card";
import type { FromWorker, ToWorker, WorkerPort } from "../../../pkg/src/run/worker-port";
import { Guard } from "../../../pkg/src/engine/guard";
import { Table } from "../../../pkg/src/io/table";
import type { TrackBatch } from "../../../pkg/src/engine/track-engine";
import { explainBatch } from "../../../pkg/src/run/explain-batch";
import { byName } from "../../../pkg/src/run/tracks";
import { ATTENDS, CHANGE_ATTENDS, CHANGE_DESCRIPTION, DESCRIPTION, LEVEL_DESCRIPTION } from "./descriptions";
import { computeLastRows, computeTower, computeTracks, FakeTrackModel, fakeTracks } from "./tracks";

export const MARKS = ["H3K4me3", "H3K27me3"];
export const BINS = 4;
export const SHA256 = "ab".repeat(32);

export const card: ModelCard = {
  format_version: 1,
  name: "Fake",
  task: "on-off",
  family: "attentive-chrome",
  variant: "lstm-alpha-beta",
  hyperparameters: { bin_rnn_size: 8 },
  marks: MARKS,
  bins: BINS,
  bin_size: 100,
  window: { anchor: "TSS", upstream: 200, downstream: 200 },
  strand: "genomic",
  transform: { kind: "none" },
  dtype: "f32",
  parameters: 1,
  input_distribution: [],
  simulated: false,
  citation: [],
  notes: [],
};

/** Time that passes only as devices compute. */
export const clock = {
  now: 0,
  /** Milliseconds a gene on the CPU. */
  cpu: 1,
  /** Milliseconds a gene on the GPU. */
  gpu: 0.01,
};

const NONE = new Float32Array(0);

/** Output of any device for `values` [genes, T, M]. */
export function compute(values: Float32Array, genes: number, attends = ATTENDS): Batch {
  const size = values.length / genes;
  const bins = size / MARKS.length;
  const rows = { "each-mark": MARKS.length, "all-marks": 1, none: 0 }[attends.bins];
  const batch: Batch = {
    probability: new Float32Array(genes),
    logit: new Float32Array(genes),
    alpha: new Float32Array(genes * rows * bins).fill(1 / bins),
    beta: new Float32Array(attends.marks ? genes * MARKS.length : 0).fill(1 / MARKS.length),
    foldChange: NONE,
    expression: NONE,
    auxiliaryAlpha: NONE,
    auxiliaryBeta: NONE,
  };
  for (let gene = 0; gene < genes; gene++) {
    const sum = values.subarray(gene * size, (gene + 1) * size).reduce((total, value) => total + value, 0);
    batch.logit[gene] = sum - 3;
    batch.probability[gene] = 1 / (1 + Math.exp(3 - sum));
  }
  return batch;
}

/** A table of `genes` genes; value k of gene g is (g + k) mod 2. */
export function fakeTable(genes: number): EngineTable {
  const size = BINS * MARKS.length;
  return {
    file: "fake.csv",
    layout: "headed",
    genes: Array.from({ length: genes }, (_, gene) => `gene${gene}`),
    marks: MARKS,
    bins: BINS,
    notes: [],
    labels: undefined,
    values: (start, end) =>
      Float32Array.from({ length: (end - start) * size }, (_, i) => (start + Math.floor(i / size) + (i % size)) % 2),
    free: () => {},
  };
}

class FakeModel implements ExplainingModel, EnginePreparer {
  readonly card: ModelCard = card;
  readonly sha256 = SHA256;
  readonly attends: Attends = ATTENDS;
  freed = false;

  describe(): Description {
    return { ...DESCRIPTION, attends: this.attends };
  }

  async predict(values: Float32Array, genes: number): Promise<Batch> {
    clock.now += genes * clock.cpu;
    return compute(values, genes, this.attends);
  }

  /** The logit is a sum: each value adds itself, whatever it is compared with. */
  async attribute(values: Float32Array, genes: number, method: AttributionMethod): Promise<EngineAttributions> {
    const size = values.length / genes;
    const of = (gene: number): Float32Array => values.subarray(gene * size, (gene + 1) * size);
    const byMark = (gene: number): number[] =>
      MARKS.map((_, mark) => of(gene).reduce((sum, value, i) => (i % MARKS.length === mark ? sum + value : sum), 0));
    const byBin = (gene: number): number[] =>
      Array.from({ length: BINS }, (_, bin) =>
        of(gene)
          .subarray(bin * MARKS.length, (bin + 1) * MARKS.length)
          .reduce((sum, value) => sum + value),
      );
    const all = Array.from({ length: genes }, (_, gene) => gene);
    const by: Partial<Record<AttributionMethod, (gene: number) => number[]>> = {
      shapley: byMark,
      "occlusion-of-bins": byBin,
    };
    const together = by[method];
    const apart = (of: Float32Array, most: number): MembersSpread => ({
      sd: of.map(() => most * Math.SQRT2),
      low: of.map((value) => value - most),
      high: of.map((value) => value + most),
    });
    const shared = together ? Float32Array.from(all.flatMap(together)) : values.slice();
    return {
      values: shared,
      score: Float32Array.from(all, (gene) => of(gene).reduce((sum, value) => sum + value, -3)),
      baselineScore: new Float32Array(genes).fill(-3),
      completeness: new Float32Array(genes),
      complete: new Uint8Array(genes).fill(1),
      outside: new Uint8Array(genes),
      baselineOutside: new Uint8Array(genes).fill(1),
      window: 1,
      ...(this.card.members?.length && {
        spread: apart(shared, 1),
        ...(!together && { sumSpread: apart(Float32Array.from(all.flatMap(byMark)), 2) }),
      }),
    };
  }

  /** Half of what it attends to below it, and as much above; the standard deviation is the gene's first value. */
  async attentionSpread(values: Float32Array, genes: number): Promise<EngineAttentionSpread | undefined> {
    if (!this.card.members?.length) return undefined;
    const { alpha, beta } = await this.predict(values, genes);
    const around = (of: Float32Array): MembersSpread => ({
      sd: of.map((_, i) => values[Math.floor((i * genes) / of.length) * (values.length / genes)]!),
      low: of.map((weight) => weight / 2),
      high: of.map((weight) => weight * 1.5),
    });
    return { alpha: around(alpha), beta: around(beta) };
  }

  /** The Brier score is that of the logits; other scores are constants. */
  reliability(logit: Float32Array, labels: Uint8Array): Reliability | undefined {
    const known = [...labels.keys()].filter((gene) => labels[gene]! <= 1);
    const on = known.filter((gene) => labels[gene] === 1).length;
    if (on === 0 || on === known.length) return undefined;
    const wrong = known.map((gene) => (1 / (1 + Math.exp(-logit[gene]!)) - labels[gene]!) ** 2);
    const brier = wrong.reduce((sum, each) => sum + each, 0) / known.length;
    const bins = [{ n: known.length, mean: 0.5, on: on / known.length, low: 0.25, high: 0.75 }];
    return {
      ...{ n: known.length, brier, brierRaw: brier, bins },
      ...{ calibrationError: 0.125, calibrationErrorRaw: 0.25 },
    };
  }

  /** Log-odds move by those of the share: as if the calibration had half of its genes on. */
  assume(logit: Float32Array, members: Float32Array, shareOn: number): Assumed {
    if (!(shareOn > 0 && shareOn < 1)) throw Object.assign(new Error("no share"), { code: "bad-share" });
    const shift = Math.log(shareOn / (1 - shareOn));
    const probability = logit.map((z) => 1 / (1 + Math.exp(-z - shift)));
    if (members.length === 0) return { probability };
    return { probability, sd: probability.map(() => shareOn), low: probability.slice(), high: probability.slice() };
  }

  /** As if nothing ever changed it. */
  async noChange(_values: Float32Array, genes: number): Promise<Float32Array> {
    return new Float32Array(genes).fill(0.5);
  }

  /** Sure where the log-odds are beyond the coverage. */
  sets(logit: Float32Array, coverage: number): Uint8Array {
    return Uint8Array.from(logit, (z) => (Math.abs(z) <= coverage ? 3 : z > 0 ? 1 : 2));
  }

  intervals(foldChange: Float32Array, _sd: Float32Array, coverage: number): Intervals {
    return { low: foldChange.map((change) => change - coverage), high: foldChange.map((change) => change + coverage) };
  }

  selfTest(): SelfTest {
    return { values: new Float32Array(2 * BINS * MARKS.length).fill(1), genes: 2 };
  }

  understand(): never {
    throw new Error("not needed");
  }

  preparePair(_a: EngineTable, _b: EngineTable): EnginePrepared {
    throw new Error("not needed");
  }

  /** Saliency of the sum: 1 everywhere. */
  saliency(values: Float32Array): Float32Array {
    return new Float32Array(values.length).fill(1);
  }

  classOptimisation(of: ClassName, lambda: number, steps: number, seed: number): EngineClassOptimisation {
    let done = 0;
    return {
      step: (count) => Float32Array.from({ length: count }, () => lambda * (steps - done++)),
      map: () =>
        Float32Array.from({ length: BINS * MARKS.length }, (_, i) => (of === "on" || of === "up" ? (i + seed) % 2 : 0)),
      free: () => {},
    };
  }

  heldOut(): EngineHeldOut {
    return new FakeHeldOut(this.attends);
  }

  deletionTest(options: EngineDeletionOptions): EngineDeletionTest {
    return new FakeDeletionTest(options);
  }

  /** Takes the model's marks, which come first. */
  prepare(table: EngineTable) {
    const columns = table.marks.length;
    return {
      genes: table.genes.length,
      names: table.genes,
      unmatched: [[], []] as [string[], string[]],
      placesIn: (genes: readonly string[]) => Int32Array.from(table.genes, (gene) => genes.indexOf(gene)),
      counts: () => NONE,
      on: () => new Uint8Array(0),
      values: (start: number, end: number) => table.values(start, end).filter((_, i) => i % columns < MARKS.length),
      free: () => {},
    };
  }

  free(): void {
    this.freed = true;
  }
}

/** Averages the signal alone; every other explanation says the same of each bin. */
class FakeHeldOut implements EngineHeldOut {
  readonly #sum = new Float32Array(BINS * MARKS.length);
  #genes = 0;

  constructor(private readonly attends: Attends) {}

  async add(values: Float32Array, genes: number): Promise<void> {
    values.forEach((value, i) => (this.#sum[i % this.#sum.length]! += value));
    this.#genes += genes;
  }

  track(): EngineMeanTrack {
    const sum = new Float32Array(BINS);
    let genes = 0;
    return {
      add: (values, columns, column, first) => {
        genes++;
        sum.forEach((_, bin) => (sum[bin]! += values[(first + bin) * columns + column]!));
      },
      mean: () => sum.map((value) => value / genes),
      get genes() {
        return genes;
      },
      free: () => {},
    };
  }

  explained(mark: number, classOn: Float32Array | undefined, track: EngineMeanTrack): HeldOutProfile[] {
    const signal = Float32Array.from({ length: BINS }, (_, bin) => this.#sum[bin * MARKS.length + mark]! / this.#genes);
    const flat = new Float32Array(BINS).fill(1 / BINS);
    const all: [HeldOutKind, Float32Array][] = [
      ...(this.attends.bins === "none" ? [] : ([["alpha", flat]] as [HeldOutKind, Float32Array][])),
      ["saliency", flat],
      ["absolute-saliency", flat],
      ...(classOn ? ([["class-optimisation", flat]] as [HeldOutKind, Float32Array][]) : []),
      ["signal", signal],
      ["tss-distance", flat],
      ["uniform", flat],
    ];
    const follows = (values: Float32Array): boolean =>
      values.every(
        (value, bin) => bin === 0 || (value > values[bin - 1]! && track.mean()[bin]! > track.mean()[bin - 1]!),
      );
    const marksApart = this.attends.bins === "each-mark";
    return all.map(([kind, values]) => ({
      kind,
      marksApart,
      cellTypesApart: false,
      values,
      r: follows(values) ? 1 : undefined,
    }));
  }

  free(): void {}
}

/** Removes bins from the first on, and at random from another one on; removed bins hold 0, whatever is asked for. */
class FakeDeletionTest implements EngineDeletionTest {
  readonly #steps: readonly number[];
  readonly #probability: number[] = [];
  readonly #change = new Map<Explanation, number[]>();
  /** By chance, of each gene; what is found is the same. */
  readonly #chance: number[] = [];

  constructor(private readonly options: EngineDeletionOptions) {
    this.#steps = options.steps ?? [0, 1, 2, 3, 4];
  }

  async add(names: readonly string[], values: Float32Array, planted: Uint8Array | undefined): Promise<void> {
    if (planted)
      for (let gene = 0; gene < names.length; gene++) this.#chance.push(shareOf(planted, names.length, gene));
    const { explanations, maps, seed = 1 } = this.options;
    const all: Explanation[] = [
      "alpha",
      "saliency",
      ...(maps ? (["class-optimisation"] as const) : []),
      "signal",
      "random",
    ];
    for (const [gene, name] of names.entries()) {
      const size = values.length / names.length;
      const whole = values.subarray(gene * size, (gene + 1) * size);
      const before = compute(whole, 1).probability[0]!;
      this.#probability.push(before);
      for (const explanation of all.filter((each) => explanations?.includes(each) ?? true)) {
        const first = explanation === "random" ? Number(name.replace(/\D/g, "")) + seed : 0;
        const change = this.#steps.map((count) => {
          const left = whole.slice();
          for (let i = 0; i < count; i++) {
            const bin = (first + i) % BINS;
            left.fill(0, bin * MARKS.length, (bin + 1) * MARKS.length);
          }
          const fall = before - compute(left, 1).probability[0]!;
          return before >= 0.5 ? fall : -fall;
        });
        this.#change.set(explanation, [...(this.#change.get(explanation) ?? []), ...change]);
      }
    }
  }

  append({ probability, chance, curves }: EngineDeletion): void {
    this.#probability.push(...probability);
    this.#chance.push(...(chance?.places ?? []));
    for (const { explanation, change } of curves)
      this.#change.set(explanation, [...(this.#change.get(explanation) ?? []), ...change]);
  }

  finish(): EngineDeletion {
    const { length } = this.#steps;
    const genes = this.#probability.length;
    const meanOf = (change: readonly number[]): Float32Array =>
      Float32Array.from(
        this.#steps,
        (_, step) => change.reduce((sum, value, i) => sum + (i % length === step ? value : 0), 0) / genes,
      );
    const random = this.#change.get("random");
    const shares = this.#chance.length > 0 ? sharesOf(this.#chance) : undefined;
    const curves = [...this.#change].map(([explanation, change]) => {
      const range =
        explanation === "random" && (this.options.randomOrders ?? 1) > 1
          ? { least: Float32Array.from(change), greatest: Float32Array.from(change) }
          : {};
      const ahead =
        random && explanation !== "random" && genes > 1
          ? { mean: meanOf(change.map((value, i) => value - random[i]!)), error: new Float32Array(length) }
          : undefined;
      return {
        explanation,
        change: Float32Array.from(change),
        area: new Float32Array(genes),
        ...range,
        ...(shares && { planted: shares }),
        mean: { change: meanOf(change), area: 0, error: genes > 1 ? 0 : undefined, ahead },
      };
    });
    const probability = Float32Array.from(this.#probability);
    return { steps: [...this.#steps], probability, curves, ...(shares && { chance: shares }) };
  }

  free(): void {}
}

/** The share of a gene's places that are planted. */
function shareOf(planted: Uint8Array, genes: number, gene: number): number {
  const size = planted.length / genes;
  return planted.subarray(gene * size, (gene + 1) * size).reduce((sum, place) => sum + place, 0) / size;
}

function sharesOf(shares: readonly number[]): PlantedShares {
  const all = Float32Array.from(shares);
  const found = shares.filter((share) => share > 0);
  const mean = found.length > 0 ? found.reduce((sum, share) => sum + share, 0) / found.length : undefined;
  return { bins: all, places: all, mean: { genes: found.length, bins: mean, places: mean } };
}

class FakeSummary {
  readonly #sums: readonly Float64Array[];
  readonly #genes = [0, 0];

  constructor(
    rows: number,
    bins: number,
    private readonly threshold: number,
  ) {
    this.#sums = [new Float64Array(rows * bins), new Float64Array(rows * bins)];
  }

  add(predicted: Float32Array, values: Float32Array): void {
    const size = this.#sums[0]!.length;
    if (values.length !== predicted.length * size) throw new Error(`${values.length} values of ${predicted.length}`);
    predicted.forEach((value, gene) => {
      const of = value >= this.threshold ? 0 : 1;
      this.#genes[of]!++;
      values.subarray(gene * size, (gene + 1) * size).forEach((each, i) => (this.#sums[of]![i]! += each));
    });
  }

  finish() {
    const [on, off] = this.#sums.map((sum, i) =>
      this.#genes[i]! > 0 ? Float32Array.from(sum, (value) => value / this.#genes[i]!) : undefined,
    );
    return { on, off, genesOn: this.#genes[0]!, genesOff: this.#genes[1]! };
  }

  free(): void {}
}

/** An engine of tables, whose models explain; of changes it counts alone. */
export type FakeCpu = Omit<TablesEngine, "Model"> & Pick<FullEngine, "Model" | "foldChange" | "markWeights">;

export const fakeCpu: FakeCpu = {
  modelTask: () => "on-off",
  Model: FakeModel,
  Preparer: FakeModel,
  AttentionSummary: FakeSummary,
  auroc: () => 0.75,
  pearson: () => 0.5,
  foldChange: (a, b) => a.map((count, gene) => b[gene]! - count),
  markWeights: (change, _, columns, threshold = 1) =>
    Float64Array.of(
      ...[threshold, change.filter((value) => value > threshold).length],
      ...[change.filter((value) => value < -threshold).length, ...Array<number>(4 * columns).fill(Number.NaN)],
    ),
  Counts: class {
    genes = 0;
    median = undefined;
    free(): void {}
  },
  TableReader: class {
    rows = 0;
    push(): void {}
    finish(): EngineTable {
      return fakeTable(3);
    }
    free(): void {}
  },
};

/** A model of level. */
export const levelCard: ModelCard = { ...card, name: "Level", task: "level", unit: "log2(count + 1)" };

/** The level of each gene is what the model of which genes are on has for its log-odds. */
class FakeLevelModel extends FakeModel {
  override readonly card = levelCard;
  override describe(): Description {
    return LEVEL_DESCRIPTION;
  }
  override async predict(values: Float32Array, genes: number): Promise<Batch> {
    const { logit: level, ...batch } = compute(values, genes);
    return { ...batch, probability: NONE, logit: NONE, level };
  }
}

/** The engine with models of level. */
export const fakeLevelCpu: FakeCpu = { ...fakeCpu, Model: FakeLevelModel, Preparer: FakeLevelModel };

/** A model of a change, which weighs A and B. */
export const changeCard: ModelCard = {
  ...card,
  name: "Change",
  task: "change",
  family: "deep-diff",
  variant: "raw-c",
  cell_type: { id: "E123", name: "K562" },
  cell_type_b: { id: "E003", name: "H1" },
};

/** Computes from values [genes, T, 2M] each gene's sum in B less that in A. */
export function computeChange(values: Float32Array, genes: number): Batch {
  const [size, columns] = [values.length / genes, 2 * MARKS.length];
  const foldChange = new Float32Array(genes);
  values.forEach((value, i) => (foldChange[Math.floor(i / size)]! += i % columns < MARKS.length ? -value : value));
  return {
    ...{ probability: NONE, logit: NONE, expression: NONE, auxiliaryAlpha: NONE, auxiliaryBeta: NONE, foldChange },
    alpha: new Float32Array(genes * columns * BINS).fill(1 / BINS),
    beta: new Float32Array(genes * columns).fill(1 / columns),
  };
}

/** A model of a change; the genes that tables share are those of one name. */
class FakeChangeModel extends FakeModel {
  override readonly card = changeCard;
  override readonly attends = CHANGE_ATTENDS;
  override describe(): Description {
    return CHANGE_DESCRIPTION;
  }
  override async predict(values: Float32Array, genes: number): Promise<Batch> {
    return computeChange(values, genes);
  }
  override selfTest(): SelfTest {
    return { values: new Float32Array(2 * BINS * 2 * MARKS.length).fill(1), genes: 2 };
  }
  override preparePair(a: EngineTable, b: EngineTable): EnginePrepared {
    const names = a.genes.filter((gene) => b.genes.includes(gene));
    const only = (of: EngineTable, other: EngineTable): string[] =>
      of.genes.filter((gene) => !other.genes.includes(gene));
    const m = MARKS.length;
    const one = (name: string): number[] => {
      const [x, y] = [a, b].map((table) => table.values(table.genes.indexOf(name), table.genes.indexOf(name) + 1));
      return Array.from({ length: BINS }, (_, bin) => [
        ...x!.slice(bin * m, (bin + 1) * m),
        ...y!.slice(bin * m, (bin + 1) * m),
      ]).flat();
    };
    return {
      genes: names.length,
      names,
      unmatched: [only(a, b), only(b, a)],
      placesIn: (genes: readonly string[]) => Int32Array.from(names, (name) => genes.indexOf(name)),
      counts: () => NONE,
      on: () => new Uint8Array(0),
      values: (start: number, end: number) => Float32Array.from(names.slice(start, end).flatMap(one)),
      free: () => {},
    };
  }
}

/** The engine with models of a change. */
export const fakeChangeCpu: FakeCpu = { ...fakeCpu, Model: FakeChangeModel, Preparer: FakeChangeModel };

/** The full engine that has this one's models of tables. */
export function fakeFull(engine: FakeCpu): FullEngine {
  return { ...fakeTracks, ...engine };
}

/** A model whose file has two members. */
export const ensembleCard: ModelCard = {
  ...card,
  name: "Two seeds",
  members: [1, 2].map((seed) => ({ variant: card.variant, hyperparameters: {}, seed })),
};

/** Two seeds whose mean was calibrated on genes of which one half is on. */
export const calibratedCard: ModelCard = {
  ...ensembleCard,
  calibration: {
    ...{ method: "none", slope: 1, offset: 0, genes: 400, on: 0.5, data: "genes" },
    knots: [],
    compared: [],
  },
};

/** The engine with a calibrated ensemble, whose members give a quarter less and a quarter more than the mean. */
export const fakeCalibratedCpu: FakeCpu = {
  ...fakeCpu,
  Model: class extends FakeModel {
    override readonly card = calibratedCard;

    override async predict(values: Float32Array, genes: number): Promise<Batch> {
      const batch = await super.predict(values, genes);
      const { logit, probability } = batch;
      const [sd, low, high] = [0.25, 0, 1].map((value) => probability.map(() => value));
      const members = Float32Array.from({ length: 2 * genes }, (_, i) => logit[i >> 1]! + (i % 2 === 0 ? -0.25 : 0.25));
      return { ...batch, ...{ probabilityRaw: probability.slice(), members, sd, low, high } };
    }
  },
};

/** The engine with ensembles, whose members contribute 1 less and 1 more than their mean. */
export const fakeEnsembleCpu: FakeCpu = {
  ...fakeCpu,
  Model: class extends FakeModel {
    override readonly card = ensembleCard;
  },
};

/** The engine with models of another variant. */
export function fakeCpuOf(attends: Attends): FakeCpu {
  return {
    ...fakeCpu,
    Model: class extends FakeModel {
      override readonly attends = attends;
    },
  };
}

/** A table of `genes` genes, read. */
export function readFake(genes: number, change: Partial<EngineTable> = {}): Table {
  return new Table(fakeCpu, { ...fakeTable(genes), ...change });
}

/** Behaviour of a GPU for each batch; call 1 is the self-test. */
export type GpuBehaviour = (call: number, values: Float32Array, genes: number, guard: Guard) => Promise<Batch>;

/** A worker that answers each message by `behaviour`, a task later, as a real one would. */
export class FakeWorker implements WorkerPort {
  onmessage: WorkerPort["onmessage"] = null;
  onerror: WorkerPort["onerror"] = null;
  onmessageerror: WorkerPort["onmessageerror"] = null;
  terminated = false;
  readonly heard: ToWorker[] = [];

  constructor(private readonly behaviour: WorkerBehaviour) {}

  postMessage(message: ToWorker): void {
    this.heard.push(message);
    setImmediate(() => !this.terminated && this.behaviour(message, this));
  }

  say(message: FromWorker): void {
    if (!this.terminated) this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }

  fail(message: string): void {
    this.onerror?.({ message } as ErrorEvent);
  }

  terminate(): void {
    this.terminated = true;
  }
}

export type WorkerBehaviour = (message: ToWorker, worker: FakeWorker) => void;

/** Behaviour of a worker that works, with a model that attends to so much. */
export const diligentOf =
  (attends = ATTENDS): WorkerBehaviour =>
  (message, worker) => {
    if (message.kind === "start") worker.say({ kind: "ready" });
    if (message.kind === "batch")
      worker.say({ kind: "done", id: message.id, outputs: compute(message.values, message.genes, attends) });
    if (message.kind === "window")
      worker.say({ kind: "done", id: message.id, outputs: byName(computeTracks(message.codes, message.attention)) });
    if (message.kind === "tower") {
      const tower = computeTower(message.codes, message.first, message.end);
      worker.say({ kind: "done", id: message.id, outputs: { tower } });
    }
    if (message.kind === "rows") {
      const { values, first, end, attention } = message;
      worker.say({ kind: "done", id: message.id, outputs: computeLastRows(values, first, end, attention) });
    }
    if (message.kind === "tracks") worker.say({ kind: "done", id: message.id, outputs: { tracks: message.values } });
    if (message.kind === "saliency" || message.kind === "attribution" || message.kind === "deletion")
      void explainBatch(new FakeModel(), message).then((outputs) =>
        worker.say({ kind: "done", id: message.id, outputs }),
      );
  };

/** Behaviour of a worker that works. */
export const diligent = diligentOf();

/** A machine with this adapter, whose GPU behaves so. */
/** Behaviour of the GPU for a window of a sequence; `call` counts from 1. */
export type TrackBehaviour = (call: number, codes: Uint8Array, attention: boolean, guard: Guard) => Promise<TrackBatch>;

export class FakePlatform implements Platform {
  gpuStarts = 0;
  calls = 0;
  /** Why there can be no WebGPU. */
  missing: string | undefined;
  saving = false;
  readonly activity = new Activity();
  readonly now = () => clock.now;
  readonly guard = new Guard();
  readonly workers: FakeWorker[] = [];
  /** Behaviours of the workers: the first takes the first, and the last stands for all after it. */
  workerBehaviours: WorkerBehaviour[] = [];

  /** The CPU engines. */
  engine: FakeCpu = fakeCpu;
  sequencesEngine = fakeTracks;

  /** Behaviour of the GPU for a window. */
  trackBehaviour: TrackBehaviour = async (_, codes, attention) => computeTracks(codes, attention);

  constructor(
    private readonly survey: AdapterSurvey,
    private readonly behaviour: GpuBehaviour = async (_, values, genes) => compute(values, genes),
  ) {}

  async cpu<Name extends CpuName>(name: Name, ..._: unknown[]): Promise<RunningCpu<Name>> {
    const engines: CpuEngines = { tables: this.engine, full: { ...this.sequencesEngine, ...this.engine } };
    return { engine: engines[name], name, simd: "plain", module: {} as WebAssembly.Module };
  }

  startWorker(): WorkerPort {
    const behaviour = this.workerBehaviours[this.workers.length] ?? this.workerBehaviours.at(-1);
    if (!behaviour) throw new Error("no workers on this machine");
    const worker = new FakeWorker(behaviour);
    this.workers.push(worker);
    return worker;
  }

  gpuMissing(): string | undefined {
    return this.missing;
  }

  savesData(): boolean {
    return this.saving;
  }

  pause(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve));
  }

  readonly findAdapter = async (): Promise<AdapterSurvey> => this.survey;

  async gpu(): Promise<RunningGpu> {
    this.gpuStarts++;
    const platform = this;
    class GpuModel implements EngineModel {
      predict(values: Float32Array, genes: number): Promise<Batch> {
        clock.now += genes * clock.gpu;
        return platform.behaviour(++platform.calls, values, genes, platform.guard);
      }
      selfTest(): SelfTest {
        throw new Error("the CPU's is used");
      }
      free(): void {}
    }
    class GpuTrackModel extends FakeTrackModel {
      override predict(codes: Uint8Array, attention: boolean): Promise<TrackBatch> {
        clock.now += clock.gpu;
        return platform.trackBehaviour(++platform.calls, codes, attention, platform.guard);
      }
    }
    const engine = {
      Model: GpuModel,
      TrackModel: GpuTrackModel,
      startDevice: () => Promise.reject(new Error("started already")),
    };
    return {
      engine,
      guard: this.guard,
      info: { name: "", backend: "BrowserWebGpu", deviceType: "Other", driver: "", maxBufferBytes: 1 << 27 },
    };
  }
}

export const HARDWARE: AdapterSurvey = { adapter: { name: "acme turbo", software: false } };
export const SOFTWARE: AdapterSurvey = { adapter: { name: "google swiftshader", software: true } };
