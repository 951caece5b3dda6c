/**
 * State that follows a run: its values, the bins in view, where the heads looked from one of them, and measured tracks
 * under the predicted ones.
 */

import type { BinValue } from "../../../../../pkg/src/index";
import { WorkerError } from "../../../rpc/errors";
import type { Caller } from "../../../rpc/rpc";
import type { TableRequest } from "../../../session/opened";
import { Working } from "../../../session/working";
import type { TrackCalls } from "../calls";
import { trackInName, trackOf } from "../names";
import type { AttentionOf, TrackFormat, TrackRun } from "../result";
import { EMPTY, type Overlay, type Part, type SequenceState, type ShownMap } from "../session-state";
import { within } from "./view";

/** Factor by which one of two tracks is higher when the other looks flat beside it. */
const FLAT = 10;

/** Actions of the page on a run that is there. */
export abstract class RunSession extends Working<Part, SequenceState> {
  constructor(protected readonly worker: Caller<TrackCalls>) {
    super(EMPTY);
  }

  /** Chooses which tracks are shown. */
  async show(shown: readonly number[]): Promise<void> {
    this.set({ shown: [...shown].sort((a, b) => a - b) });
    await this.fetchValues(shown);
  }

  /** Moves the view; it stays within the record and does not come closer than a few bins. */
  look([from, to]: readonly [number, number]): void {
    this.set({ view: within(from, to, this.state.run?.bins ?? 1) });
  }

  /** Zooms by `factor` around the bin `centre`; below 1 comes closer. */
  zoom(factor: number, centre?: number): void {
    const [from, to] = this.state.view;
    const middle = centre ?? (from + to) / 2;
    this.look([middle - (middle - from) * factor, middle + (to - middle) * factor]);
  }

  /** Sees to it that a bin is in view. */
  reveal(bin: number): void {
    const [from, to] = this.state.view;
    if (bin >= from && bin < to) return;
    const half = Math.floor((to - from) / 2);
    this.look([bin - half, bin - half + to - from]);
  }

  /** Shows where the heads looked from a bin. */
  async lookAt(bin: number): Promise<void> {
    const { run, model } = this.state;
    if (!run || !(bin >= 0 && bin < run.bins)) return;
    this.reveal(bin);
    this.set({ bin });
    void this.#fetchBases(run, bin);
    if (!model?.shape || model.shape.layers === 0 || run.model.sha256 !== model.sha256) return;
    const attention = await this.do("attention", `${run.record.name}, bin ${bin + 1}`, (options) =>
      this.worker.call("attentionRows", { run: run.id, bin }, options),
    );
    // Another bin may have been chosen meanwhile, or another record run.
    if (!attention || this.state.run !== run || this.state.bin !== bin) return;
    const isOther = this.state.map?.start !== attention.start;
    this.set({ attention, ...(isOther ? { map: undefined } : {}) });
    if (isOther) await this.#fetchMap();
  }

  /** Chooses a base of the record, and its bin. */
  async chooseBase(base: number): Promise<void> {
    const { run } = this.state;
    if (!run || !(base >= 0 && base < run.record.length)) return;
    this.set({ base });
    const bin = Math.max(0, Math.min(run.bins - 1, Math.floor((base - run.origin) / run.bin)));
    if (bin === this.state.bin) this.reveal(bin);
    else await this.lookAt(bin);
  }

  /** Shows attention over its whole window, or over the view of the tracks. */
  showWholeWindow(wholeWindow: boolean): void {
    this.set({ wholeWindow });
  }

