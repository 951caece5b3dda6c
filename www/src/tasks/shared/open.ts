/** Open data of the worker: one model, and the tables that calls share. */

import { type DeviceReport, InputError, Regulens, type Table, type WorkOptions } from "../../../../pkg/src/index";
import { type ModelRequest, type Opened, type OpenedModel, openedModel, sourceOf } from "../../session/opened";
import type { Cell } from "./cells";
import { asOneDownload } from "./downloads";

/** Memory that is given back. */
interface Freed {
  free(): void;
}

/** One model, and a table for each cell type. */
export class Open {
  #opened: Opened | undefined;
  readonly #tables = new Map<Cell, Table>();
  /** Tables that were read and are not current yet, by the reading and the cell type. */
  readonly #aside = new Map<number, Map<Cell, Table>>();
  /** Number of holders of each table, and of what was read of two. */
  readonly #holders = new Map<Freed, number>();
  readonly #leaving: (() => Promise<void> | void)[] = [];

  /** @param notify Hears of the device whenever it may have changed. */
  constructor(private readonly notify: (device: DeviceReport) => void) {}

  /** Calls `end` before the open model or the finished run is replaced. */
  beforeNext(end: () => Promise<void> | void): void {
    this.#leaving.push(end);
  }

  /** Ends all work on the open model and the finished run. */
  async next(): Promise<void> {
    for (const end of this.#leaving) await end();
  }

  /** Opens a model and replaces the current one. */
  async openModel(request: ModelRequest, options: WorkOptions): Promise<OpenedModel> {
    // On the CPU first, so that the card can be read while a GPU gets ready.
    const opened = await openModel(request, options);
    await this.next();
    this.#opened?.runner.free();
    this.#opened = opened;
    return opened.model;
  }

  /** The open model, of any kind. */
  any(): Opened {
    if (!this.#opened) throw missing("a model", "Choose a model first.");
    return this.#opened;
  }

  /** The open model, where there is one. */
  get current(): Opened | undefined {
    return this.#opened;
  }

  /** Does what may change the device, and notifies of the device then. */
  async onDevice<T>({ runner }: Opened, work: Promise<T>): Promise<T> {
    return work.finally(() => this.notify(runner.device));
  }

  /** Notifies of the device that computes now. */
  notifyDevice({ runner }: Opened): void {
    this.notify(runner.device);
  }

  /** The table of a cell type. */
  table(cell: Cell = "a"): Table {
    const table = this.#tables.get(cell);
    if (table) return table;
    throw cell === "b"
      ? missing("the table of the second cell type", "Give it too.")
      : missing("a table", "Choose a table first.");
  }

  /** Replaces the current table. */
  take(table: Table, cell: Cell = "a"): void {
    this.hold(table);
    const before = this.#tables.get(cell);
    this.#tables.set(cell, table);
    if (before) this.release(before);
  }

  /** Keeps a table of a reading apart from the current ones, until that ends. */
  putAside(reading: number, table: Table, cell: Cell): void {
    const others = this.#aside.get(reading) ?? new Map<Cell, Table>();
    this.#aside.set(reading, others.set(cell, table));
  }

  /** Ends a reading: its tables take the places of the current ones, or are given back. */
  endAside(reading: number, isTaken: boolean): void {
    for (const [cell, table] of this.#aside.get(reading) ?? []) {
      if (isTaken) this.take(table, cell);
      else table.free();
    }
    this.#aside.delete(reading);
  }

  /** Makes B's table A's, and A's B's. */
  swap(): void {
    const [a, b] = [this.#tables.get("a"), this.#tables.get("b")];
    this.#tables.clear();
    if (b) this.#tables.set("a", b);
    if (a) this.#tables.set("b", a);
  }

  /** Keeps a table's memory until as many have released it. */
  hold(table: Freed): void {
    this.#holders.set(table, (this.#holders.get(table) ?? 0) + 1);
  }

  /** Releases a table's memory if nothing else needs it. */
  release(table: Freed): void {
    const left = (this.#holders.get(table) ?? 1) - 1;
    if (left > 0) this.#holders.set(table, left);
    else {
      this.#holders.delete(table);
      table.free();
    }
  }
}

/** Opens a model on the CPU. */
export async function openModel(request: ModelRequest, { signal, onProgress }: WorkOptions): Promise<Opened> {
  const { file, sha256, task, listed, symmetric } = request;
  const runner = await Regulens.load(sourceOf(request), {
    ...{ signal, sha256, task, symmetric, name: file, device: "cpu", keep: true },
    onProgress: asOneDownload(file, onProgress),
  });
  return { runner, model: openedModel(runner, file, listed) };
}

/** The error for something that must be there first. */
export function missing(what: string, remedy: string): InputError {
  return new InputError(`This needs ${what}.`, { code: "missing", remedy });
}

/** The error for results of a model that is no longer open. */
export function anotherModel(remedy: string): InputError {
  return new InputError("The open model is not the one that made these results.", { code: "another-model", remedy });
}
