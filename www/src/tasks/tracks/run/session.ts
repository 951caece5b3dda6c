/**
 * State derived from a run: its values, the bins in view, attention from one of them, and measured tracks under the
 * predicted ones.
 */

import type { BinValue } from "../../../../../pkg/src/index";
import { plainOf, WorkerError } from "../../../rpc/errors";
import type { TableRequest } from "../../../session/opened";
import { membersOf, type SpreadPart } from "../../shared/members";
import { type AttentionOf, type IntervalEnd, type TrackFormat, trackInName, trackOf, type TrackRun } from "../result";
import type { Overlay, Part, Sequences, SequenceState, ShownMap } from "../session-state";
import { coverageDrawn, hasIntervals, whyWithdrawn } from "../sure/intervals";
import type { Locus } from "../places/locus";

/** Minimum number of bins in view. */
const CLOSEST = 8;

/** A view of whole bins within the record, with a minimum width. */
export function within(from: number, to: number, bins: number): readonly [number, number] {
  const size = Math.min(bins, Math.max(CLOSEST, Math.round(to - from)));
  const first = Math.max(0, Math.min(bins - size, Math.round(from)));
  return [first, first + size];
}

/** The bins that contain bases counted from 1: first, and end (excluded). */
export function binsOf(
  { origin, bin }: TrackRun,
  [first, last]: NonNullable<Locus["bases"]>,
): readonly [number, number] {
  const of = (base: number): number => Math.floor((base - 1 - origin) / bin);
  return [of(first), of(last) + 1];
}

/** The view of a position; undefined for a single base, which shows everything, and for unpredicted positions. */
export function viewOf(run: TrackRun, bases: NonNullable<Locus["bases"]>): readonly [number, number] | undefined {
  const [from, to] = binsOf(run, bases);
  return bases[0] === bases[1] || to <= 0 || from >= run.bins ? undefined : within(from, to, run.bins);
}

/** The bin in view with the maximum of the first track shown. */
export function strongestBin(
  { shown, values }: SequenceState,
  [from, to]: readonly [number, number],
): number | undefined {
  const first = shown[0] === undefined ? undefined : values.get(shown[0])?.subarray(from, to);
  return first && from + first.reduce((best, value, bin) => (value > first[best]! ? bin : best), 0);
}

/** Ratio of two tracks' maxima from which the lower one looks flat. */
const FLAT = 10;

/** Actions of the page for the displayed tracks. */
export class ShownTracks {
  constructor(private readonly at: Sequences) {}

  /** Selects the tracks to show. */
  async show(shown: readonly number[]): Promise<void> {
    this.at.set({ shown: [...shown].sort((a, b) => a - b) });
    await this.fetchValues(shown);
  }

  /** Moves the view, within the record and with a minimum width. */
  look([from, to]: readonly [number, number]): void {
    this.at.set({ view: within(from, to, this.at.state.run?.bins ?? 1) });
  }

  /** Zooms by `factor` around the bin `centre`; below 1 zooms in. */
  zoom(factor: number, centre?: number): void {
    const [from, to] = this.at.state.view;
    const middle = centre ?? (from + to) / 2;
    this.look([middle - (middle - from) * factor, middle + (to - middle) * factor]);
  }

  /** Scrolls a bin into view, if necessary. */
  reveal(bin: number): void {
    const [from, to] = this.at.state.view;
    if (bin >= from && bin < to) return;
    const half = Math.floor((to - from) / 2);
    this.look([bin - half, bin - half + to - from]);
  }

  /** Shows the attention from a bin. */
  async lookAt(bin: number): Promise<void> {
    const { run, model } = this.at.state;
    if (!run || !(bin >= 0 && bin < run.bins)) return;
    this.reveal(bin);
    this.at.set({ bin });
    void this.#fetchBases(run, bin);
    if (!model?.shape || model.shape.layers === 0 || run.model.sha256 !== model.sha256) return;
    const attention = await this.at.do("attention", `${run.record.name}, bin ${bin + 1}`, (options) =>
      this.at.worker.call("attentionRows", { run: run.id, bin }, options),
    );
    // Another bin may have been selected meanwhile, or another record run.
    if (!attention || this.at.state.run !== run || this.at.state.bin !== bin) return;
    const isOther = this.at.state.map?.start !== attention.start;
    this.at.set({ attention, ...(isOther ? { map: undefined } : {}) });
    if (isOther) await this.#fetchMap();
  }

