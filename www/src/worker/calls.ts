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
import { ExportHandlers } from "../standalone/calls";
import { ChangeHandlers } from "../tasks/change/calls";
import type { Cell } from "../tasks/shared/cells";
import { OnOffHandlers } from "../tasks/on-off/calls";
import { TrackHandlers } from "../tasks/tracks/calls";
import { anotherModel, Open } from "./open";

/** What is called whatever the model predicts. */
function openHandlers(open: Open) {
  return {
    /** Fetches the catalogue. */
    catalogue: call({}, ({ url }: { readonly url: string }, options) => readCatalogue(url, options)),

    /** Opens a model in place of the one before. */
    openModel: call({ needs: ["model", "device"] }, ({ model }: { readonly model: ModelRequest }, options) =>
      open.openModel(model, options),
    ),

    /** Readies a device for the model. While the fastest is looked for, the CPU computes. */
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

    /** Reads a table in place of the one before; of a second cell type, for a model of a change, where `cell` says so. */
    readTable: call(
      { needs: ["table"] },
      async ({ table: request, cell }: { readonly table: TableRequest; readonly cell?: Cell }, options) => {
        const table = await Regulens.readTable(sourceOf(request), { ...options, name: request.file });
        open.take(table, cell);
        return asRead(table);
      },
    ),

    /** What the model makes of the table, or of that of the second cell type. */
    understand: call({ needs: ["model", "table"] }, async ({ cell }: { readonly cell?: Cell }) =>
      open.ofTables().lens.understand(open.table(cell), cell),
    ),
  };
}

/**
 * What does the work of the page's calls.
 *
 * @param notify Hears of the device whenever it may have changed.
 */
export function pageHandlers(notify: (device: DeviceReport) => void) {
  const open = new Open(notify);
  const onOff = new OnOffHandlers(open);
  const change = new ChangeHandlers(open);
  const tracks = new TrackHandlers(
    () => open.ofSequences(),
    { Regulens, InputError, decode, VERSION },
    () => open.notifyDevice(open.any()),
  );
  const explain = new ExplainHandlers(() => onOff.explained());
  open.beforeNext(() => explain.stop());
  open.beforeNext(() => tracks.forget());
  const exported = new ExportHandlers({
    table: () => onOff.explained(),
    change: () => change.exported(),
    sequences: () => ({ lens: open.ofSequences().lens, sequences: tracks.exported() }),
  });
  const predictGene = predictGeneHandlers((sha256) => {
    const { lens } = open.ofTables();
    if (lens.sha256 !== sha256) throw anotherModel("Run it on the table, to change the signal of its own predictions.");
    return lens;
  });
  return { ...openHandlers(open), ...predictGene, ...onOff, ...change, ...tracks, ...explain, ...exported };
}

/** What goes to the page's calls and comes back, by their names. */
export type PageCalls = Declared<ReturnType<typeof pageHandlers>>;

/** Who answers the page's calls. */
export type PageWorker = Caller<PageCalls>;
