/** The work of models of tracks: sequences, one predicted record, measured tracks, attention, variants. */

import type {
  BinValue,
  Intervals,
  Measured,
  MembersSpread,
  BaseContributionOptions,
  BaseContributions,
  BaseDeletion,
  BaseDeletionOptions,
  Motifs,
  Mutagenesis,
  NamedContributions,
  NamedVariant,
  RegionOptions,
  Sequences,
  Stretch,
  TracksModel,
  TracksResult,
  Variant,
  WindowAttention,
  WorkOptions,
} from "../../../../pkg/src/index";
import { PATTERN, SCORE } from "../../../../pkg/src/constants";
import { bedGraph, type SavedTracks, tracksTsv } from "./text";
import { membersOf, SPREAD, type SpreadPart } from "../shared/members";
import { intervalName } from "../../plots/core/format";
import { mapTop } from "../../plots/tracks/attention";
import { type OpenedModel, sourceOf, type TableRequest } from "../../session/opened";
import {
  type AttentionMapValues,
  type AttentionOf,
  type AttentionRows,
  type IntervalEnd,
  type ReadMeasured,
  type ReadSequences,
  type TrackFormat,
  trackOf,
  type TrackRun,
  trackRun,
  type VariantChange,
} from "./result";
import { changeOfRecords, type OneChange } from "./all/one-change";
import { intervalColumns } from "./sure/intervals";
import { call, type Declared } from "../../rpc/rpc";
import { emptyPart, putRows, type ScoredPart, trackColumns } from "./variants/scores";

/** The largest share of wrong names that can be shown: smaller ones are chosen among these. */
const MOST_NAMES_Q = 0.2;

/** A stretch of a record, from 0, the end not included. */
interface StretchOf {
  readonly start: number;
  readonly end: number;
}

/** Settings for attributing a track to bases. */
export type Attributing = Pick<BaseContributionOptions, "method" | "shuffles">;

/** Contributions of bases, with motif names and patterns if requested. */
export type Contributed = BaseContributions & Partial<Pick<NamedContributions, "seqlets" | "names" | "patterns">>;

/** The used members of a loaded model of tracks. */
export type TrackModel = Pick<
  TracksModel,
  | "shape"
  | "predict"
  | "intervals"
  | "attention"
  | "positionFunctions"
  | "variant"
  | "checkVariants"
  | "changedBases"
  | "scoreVariants"
  | "mutagenesis"
  | "contributions"
  | "motifs"
  | "variantMotifs"
  | "deletion"
  | "writeBigWig"
>;

/** Returns the open model; throws if it is missing or of another kind. */
export type OpenedTracks = () => { readonly runner: TrackModel; readonly model: OpenedModel };

/** The used part of the package: a page may have its own copy, or load it on demand. */
export interface TrackPackage {
  readonly Regulens: Pick<
    typeof import("../../../../pkg/src/index").Regulens,
    "readSequences" | "readMeasured" | "readRegions" | "readVariants" | "readMotifs" | "readPlantedSites"
  >;
  readonly InputError: typeof import("../../../../pkg/src/index").InputError;
  readonly decode: typeof import("../../../../pkg/src/index").decode;
  readonly VERSION: string;
}

/** Returns earlier predictions of a record by a model; undefined if there are none. */
export type Before = (sequences: Sequences, index: number, model: OpenedModel) => TracksResult | undefined;

/** The state of a run that the worker stores. */
export interface HeldTracks {
  readonly id: number;
  readonly tracks: TracksResult;
  readonly sequences: Sequences;
  readonly index: number;
  readonly region: RegionOptions["region"];
  readonly model: OpenedModel;
}

/** Sequences to read, and the indexes of their file. */
export interface SequencesRequest {
  readonly source: TableRequest;
  readonly fai?: TableRequest | undefined;
  readonly gzi?: TableRequest | undefined;
}