  /** Selects a base of the record, and its bin. */
  async chooseBase(base: number): Promise<void> {
    const { run } = this.at.state;
    if (!run || !(base >= 0 && base < run.record.length)) return;
    this.at.set({ base });
    const bin = Math.max(0, Math.min(run.bins - 1, Math.floor((base - run.origin) / run.bin)));
    if (bin === this.at.state.bin) this.reveal(bin);
    else await this.lookAt(bin);
  }

  /** Selects the head shown in the maps. */
  async chooseHead(layer: number, head: number): Promise<void> {
    this.at.set({ layer, head });
    await Promise.all([this.#fetchMap(), this.fetchVariantMap(this.at.state.variantMap?.of)]);
  }

  /**
   * Assigns a measured track to the predicted one named in its file name, to the first without one, or to `track`.
   */
  async readMeasured(source: TableRequest, track?: number, wanted?: BinValue): Promise<void> {
    const { run, shown, waiting } = this.at.state;
    if (!run)
      return this.at.set({
        waiting: [...waiting, source],
        announcement: `${source.file} will lie under the prediction.`,
      });
    const { card } = run.model;
    const under =
      track ??
      trackInName(card, source.file) ??
      shown.find((each) => !this.at.state.overlays.some((overlay) => overlay.track === each)) ??
      shown[0];
    if (under === undefined)
      return this.at.fail(
        "measured",
        new WorkerError({
          name: "InputError",
          code: "missing",
          message: `${source.file}: found measured values, but no track is shown.`,
          remedy: "Choose the track to lay them under.",
        }),
      );
    const value = wanted ?? (/\bmean\b/i.test(trackOf(card, under).unit ?? "") ? "mean" : "sum");
    const read = await this.at.do("measured", source.file, (options) =>
      this.at.worker.call("readMeasured", { run: run.id, source, value }, options),
    );
    if (!read || this.at.state.run !== run) return;
    // With different units, one of the two would be flat.
    const most = read.values.reduce((most, each) => Math.max(most, each), 0);
    const ratio = most / (run.peaks[under] ?? 0);
    const ownScale =
      this.at.state.ownScale || (wanted === undefined && most > 0 && !(ratio > 1 / FLAT && ratio < FLAT));
    const overlay = { ...read, track: under, value, source };
    const isAgain = (each: Overlay): boolean => each.track === under && each.file === read.file;
    const { overlays } = this.at.state;
    this.at.set({
      // The same file again replaces itself; any other is added.
      overlays: overlays.some(isAgain)
        ? overlays.map((each) => (isAgain(each) ? overlay : each))
        : [...overlays, overlay],
      ownScale,
      announcement: `${read.file} lies under the prediction.`,
    });
    if (!this.at.state.shown.includes(under)) await this.show([...this.at.state.shown, under]);
  }

  /** Removes a measured track. */
  removeMeasured(overlay: Overlay): void {
    this.at.set({ overlays: this.at.state.overlays.filter((each) => each !== overlay) });
  }

  /** Moves a measured track to another predicted one. */
  moveMeasured(overlay: Overlay, to: number): void {
    this.at.set({
      overlays: this.at.state.overlays.map((each) => (each === overlay ? { ...each, track: to } : each)),
    });
    if (!this.at.state.shown.includes(to)) void this.show([...this.at.state.shown, to]);
  }

  /** Selects the summary of a bin's measured bases. */
  async chooseValue(overlay: Overlay, value: BinValue): Promise<void> {
    if (overlay.value !== value) await this.readMeasured(overlay.source, overlay.track, value);
  }

  /**
   * Tracks as a file, with their intervals if shown; or one part of the spread, or one end of the interval, of one
   * track. Undefined if that failed, and the error is shown. For several files from one click, `run` and `coverage` are
   * those at the click: the reader may change them meanwhile.
   */
  async file(
    format: TrackFormat,
    tracks: readonly number[],
    {
      run = this.at.state.run?.id,
      part,
      end,
      coverage = coverageDrawn(this.at.state),
    }: {
      readonly run?: number | undefined;
      readonly part?: SpreadPart | undefined;
      readonly end?: IntervalEnd | undefined;
      readonly coverage?: number | undefined;
    } = {},
  ): Promise<Blob | undefined> {
    if (run === undefined) return undefined;
    return this.at.do("save", "the file", (options) =>
      this.at.worker.call("tracksFile", { run, format, tracks, part, coverage, end }, options),
    );
  }

  /** Draws intervals that contain the measured value for this fraction of bins; none without a coverage. */
  async cover(coverage: number | undefined): Promise<void> {
    const { run } = this.at.state;
    const isWithdrawn = coverage === undefined || (run && whyWithdrawn(run) !== undefined);
    this.at.set({ coverage, noIntervals: undefined, ...(isWithdrawn ? { intervals: new Map() } : {}) });
    await this.#fetchIntervals(this.at.state.shown);
  }

  /** Fetches missing values of tracks, with their intervals. */
  async fetchValues(tracks: readonly number[]): Promise<void> {
    await Promise.all([this.#fetchPredicted(tracks), this.#fetchIntervals(tracks)]);
  }

  async #fetchIntervals(tracks: readonly number[]): Promise<void> {
    const { run, coverage, intervals } = this.at.state;
    if (!run || coverage === undefined || !hasIntervals(run.model.card) || whyWithdrawn(run) !== undefined) return;
    const wanted = tracks.filter((track) => intervals.get(track)?.coverage !== coverage);
    if (wanted.length === 0) return;
    // The coverage, the record or the assembly may change meanwhile.
    const isStill = (): boolean =>
      this.at.state.run?.id === run.id && Object.is(coverageDrawn(this.at.state), coverage);
    try {
      const came = await this.at.worker.call("trackIntervals", { run: run.id, tracks: wanted, coverage });
      if (!isStill()) return;
      const kept = [...this.at.state.intervals].filter(([, each]) => each.coverage === coverage);
      const found = wanted.map((track, i) => [track, { coverage, ...came[i]! }] as const);
      this.at.set({ intervals: new Map([...kept, ...found]) });
    } catch (thrown) {
      if (isStill()) this.at.set({ intervals: new Map(), noIntervals: plainOf(thrown).message });
    }
  }

  async #fetchPredicted(tracks: readonly number[]): Promise<void> {
    const { run, values } = this.at.state;
    const wanted = tracks.filter((track) => !values.has(track));
    if (!run || wanted.length === 0) return;
    const asked = { run: run.id, tracks: wanted };
    const isEnsemble = membersOf(run.model.card) !== undefined;
    try {
      const [came, apart] = await Promise.all([
        this.at.worker.call("trackValues", asked),
        isEnsemble ? this.at.worker.call("trackSpreads", asked) : [],
      ]);
      if (this.at.state.run !== run) return;
      const { values, spreads } = this.at.state;
      this.at.set({
        values: new Map([...values, ...wanted.map((track, i) => [track, came[i]] as const)]),
        ...(apart.length > 0 && {
          spreads: new Map([...spreads, ...wanted.map((track, i) => [track, apart[i]] as const)]),
        }),
      });
    } catch (thrown) {
      this.at.fail("run", thrown);
    }
  }

  async #fetchBases(run: TrackRun, bin: number): Promise<void> {
    const [start, end] = [
      Math.max(0, run.origin + bin * run.bin),
      Math.min(run.record.length, run.origin + (bin + 1) * run.bin),
    ];
    try {
      const text = end > start ? await this.at.worker.call("bases", { run: run.id, start, end }) : "";
      const { base } = this.at.state;
      if (this.at.state.run === run && this.at.state.bin === bin)
        this.at.set({
          bases: { start, text },
          base: base !== undefined && base >= start && base < end ? base : undefined,
        });
    } catch (thrown) {
      this.at.fail("variant", thrown);
    }
  }

  /** Fetches the position functions of the model, once. */
  async fetchFunctions(): Promise<void> {
    if (this.at.state.functions) return;
    try {
      this.at.set({ functions: await this.at.worker.call("positionFunctions", {}) });
    } catch (thrown) {
      this.at.fail("attention", thrown);
    }
  }

  async #fetchMap(): Promise<void> {
    const { attention, run, layer, head } = this.at.state;
    if (!attention || !run) return;
    const map = await this.#mapOf("bin", run.id, "attention");
    if (map && this.at.state.run === run && this.at.state.layer === layer && this.at.state.head === head)
      this.at.set({ map });
  }

  /** The map of the open variant's window. */
  async fetchVariantMap(of: AttentionOf | undefined): Promise<void> {
    const { variant } = this.at.state;
    if (!variant?.attends || of === undefined) return;
    const variantMap = await this.#mapOf(of, variant.id, "variant");
    if (variantMap && this.at.state.variant === variant) this.at.set({ variantMap });
  }

  /** Attention map of the run or variant with this `id`. */
  async #mapOf(of: AttentionOf, id: number, part: Part): Promise<ShownMap | undefined> {
    const { run, variant, layer, head } = this.at.state;
    try {
      return { ...(await this.at.worker.call("attentionMap", { of, id, layer, head })), of, layer, head };
    } catch (thrown) {
      if (this.at.state.run === run && this.at.state.variant === variant) this.at.fail(part, thrown);
      return undefined;
    }
  }
}
