/** All that the page can call. */

import { type DeviceChoice, type DeviceReport, readCatalogue, Regulens } from "../../../pkg/src/index";
import { predictGeneHandlers } from "../explain/predict-gene";
import { call, type Caller, type Declared } from "../rpc/rpc";
import { correlationHandlers } from "../session/correlations";
import { identityOf } from "../session/identity";
import { asRead, type ModelRequest, sourceOf, type TableRequest } from "../session/opened";
import { taskHandlers } from "../tasks/handlers";
import type { Cell } from "../tasks/shared/cells";
import { SymbolHandlers } from "../tasks/shared/genes/symbol-calls";
import { ofTables } from "../tasks/genes/worker/held";
import { anotherModel, Open } from "../tasks/shared/open";

/** A table to read, and where it goes. */
interface ReadRequest {
  readonly table: TableRequest;
  readonly cell?: Cell;
  /** A reading of several tables, which take their places together. */
  readonly reading?: number;
}

/** The end of a reading of several tables. */
interface EndedReading {
  readonly reading: number;
  readonly isTaken: boolean;
}

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
        const chosen = opened.runner.useDevice(choice, options);
        // The one that computes until the choice is made.
        open.notifyDevice(opened);
        return chosen;
      },
    ),

    /**
     * Reads a table in place of the one before; of a second cell type, for a model of a change, where `cell` says so.
     * One of a `reading` of several waits for its end.
     */
    readTable: call({ needs: ["table"] }, async ({ table: request, cell, reading }: ReadRequest, options) => {
      const table = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
      if (reading === undefined) open.take(table, cell);
      else open.putAside(reading, table, cell ?? "a");
      return asRead(table);
    }),

    /** Takes the tables of a reading in place of those before, or drops them. */
    endReading: call({ needs: ["table"] }, async ({ reading, isTaken }: EndedReading) => {
      open.endAside(reading, isTaken);
      return {};
    }),

    /** Fit of the table, or of that of the second cell type, to the model. */
    understand: call({ needs: ["model", "table"] }, async ({ cell }: { readonly cell?: Cell }) =>
      ofTables(open.any()).runner.understand(open.table(cell), cell),
    ),

    ...correlationHandlers(() => open.any().runner),
  };
}

/**
 * Answers the page's calls.
 *
 * @param notify Hears of the device whenever it may have changed.
 */
export function pageHandlers(notify: (device: DeviceReport) => void) {
  const open = new Open(notify);
  const predictGene = predictGeneHandlers((model) => {
    const { runner } = ofTables(open.any());
    if (identityOf(runner) !== model)
      throw anotherModel("Run it on the table, to change the signal of its own predictions.");
    return runner;
  });
  return { ...openHandlers(open), ...predictGene, ...taskHandlers(open), ...new SymbolHandlers() };
}

/** Arguments and results of the page's calls, by name. */
export type PageCalls = Declared<ReturnType<typeof pageHandlers>>;

/** The worker side of the page's calls. */
export type PageWorker = Caller<PageCalls>;