/** Answers the page's calls. */
export class TrackHandlers {
  #sequences: Sequences | undefined;
  /** The displayed run, and one that has finished since, which the page may discard. */
  #runs: readonly HeldTracks[] = [];
  /** All sequences that have not been freed. */
  readonly #read = new Set<Sequences>();
  /** The motifs read last. */
  #motifs: Motifs | undefined;
  #nextId = 1;
  #attention: (WindowAttention & { readonly of: string; readonly run: number }) | undefined;
  /** The intervals computed last: files include them even when another model is open. */
  #intervals: (Intervals & { readonly run: number; readonly coverage: number }) | undefined;
  #variant:
    | {
        readonly id: number;
        readonly start: number;
        readonly bins: number;
        readonly reference: readonly Float32Array[];
        readonly alternative: readonly Float32Array[];
      }
    | undefined;

  readonly #opened: OpenedTracks;
  readonly #engine: TrackPackage;
  readonly #afterPrediction: () => void;

  readonly #before: Before;

  /**
   * @param afterPrediction Called when the model has run, or failed to.
   * @param before Returns earlier predictions of a record, which are reused.
   */
  constructor(
    opened: OpenedTracks,
    engine: TrackPackage,
    afterPrediction: () => void = () => {},
    before: Before = () => undefined,
  ) {
    this.#opened = opened;
    this.#engine = engine;
    this.#afterPrediction = afterPrediction;
    this.#before = before;
  }

  /** Discards state that another model cannot use. */
  forget(): void {
    this.#attention = this.#variant = undefined;
  }

