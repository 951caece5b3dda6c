/** The worker's side of running all records of a file. */

import { InputError, type Sequences, type TracksResult } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import type { OpenedModel } from "../../../session/opened";
import { savedTracks, type TrackHandlers } from "../calls";
import { bedGraph, type SavedTracks, tracksTsv } from "../text";

/** Answers the page's calls. */
export class AllRecordHandlers {
  readonly #tracks: Pick<TrackHandlers, "ranOn" | "toRun" | "intervalsOf">;
  readonly #store: TrackStore;

  constructor(tracks: Pick<TrackHandlers, "ranOn" | "toRun" | "intervalsOf">, store: TrackStore) {
    this.#tracks = tracks;
    this.#store = store;
  }

  /** Predicts a record and stores its tracks, unless it is that of the displayed run `shown`. */
  readonly predictRecord = call(
    { needs: ["model", "device", "table"] },
    async ({ index, shown }: { readonly index: number; readonly shown?: number | undefined }, options) => {
      const { runner, model, sequences } = this.#tracks.toRun();
      const run = shown === undefined ? undefined : this.#tracks.ranOn(shown);
      const isThere =
        run?.index === index && run.sequences === sequences && run.model.sha256 === model.sha256 && !run.region;
      this.#store.keep(sequences, index, model, isThere ? run.tracks : await runner.predict(sequences, index, options));
      return {};
    },
  );

  /** Tracks of all stored records as one file, with intervals at a coverage, except for the records `without`. */
  readonly recordsFile = call(
    {},
    async (
      {
        format,
        tracks,
        coverage,
        without = [],
      }: {
        readonly format: "tsv" | "bedgraph";
        readonly tracks: readonly number[];
        readonly coverage?: number | undefined;
        readonly without?: readonly number[];
      },
      options,
    ) => {
      const all = this.#store.all();
      if (!all)
        throw new InputError("This needs predicted records.", { code: "missing", remedy: "Run the records first." });
      const saved: SavedTracks[] = [];
      const none = all.tracks.filter((_, i) => without.includes(all.indexes[i]!)).map(({ record }) => record);
      for (const [i, each] of all.tracks.entries()) {
        const unknown = (): Float32Array => new Float32Array(each.values.length).fill(NaN);
        const of = async (coverage: number) =>
          without.includes(all.indexes[i]!)
            ? { low: unknown(), high: unknown() }
            : this.#tracks.intervalsOf(all.model, each, coverage, options);
        const intervals = coverage === undefined ? undefined : { ...(await of(coverage)), coverage, none };
        saved.push(savedTracks(all.model, each, tracks, intervals));
      }
      return new Blob([format === "tsv" ? tracksTsv(...saved) : bedGraph(...saved)], {
        type: "text/plain;charset=utf-8",
      });
    },
  );

  /** Discards the tracks of all records. */
  readonly forgetRecords = call({}, async (_: Record<string, never>) => {
    this.#store.forget();
    return {};
  });
}

/** Maximum size in bytes of the stored tracks: affordable for a tab on a machine with little memory. */
const MOST_TRACKS = 200e6;

/** Bytes of the tracks of a record, and of their spread. */
function bytesOf({ values, spread }: TracksResult): number {
  return [values, ...Object.values(spread ?? {})].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Predicted records of one file. */
export class TrackStore {
  #of: { readonly sequences: Sequences; readonly model: OpenedModel } | undefined;
  readonly #tracks = new Map<number, TracksResult>();

  /** @param limit Maximum size of the tracks in bytes. */
  constructor(private readonly limit = MOST_TRACKS) {}

  /** The tracks of a record, if they are stored. */
  readonly of = (sequences: Sequences, index: number, { sha256 }: OpenedModel): TracksResult | undefined =>
    this.#of?.sequences === sequences && this.#of.model.sha256 === sha256 ? this.#tracks.get(index) : undefined;

  /**
   * Stores the tracks of a record; those of another file or model are discarded. Throws if they exceed the limit.
   */
  keep(sequences: Sequences, index: number, model: OpenedModel, tracks: TracksResult): void {
    if (this.#of?.sequences !== sequences || this.#of.model.sha256 !== model.sha256) {
      this.forget();
      this.#of = { sequences, model };
    }
    const held = [...this.#tracks.values()].reduce((sum, tracks) => sum + bytesOf(tracks), 0);
    if (!this.#tracks.has(index) && held + bytesOf(tracks) > this.limit)
      throw new InputError(
        `The tracks of ${this.#tracks.size} records take ${Math.round(held / 1e6)} MB of the ` +
          `${Math.round(this.limit / 1e6)} MB that this tab keeps.`,
        {
          code: "tracks-memory",
          remedy: "Save them, forget them, and run the other records; or run all with `regulens predict`.",
        },
      );
    this.#tracks.set(index, tracks);
  }

  /** Everything stored, in the order of the file. */
  all():
    | { readonly model: OpenedModel; readonly tracks: readonly TracksResult[]; readonly indexes: readonly number[] }
    | undefined {
    const inOrder = [...this.#tracks].sort(([a], [b]) => a - b);
    const [indexes, tracks] = [inOrder.map(([index]) => index), inOrder.map(([, each]) => each)];
    return this.#of && { model: this.#of.model, tracks, indexes };
  }

  forget(): void {
    this.#of = undefined;
    this.#tracks.clear();
  }
}
