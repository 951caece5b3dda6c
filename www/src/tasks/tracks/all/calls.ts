/** The worker's side of running all records of a file. */

import { InputError } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { savedTracks, type TrackHandlers } from "../calls";
import { bedGraph, tracksTsv } from "../text";
import type { TrackStore } from "./store";

/** Answers the page's calls. */
export class AllRecordHandlers {
  readonly #tracks: Pick<TrackHandlers, "ranOn" | "toRun">;
  readonly #store: TrackStore;

  constructor(tracks: Pick<TrackHandlers, "ranOn" | "toRun">, store: TrackStore) {
    this.#tracks = tracks;
    this.#store = store;
  }

  /** Predicts a record and keeps its tracks; those of the run that is `shown` are there already. */
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

  /** Tracks of all records that are kept as one file. */
  readonly recordsFile = call(
    {},
    async ({ format, tracks }: { readonly format: "tsv" | "bedgraph"; readonly tracks: readonly number[] }) => {
      const all = this.#store.all();
      if (!all)
        throw new InputError("This needs predicted records.", { code: "missing", remedy: "Run the records first." });
      const saved = all.tracks.map((each) => savedTracks(all.model, each, tracks));
      return new Blob([format === "tsv" ? tracksTsv(...saved) : bedGraph(...saved)], {
        type: "text/plain;charset=utf-8",
      });
    },
  );

  /** Forgets the tracks of all records. */
  readonly forgetRecords = call({}, async (_: Record<string, never>) => {
    this.#store.forget();
    return {};
  });
}