  /** Reads sequences, which replace earlier ones. */
  readonly readSequences = call(
    { needs: ["table"] },
    async ({ source, fai, gzi }: SequencesRequest, options): Promise<ReadSequences> => {
      const sequences = await this.#engine.Regulens.readSequences(sourceOf(source), {
        ...{ ...options, name: source.file },
        ...{ fai: fai && sourceOf(fai), gzi: gzi && sourceOf(gzi) },
      });
      this.#sequences = sequences;
      this.#read.add(sequences);
      this.#freeUnused();
      this.forget();
      const { file, records, isSliced } = sequences;
      return { file, records, isSliced };
    },
  );

  /** Reads the regions of a BED file. */
  readonly readRegions = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#engine.Regulens.readRegions(sourceOf(source), { ...options, name: source.file }),
  );

  /**
   * Predicts the tracks of a record, or of the windows around a region of it. The displayed run `shown` can still be
   * queried meanwhile.
   */
  readonly predictTracks = call(
    { needs: ["model", "device", "table"] },
    async (
      {
        index,
        region,
        shown,
      }: {
        readonly index: number;
        readonly region?: Stretch | undefined;
        readonly shown?: number | undefined;
      },
      options,
    ): Promise<TrackRun> => {
      const { runner, model } = this.#opened();
      const sequences = this.#needSequences();
      const around = region && { ...region, isWhole: true };
      const before = around ? undefined : this.#before(sequences, index, model);
      const tracks =
        before ??
        (await runner.predict(sequences, index, { ...options, region: around }).finally(this.#afterPrediction));
      const id = this.#nextId++;
      this.#runs = [
        ...this.#runs.filter((run) => run.id === shown),
        { id, tracks, sequences, index, region: around, model },
      ];
      this.#freeUnused();
      this.forget();
      return {
        ...trackRun(model, runner.shape, sequences, index, tracks, `Regulens ${this.#engine.VERSION}`),
        region,
        id,
      };
    },
  );

  /** The inputs and results of a run, for further work on it. */
  ranOn(id: number): HeldTracks {
    return this.#runOf(id);
  }

  /** The current sequences, and the model to run on them. */
  toRun(): ReturnType<OpenedTracks> & { readonly sequences: Sequences } {
    return { ...this.#opened(), sequences: this.#needSequences() };
  }

  /** The sequences of the displayed run, if its model is still open. */
  exported(): Sequences {
    const { sequences, model } = this.#runOf(this.#runs[0]?.id);
    if (model.sha256 !== this.#opened().model.sha256) throw this.#anotherModel("Run it on the sequence first.");
    return sequences;
  }

  /** Values of a run's tracks, [bins] each. */
  readonly trackValues = call(
    { transfer: (values: readonly Float32Array[]) => values },
    async ({ run, tracks }: { readonly run: number; readonly tracks: readonly number[] }) => {
      const { tracks: predicted } = this.#runOf(run);
      return tracks.map((track) => valuesOf(predicted, track));
    },
  );

  /** Spread of a run's tracks over ensemble members, [bins] for each part; undefined for a single model. */
  readonly trackSpreads = call(
    { transfer: (spreads: readonly MembersSpread[]) => spreads.flatMap((spread) => Object.values(spread)) },
    async ({ run, tracks }: { readonly run: number; readonly tracks: readonly number[] }) => {
      const { tracks: predicted } = this.#runOf(run);
      return tracks.flatMap((track) => spreadOf(predicted, track) ?? []);
    },
  );

  /** Intervals of a run's tracks at a coverage, [bins] for each end. */
  readonly trackIntervals = call(
    { transfer: (intervals: readonly Intervals[]) => intervals.flatMap(({ low, high }) => [low, high]) },
    async (
      {
        run,
        tracks,
        coverage,
      }: { readonly run: number; readonly tracks: readonly number[]; readonly coverage: number },
      options,
    ) => {
      const held = this.#runOf(run);
      const found = await this.#intervalsOfRun(held, coverage, options);
      return tracks.map((track) => intervalOf(found, held.tracks, track));
    },
  );

  /** Intervals of a run; the latest are cached. */
  async #intervalsOfRun({ id, model, tracks }: HeldTracks, coverage: number, options: WorkOptions): Promise<Intervals> {
    if (this.#intervals?.run !== id || this.#intervals.coverage !== coverage) {
      const found = await this.intervalsOf(model, tracks, coverage, options);
      this.#intervals = { ...found, run: id, coverage };
    }
    return this.#intervals;
  }

  /** Intervals of all tracks predicted by a model; throws if another model is open. */
  async intervalsOf(
    { sha256 }: OpenedModel,
    tracks: TracksResult,
    coverage: number,
    options: WorkOptions,
  ): Promise<Intervals> {
    const { runner, model } = this.#opened();
    if (model.sha256 !== sha256) throw this.#anotherModel("Run it to see its intervals.");
    return runner.intervals(tracks, { ...options, coverage });
  }

  /** Reads a measured track along the record of a run. */
  readonly readMeasured = call(
    { transfer: ({ values }: ReadMeasured) => [values] },
    async (
      { run, source, value }: { readonly run: number; readonly source: TableRequest; readonly value: BinValue },
      options,
    ): Promise<ReadMeasured> => {
      const { tracks } = this.#runOf(run);
      const measured = await this.#engine.Regulens.readMeasured(sourceOf(source), { ...options, name: source.file });
      try {
        return { file: measured.file, kind: measured.kind, values: along(measured, tracks, value) };
      } finally {
        measured.free();
      }
    },
  );

  /** Attention from a bin of a run. */
  readonly attentionRows = call(
    { needs: ["model", "device"], transfer: ({ layers }: AttentionRows) => layers },
    async ({ run, bin }: { readonly run: number; readonly bin: number }, options): Promise<AttentionRows> => {
      const { attention, windowBin } = await this.#attend(this.#runOf(run), bin, options);
      const { start, bins, heads, layers } = attention;
      return { bin, windowBin, start, bins, heads, layers: rowsOf(layers, heads, bins, windowBin) };
    },
  );

  /** Effect of a variant on attention from a bin of its window: rows before and after. */
  readonly variantRows = call({}, async (asked: { readonly variant: number; readonly windowBin: number }) => {
    const { windowBin } = asked;
    const { bins, reference, alternative } = this.#variantOf(asked.variant);
    const { heads } = this.#opened().runner.shape;
    return {
      reference: rowsOf(reference, heads, bins, windowBin),
      alternative: rowsOf(alternative, heads, bins, windowBin),
    };
  });

  /**
   * One head's attention from all bins of a window: that of the run's bin, or of the variant, requested last.
   */
  readonly attentionMap = call(
    { transfer: ({ values }: AttentionMapValues) => [values] },
    async ({
      of,
      id,
      layer,
      head,
    }: {
      readonly of: AttentionOf;
      /** Id of the run or the variant. */
      readonly id: number;
      readonly layer: number;
      readonly head: number;
    }): Promise<AttentionMapValues> => {
      const map = (layers: readonly Float32Array[], bins: number): Float32Array =>
        (layers[layer] ?? new Float32Array(0)).slice(head * bins * bins, (head + 1) * bins * bins);
      if (of === "bin") {
        if (this.#attention?.run !== id) throw this.#missing("a bin that was asked for", "Choose a bin first.");
        const { start, bins, layers } = this.#attention;
        const values = map(layers, bins);
        return { start, bins, values, top: mapTop(values) };
      }
      const { start, bins, ...alleles } = this.#variantOf(id);
      const [reference, alternative] = [map(alleles.reference, bins), map(alleles.alternative, bins)];
      if (of === "change") {
        const values = alternative.map((weight, i) => weight - (reference[i] ?? 0));
        return { start, bins, values, top: mapTop(values) };
      }
      // Equal colours mean equal weights before and after.
      const top = Math.max(mapTop(reference), mapTop(alternative));
      return { start, bins, values: of === "reference" ? reference : alternative, top };
    },
  );

  /** Position functions, [heads, 2 · bins − 1] per layer; empty for a model without them. */
  readonly positionFunctions = call(
    { needs: ["model"], transfer: (functions: readonly Float32Array[]) => functions },
    async (_: Record<string, never>) => this.#opened().runner.positionFunctions(),
  );

  /** The bases `start` to `end` (excluded) of a run's record, as text. */
  readonly bases = call(
    { needs: ["table"] },
    async ({ run, start, end }: { readonly run: number; readonly start: number; readonly end: number }) => {
      const { sequences, index } = this.#runOf(run);
      return this.#engine.decode(sequences.codes(index, start, end));
    },
  );

  /** One change of records, by index, as a VCF. */
  readonly changeRecords = call(
    { needs: ["table"] },
    async ({ change, only }: { readonly change: OneChange; readonly only: readonly number[] }) => {
      const sequences = this.#needSequences();
      return changeOfRecords(change, sequences.records, only, (record, start, end) =>
        this.#engine.decode(sequences.codes(record, start, end)),
      );
    },
  );

  /** The rows of a VCF file. */
  readonly readVariants = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#engine.Regulens.readVariants(sourceOf(source), { ...options, name: source.file }),
  );

  /** Reads the motifs of a file, which replace earlier ones. */
  readonly readMotifs = call({ needs: ["motifs"] }, async ({ source }: { readonly source: TableRequest }, options) => {
    const read = await this.#engine.Regulens.readMotifs(sourceOf(source), { ...options, name: source.file });
    this.#motifs?.free();
    this.#motifs = read;
    return { file: read.file, motifs: read.motifs };
  });

  /** Frees the motifs. */
  readonly closeMotifs = call({ needs: ["motifs"] }, async (_: Record<string, never>) => {
    this.#motifs?.free();
    this.#motifs = undefined;
  });

  /** Reads the sites planted in simulated sequences. */
  readonly readPlantedSites = call({}, ({ source }: { readonly source: TableRequest }, options) =>
    this.#engine.Regulens.readPlantedSites(sourceOf(source), { ...options, name: source.file }),
  );

  /** Motif matches that a variant in a run's record creates or destroys. */
  readonly variantMotifs = call(
    { needs: ["motifs"] },
    async ({ run, variant, q }: { readonly run: number; readonly variant: Variant; readonly q: number }) => {
      const { sequences, index } = this.#runOf(run);
      return this.#opened().runner.variantMotifs(sequences, index, variant, this.#needMotifs(), { q });
    },
  );

  /** Effect of a variant in the record of a run. */
  readonly variantEffect = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ reference, alternative }: VariantChange) => [reference, alternative],
    },
    async ({ run, variant }: { readonly run: number; readonly variant: Variant }, options): Promise<VariantChange> => {
      const { runner } = this.#opened();
      const { sequences, index } = this.#runOf(run);
      const { attention, ...effect } = await runner.variant(sequences, index, variant, options);
      const id = this.#nextId++;
      this.#variant = { id, start: effect.start, bins: runner.shape.bins, ...attention };
      return { ...effect, id, variant, index, attends: attention.reference.length > 0 };
    },
  );

  /** Finds faults that prevent scoring variants on the current sequences. */
  readonly checkVariants = call(
    { needs: ["table"] },
    async ({ variants }: { readonly variants: readonly NamedVariant[] }, options) => ({
      faults: await this.#opened().runner.checkVariants(this.#needSequences(), variants, options),
      program: `Regulens ${this.#engine.VERSION}`,
    }),
  );

  /** Scores variants on the current sequences with the model of this hash, for the chosen tracks. */
  readonly scoreVariants = call(
    {
      needs: ["model", "device", "table"],
      transfer: ({ tracks, attention }: ScoredPart) => [tracks, attention],
    },
    async (
      {
        variants,
        tracks,
        sha256,
      }: { readonly variants: readonly NamedVariant[]; readonly tracks: readonly number[]; readonly sha256: string },
      options,
    ): Promise<ScoredPart> => {
      const { runner, model } = this.#opened();
      if (model.sha256 !== sha256) throw this.#anotherModel("Score all again to get the scores of the open one.");
      const columns = trackColumns(model.card);
      const part = emptyPart(variants.length, tracks.length, columns);
      await runner
        .scoreVariants(this.#needSequences(), variants, {
          ...{ ...options, ...SCORE },
          onScored: (variant, rows) => putRows(part, variant, rows, tracks, columns),
        })
        .finally(this.#afterPrediction);
      return part;
    },
  );

  /** Effect of substituting each base of a stretch of a run's record. */
  readonly mutagenesis = call(
    { needs: ["model", "table"], transfer: ({ change, contribution }: Mutagenesis) => [change, contribution] },
    async (
      {
        run,
        start,
        end,
        around,
      }: { readonly run: number; readonly start: number; readonly end: number; readonly around: number | undefined },
      options,
    ) => {
      const { sequences, index } = this.#runOf(run);
      return this.#opened().runner.mutagenesis(sequences, index, start, end, { ...options, around });
    },
  );

  /**
   * Contribution of each base to a track's sum over a stretch of a run's record; with `isNamed` also the motif names of
   * the top stretches.
   */
  readonly contributions = call(
    {
      needs: ["model", "table"],
      transfer: ({ contributions, codes }: Contributed) => [contributions, codes],
    },
    async (
      {
        run,
        start,
        end,
        track,
        isNamed,
        ...how
      }: { readonly run: number; readonly track: number; readonly isNamed: boolean } & StretchOf & Attributing,
      options,
    ): Promise<Contributed> => {
      const { sequences, index } = this.#runOf(run);
      const { runner } = this.#opened();
      const asked = { ...options, ...how, region: { start, end } };
      return isNamed
        ? runner.motifs(sequences, index, track, this.#needMotifs(), { ...asked, q: MOST_NAMES_Q, least: PATTERN })
        : runner.contributions(sequences, index, track, asked);
    },
  );

  /**
   * Loss of a track's sum over a stretch of a run's record as the bases ranked first by explanations, or matches of the
   * open motifs, are replaced; and their recall of planted sites.
   */
  readonly deletion = call(
    { needs: ["model", "table"], transfer: ({ share, scores }: BaseDeletion) => [share, scores] },
    async (
      {
        run,
        start,
        end,
        track,
        ...how
      }: { readonly run: number; readonly track: number } & StretchOf & Pick<BaseDeletionOptions, "shuffles" | "truth">,
      options,
    ) => {
      const { sequences, index } = this.#runOf(run);
      const asked = { ...options, ...how, region: { start, end }, motifs: this.#motifs };
      return this.#opened().runner.deletion(sequences, index, track, asked);
    },
  );

  /**
   * Tracks of a run as a file, with intervals at a coverage. A bigWig holds one track, one part of its spread, or one
   * end of its interval.
   */
  readonly tracksFile = call(
    {},
    async (
      {
        run,
        format,
        tracks: chosen,
        part,
        coverage,
        end,
      }: {
        readonly run: number;
        readonly format: TrackFormat;
        readonly tracks: readonly number[];
        readonly part?: SpreadPart | undefined;
        readonly coverage?: number | undefined;
        readonly end?: IntervalEnd | undefined;
      },
      options,
    ) => {
      const held = this.#runOf(run);
      const { tracks, model } = held;
      const { record, length, origin, binSize: bin, bins } = tracks;
      const isAsked = coverage !== undefined && (format !== "bigwig" || end !== undefined);
      const intervals = isAsked ? await this.#intervalsOfRun(held, coverage, options) : undefined;
      if (format === "bigwig") {
        const [track] = chosen;
        if (track === undefined) throw this.#missing("a track", "Choose a track first.");
        if (part && !tracks.spread) throw this.#missing("tracks of several models", "Run an ensemble.");
        if (end && !intervals) throw this.#missing("intervals", "Choose an interval to draw.");
        const all = part ? tracks.spread![part] : end && intervals ? intervals[end] : tracks.values;
        // Bins beyond the record are not part of the file.
        const first = Math.max(0, Math.ceil(-origin / bin));
        return new Blob(
          [
            (await this.#opened().runner.writeBigWig(
              { chromosome: record, length, start: origin + first * bin },
              valuesOf({ values: all, bins }, track).subarray(first),
            )) as BlobPart,
          ],
          { type: "application/octet-stream" },
        );
      }
      const saved = savedTracks(model, tracks, chosen, intervals && { ...intervals, coverage: coverage! });
      return new Blob([format === "tsv" ? tracksTsv(saved) : bedGraph(saved)], { type: "text/plain;charset=utf-8" });
    },
  );

  /** Attention of the window around a bin of the run; cached, since readers view neighbouring bins. */
  async #attend(
    run: HeldTracks,
    bin: number,
    options: WorkOptions,
  ): Promise<{ attention: WindowAttention; windowBin: number }> {
    const { runner, model } = this.#opened();
    if (run.model.sha256 !== model.sha256) throw this.#anotherModel("Run it to see its attention.");
    const { windows } = run.tracks;
    const first = windows[0]?.firstBin ?? 0;
    const window = windows.find(({ firstBin, keep }) => first + bin < firstBin + keep[1] - keep[0]) ?? windows.at(-1);
    const of = `${run.id} ${window?.start}`;
    if (this.#attention?.of !== of)
      this.#attention = {
        ...(await runner.attention(run.sequences, run.index, bin, { ...options, region: run.region })),
        of,
        run: run.id,
      };
    const { start } = this.#attention;
    return {
      attention: this.#attention,
      windowBin: Math.round((run.tracks.origin - start) / run.tracks.binSize) + bin,
    };
  }

  /** The bases that each variant changes; undefined without sequences. */
  async changedBases(
    variants: readonly NamedVariant[],
    options: WorkOptions,
  ): Promise<readonly (Stretch | undefined)[]> {
    if (!this.#sequences) return [];
    return this.#opened().runner.changedBases(this.#sequences, variants, options);
  }

  #needSequences(): Sequences {
    if (!this.#sequences) throw this.#missing("a sequence", "Give it a FASTA file first.");
    return this.#sequences;
  }

  #needMotifs(): Motifs {
    if (!this.#motifs)
      throw this.#missing("motifs", "Give it a file of motifs first: MEME’s minimal format, or JASPAR’s.");
    return this.#motifs;
  }

  /** The requested run; the page shows it, so that earlier runs can be discarded. */
  #runOf(id: number | undefined): HeldTracks {
    const run = this.#runs.find((each) => each.id === id);
    if (!run) throw this.#missing("a finished run", "Run the model first.");
    this.#runs = this.#runs.slice(this.#runs.indexOf(run));
    if (!this.#runs.some((each) => each.id === this.#intervals?.run)) this.#intervals = undefined;
    return run;
  }

  #variantOf(id: number) {
    if (this.#variant?.id !== id) throw this.#missing("a variant", "Choose one first.");
    return this.#variant;
  }

  /** Frees sequences that belong to no run and cannot be run. */
  #freeUnused(): void {
    for (const each of this.#read) {
      if (each === this.#sequences || this.#runs.some(({ sequences }) => sequences === each)) continue;
      this.#read.delete(each);
      each.free();
    }
  }

  #anotherModel(remedy: string): Error {
    const message = "The open model is not the one that made these results.";
    return new this.#engine.InputError(message, { code: "another-model", remedy });
  }

  #missing(what: string, remedy: string): Error {
    return new this.#engine.InputError(`This needs ${what}.`, { code: "missing", remedy });
  }
}

