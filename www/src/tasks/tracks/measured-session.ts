/** Measured tracks under the predicted ones. */

import type { BinValue } from "../../../../pkg/src/index";
import { WorkerError } from "../../rpc/errors";
import type { TableRequest } from "../../session/opened";
import { trackInName, trackOf } from "./names";
import { RunSession } from "./run/session";
import type { Overlay } from "./session-state";

/** Factor by which one of two tracks is higher when the other looks flat beside it. */
const FLAT = 10;

/** Actions of the page on measured tracks. */
export abstract class MeasuredSession extends RunSession {
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
}