  /** Chooses whose attention the maps show. */
  async chooseHead(layer: number, head: number): Promise<void> {
    this.set({ layer, head });
    await Promise.all([this.#fetchMap(), this.fetchVariantMap(this.state.variantMap?.of)]);
  }

  /**
   * Lays a measured track under the predicted one that its name speaks of, under the first that has none, or under
   * `track`.
   */
  async readMeasured(source: TableRequest, track?: number, wanted?: BinValue): Promise<void> {
    const { run, shown, waiting } = this.state;
    if (!run)
      return this.set({ waiting: [...waiting, source], announcement: `${source.file} will lie under the prediction.` });
    const { card } = run.model;
    const under =
      track ??
      trackInName(card, source.file) ??
      shown.find((each) => !this.state.overlays.some((overlay) => overlay.track === each)) ??
      shown[0];
    if (under === undefined)
      return this.fail(
        "measured",
        new WorkerError({
          name: "InputError",
          code: "missing",
          message: `${source.file}: found measured values, but no track is shown.`,
          remedy: "Choose the track to lay them under.",
        }),
      );
    const value = wanted ?? (/\bmean\b/i.test(trackOf(card, under).unit ?? "") ? "mean" : "sum");
    const read = await this.do("measured", source.file, (options) =>
      this.worker.call("readMeasured", { run: run.id, source, value }, options),
    );
    if (!read || this.state.run !== run) return;
    // Where the units are others, one of the two would be flat.
    const most = read.values.reduce((most, each) => Math.max(most, each), 0);
    const ratio = most / (run.peaks[under] ?? 0);
    const ownScale = this.state.ownScale || (wanted === undefined && most > 0 && !(ratio > 1 / FLAT && ratio < FLAT));
    const overlay = { ...read, track: under, value, source };
    const isAgain = (each: Overlay): boolean => each.track === under && each.file === read.file;
    const { overlays } = this.state;
    this.set({
      // The same file again takes its own place; any other lies beside those that are there.
      overlays: overlays.some(isAgain)
        ? overlays.map((each) => (isAgain(each) ? overlay : each))
        : [...overlays, overlay],
      ownScale,
      announcement: `${read.file} lies under the prediction.`,
    });
    if (!this.state.shown.includes(under)) await this.show([...this.state.shown, under]);
  }

  /** Takes a measured track away. */
  removeMeasured(overlay: Overlay): void {
    this.set({ overlays: this.state.overlays.filter((each) => each !== overlay) });
  }

  /** Lays a measured track under another predicted one. */
  moveMeasured(overlay: Overlay, to: number): void {
    this.set({ overlays: this.state.overlays.map((each) => (each === overlay ? { ...each, track: to } : each)) });
    if (!this.state.shown.includes(to)) void this.show([...this.state.shown, to]);
  }

  /** Chooses how the measured bases of a bin become its value. */
  async chooseValue(overlay: Overlay, value: BinValue): Promise<void> {
    if (overlay.value !== value) await this.readMeasured(overlay.source, overlay.track, value);
  }

  /** Gives measured tracks a scale of their own, or that of the predicted ones. */
  scaleMeasured(ownScale: boolean): void {
    this.set({ ownScale });
  }

  /** Tracks as a file; undefined where that failed, which is then shown. */
  async file(format: TrackFormat, tracks: readonly number[]): Promise<Blob | undefined> {
    const run = this.state.run?.id;
    if (run === undefined) return undefined;
    return this.do("save", "the file", (options) => this.worker.call("tracksFile", { run, format, tracks }, options));
  }

  /** The values of tracks that are not there yet. */
  protected async fetchValues(tracks: readonly number[]): Promise<void> {
    const { run, values } = this.state;
    const wanted = tracks.filter((track) => !values.has(track));
    if (!run || wanted.length === 0) return;
    try {
      const came = await this.worker.call("trackValues", { run: run.id, tracks: wanted });
      if (this.state.run === run)
        this.set({ values: new Map([...this.state.values, ...wanted.map((track, i) => [track, came[i]] as const)]) });
    } catch (thrown) {
      this.fail("run", thrown);
    }
  }

  async #fetchBases(run: TrackRun, bin: number): Promise<void> {
    const [start, end] = [
      Math.max(0, run.origin + bin * run.bin),
      Math.min(run.record.length, run.origin + (bin + 1) * run.bin),
    ];
    try {
      const text = end > start ? await this.worker.call("bases", { run: run.id, start, end }) : "";
      const { base } = this.state;
      if (this.state.run === run && this.state.bin === bin)
        this.set({
          bases: { start, text },
          base: base !== undefined && base >= start && base < end ? base : undefined,
        });
    } catch (thrown) {
      this.fail("variant", thrown);
    }
  }

  /** The position functions of the model, once. */
  protected async fetchFunctions(): Promise<void> {
    if (this.state.functions) return;
    try {
      this.set({ functions: await this.worker.call("positionFunctions", {}) });
    } catch (thrown) {
      this.fail("attention", thrown);
    }
  }

  async #fetchMap(): Promise<void> {
    const { attention, run, layer, head } = this.state;
    if (!attention || !run) return;
    const map = await this.#mapOf("bin", run.id, "attention");
    if (map && this.state.run === run && this.state.layer === layer && this.state.head === head) this.set({ map });
  }

  /** The map of the window of the variant that is open. */
  protected async fetchVariantMap(of: AttentionOf | undefined): Promise<void> {
    const { variant } = this.state;
    if (!variant?.attends || of === undefined) return;
    const variantMap = await this.#mapOf(of, variant.id, "variant");
    if (variantMap && this.state.variant === variant) this.set({ variantMap });
  }

  /** Attention map of the run, or the variant, of `id`. */
  async #mapOf(of: AttentionOf, id: number, part: Part): Promise<ShownMap | undefined> {
    const { run, variant, layer, head } = this.state;
    try {
      return { ...(await this.worker.call("attentionMap", { of, id, layer, head })), of, layer, head };
    } catch (thrown) {
      if (this.state.run === run && this.state.variant === variant) this.fail(part, thrown);
      return undefined;
    }
  }

  protected override placeOf(part: Part): Part {
    return part === "variantRows" ? "variant" : part;
  }
}