/** Some tracks of a record, as written to files; `intervals` are those of all its tracks. */
export function savedTracks(
  model: OpenedModel,
  tracks: TracksResult,
  chosen: readonly number[],
  intervals?: Intervals & { readonly coverage: number; readonly none?: readonly string[] },
): SavedTracks {
  const { record, length, origin, binSize: bin, bins } = tracks;
  const except = intervals?.none?.length ? `; none of ${intervals.none.join(", ")}` : "";
  return {
    ...{ record, length, origin, bin, bins },
    tracks: chosen.flatMap((track) => {
      const { name } = trackOf(model.card, track);
      const description = `${name}, predicted by ${model.card.name || model.file}`;
      const spread = spreadOf(tracks, track);
      const interval = intervals && intervalOf(intervals, tracks, track);
      return [
        { name, description, values: valuesOf(tracks, track) },
        ...(spread
          ? SPREAD.map((part) => ({
              ...{ name: `${name}.${part}`, values: spread[part] },
              description: `${description}: ${PARTS[part]} of ${membersOf(model.card) ?? "its members"}`,
            }))
          : []),
        ...intervalColumns(name, interval).map(({ end, ...column }) => ({
          ...column,
          description: `${description}: ${end} end of the ${intervalName(intervals!.coverage)}${except}`,
        })),
      ];
    }),
  };
}

