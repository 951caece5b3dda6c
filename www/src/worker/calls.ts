/** All that the page can call. */

import {
  decode,
  type DeviceChoice,
  type DeviceReport,
  InputError,
  readCatalogue,
  Regulens,
  VERSION,
} from "../../../pkg/src/index";
import { ExplainHandlers } from "../explain/calls";
import { predictGeneHandlers } from "../explain/predict-gene";
import { call, type Caller, type Declared } from "../rpc/rpc";
import { asRead, type ModelRequest, sourceOf, type TableRequest } from "../session/opened";
import { exportHandlers } from "../standalone/calls";
import { ChangeHandlers } from "../tasks/change/calls";
import { exportedGenes as exportedPairs } from "../tasks/change/standalone/data";
import type { Cell } from "../tasks/shared/cells";
import { SymbolHandlers } from "../tasks/shared/genes/symbol-calls";
import { Keeper } from "../tasks/shared/compare/keeper";
import { OnOffHandlers } from "../tasks/on-off/calls";
import { exportedGenes } from "../tasks/on-off/standalone/data";
import { AllRecordHandlers } from "../tasks/tracks/all/calls";
import { TrackStore } from "../tasks/tracks/all/store";
import { TrackHandlers } from "../tasks/tracks/calls";
import { GeneHandlers } from "../tasks/tracks/genes/calls";
import { OtherTrackHandlers } from "../tasks/tracks/compare/calls";
import { exportedSequences } from "../tasks/tracks/standalone/data";
import { anotherModel, Open, openModel } from "./open";
import { ofTables } from "../tasks/shared/tables/opened";
import { ofSequences } from "../tasks/tracks/opened";

/** Calls that are the same for every task. */
function openHandlers(open: Open) {
  return {
    /** Fetches the catalogue. */
    catalogue: call({}, ({ url }: { readonly url: string }, options) => readCatalogue(url, options)),

    /** The addresses of all that this thread has loaded. */
    loaded: call({}, async (_: Record<string, never>) =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    ),

    /** Opens a model and replaces the current one. */
    openModel: call({ needs: ["model", "device"] }, ({ model }: { readonly model: ModelRequest }, options) =>
      open.openModel(model, options),
    ),

    /** Prepares a device for the model. The CPU computes while the fastest device is being found. */
    useDevice: call(
      { needs: ["device"], inBackground: ({ choice }: { readonly choice: DeviceChoice }) => choice === "auto" },
      ({ choice }: { readonly choice: DeviceChoice }, options) => {
        const opened = open.any();
        const chosen = opened.lens.useDevice(choice, options);
        // The one that computes until the choice is made.
        open.notifyDevice(opened);
        return chosen;
      },
    ),

    /**
     * Reads a table in place of the one before; of a second cell type, for a model of a change, where `cell` says so.
     */
    readTable: call(
      { needs: ["table"] },
      async ({ table: request, cell }: { readonly table: TableRequest; readonly cell?: Cell }, options) => {
        const table = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
        open.take(table, cell);
        return asRead(table);
      },
    ),

    /** How the table, or that of the second cell type, fits the model. */
    understand: call({ needs: ["model", "table"] }, async ({ cell }: { readonly cell?: Cell }) =>
      ofTables(open.any()).lens.understand(open.table(cell), cell),
    ),
  };
}

/**
 * Answers the page's calls.
 *
 * @param notify Hears of the device whenever it may have changed.
 */
export function pageHandlers(notify: (device: DeviceReport) => void) {
  const open = new Open(notify);
  const keeper = new Keeper();
  // What the results rest on is asked next, and offline too: its engine loads once the first of them are on their way.
  const loadExplanations = (): void => void Regulens.preload({ task: "change" }).catch(() => {});
  const onOff = new OnOffHandlers(open, keeper, () => void setTimeout(loadExplanations));
  const change = new ChangeHandlers(open, keeper);
  const store = new TrackStore();
  const tracks = new TrackHandlers(
    () => ofSequences(open.any()),
    { Regulens, InputError, decode, VERSION },
    () => open.notifyDevice(open.any()),
    store.of,
  );
  const allRecords = new AllRecordHandlers(tracks, store);
  const otherTracks = new OtherTrackHandlers(
    (run) => tracks.ranOn(run),
    async (request, options) => ofSequences(await openModel(request, options)),
  );
  const explain = new ExplainHandlers(() => onOff.explained());
  open.beforeNext(() => explain.stop());
  open.beforeNext(() => change.stop());
  open.beforeNext(() => tracks.forget());
  const exported = exportHandlers({
    "on-off": ({ chosen }, options) => exportedGenes(onOff.explained(), chosen, options),
    change: ({ chosen }, options) => exportedPairs(change.exported(), chosen, options),
    tracks: (request, options) => exportedSequences(ofSequences(open.any()).lens, tracks.exported(), request, options),
  });
  const predictGene = predictGeneHandlers((sha256) => {
    const { lens } = ofTables(open.any());
    if (lens.sha256 !== sha256) throw anotherModel("Run it on the table, to change the signal of its own predictions.");
    return lens;
  });
  return {
    ...openHandlers(open),
    ...predictGene,
    ...keeper,
    ...onOff,
    ...change,
    ...tracks,
    ...otherTracks,
    ...allRecords,
    ...new GeneHandlers(),
    ...new SymbolHandlers(),
    ...explain,
    ...exported,
  };
}

/** Arguments and results of the page's calls, by name. */
export type PageCalls = Declared<ReturnType<typeof pageHandlers>>;

/** The worker side of the page's calls. */
export type PageWorker = Caller<PageCalls>;
