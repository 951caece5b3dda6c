/** The task of models that predict the change between two cell types. */

import { html, type TemplateResult } from "lit";
import type { Address } from "../../../session/address";
import type { Exported } from "../../../standalone/format";
import type { Files } from "../../../workspace/gathered";
import type { Restoring } from "../../../workspace/restoring";
import type { Link, Looked, TaskSession, TaskView } from "../../view";
import type { Stored, StoredRun } from "../../../workspace/format";
import type { Remark } from "../../../ui/notice";
import { card } from "./card";
import { exportsOf, remarksOf } from "./exports";
import { link, looked, PLACES, show } from "./links";
import { ChangeWork } from "./session";
import { openExported } from "./standalone/page";
import { captureKept, restoreKept } from "../workspace";
import { capture, readStored, restore } from "./workspace";

export const view: TaskView = {
  session: (page) => new Change(page),
  readStored,
};

class Change extends ChangeWork implements TaskSession {
  readonly card = card;
  readonly places = PLACES;

  dataStep(): TemplateResult {
    const { page, tables } = this;
    return html`<regulens-preparing .tables=${tables} .state=${tables.state} .page=${page.state}></regulens-preparing>
      <regulens-pair .tables=${tables} .state=${tables.state} .page=${page} .pageState=${page.state}></regulens-pair>`;
  }

  remarks(): readonly Remark[] {
    return remarksOf(this);
  }

  exports(): TemplateResult {
    return exportsOf(this);
  }

  results({ only, notes }: Parameters<TaskSession["results"]>[0] = {}): TemplateResult {
    if (!this.state.run) return html``;
    return html`<regulens-change
      .only=${only}
      .session=${this}
      .state=${this.state}
      .page=${this.page.state}
      .notes=${notes}
    ></regulens-change>`;
  }

  below(): TemplateResult {
    const { comparing } = this;
    const { kept, removed } = comparing.state;
    return html`<regulens-compare-changes
      ?hidden=${kept.length === 0 && !removed}
      .comparing=${comparing}
      .state=${comparing.state}
      .symbols=${this.tables.state.symbols}
    ></regulens-compare-changes>`;
  }

  get looked(): Looked {
    return looked(this);
  }

  link(start: Address): Link {
    return link(this, start);
  }

  async show(address: Address): Promise<string[]> {
    return show(this, address);
  }

  capture(files: Files): Stored {
    return capture(this, files);
  }

  restore(stored: Stored, restoring: Restoring): Promise<void> {
    return restore(this, stored, restoring);
  }

  captureKept(files: Files): readonly StoredRun[] {
    return captureKept(this, files);
  }

  restoreKept(run: StoredRun, restoring: Restoring): Promise<boolean> {
    return restoreKept(this, run, restoring);
  }

  openExported(exported: Exported): Promise<void> {
    return openExported(this, exported);
  }
}