/** Parts of a spread, in words. */
const PARTS = { sd: "standard deviation", low: "lowest", high: "highest" } as const;

/** Values of one track, [bins]. */
export function valuesOf({ values, bins }: Pick<TracksResult, "values" | "bins">, track: number): Float32Array {
  const count = values.length / bins;
  return Float32Array.from({ length: bins }, (_, bin) => values[bin * count + track] ?? NaN);
}

/** Spread of one track over ensemble members, [bins]; undefined for a single model. */
function spreadOf({ spread, bins }: TracksResult, track: number): MembersSpread | undefined {
  const of = (values: Float32Array): Float32Array => valuesOf({ values, bins }, track);
  return spread && { sd: of(spread.sd), low: of(spread.low), high: of(spread.high) };
}

/** The interval of one track, [bins]. */
function intervalOf({ low, high }: Intervals, { bins }: TracksResult, track: number): Intervals {
  return { low: valuesOf({ values: low, bins }, track), high: valuesOf({ values: high, bins }, track) };
}

/** Measured values in the bins of a run. */
function along(
  measured: Measured,
  { record, origin, binSize, bins }: TracksResult,
  value: "mean" | "sum",
): Float32Array {
  return measured.bins(record, origin, bins, binSize, value);
}

/** The row of one bin for each head of each layer, [heads, bins]. */
function rowsOf(layers: readonly Float32Array[], heads: number, bins: number, bin: number): Float32Array[] {
  return layers.map((layer) => {
    const rows = new Float32Array(heads * bins);
    for (let head = 0; head < heads; head++)
      rows.set(layer.subarray((head * bins + bin) * bins, (head * bins + bin + 1) * bins), head * bins);
    return rows;
  });
}

/** Arguments and results of these calls. */
export type TrackCalls = Declared<TrackHandlers>;
