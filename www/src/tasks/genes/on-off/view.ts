/** The task of models that say whether genes are on. */

import { html, type TemplateResult } from "lit";
import type { Address, View } from "../../../session/address";
import type { Exported } from "../../../standalone/format";
import type { Files } from "../../../workspace/gathered";
import type { Restoring } from "../../../workspace/restoring";
import type { Link, Looked, TaskSession, TaskView } from "../../view";
import type { Stored, StoredRun } from "../../../workspace/format";
import type { Remark } from "../../../ui/notice";
import { card } from "./card";
import { exportsOf, remarksOf } from "./exports";
import { link, looked, PLACES, show } from "./links";
import { OnOffWork } from "./session";
import { openExported } from "./standalone/page";
import { captureKept, restoreKept } from "../workspace";
import { capture, readStored, restore } from "./workspace";

export const view: TaskView = {
  session: (page) => new OnOff(page),
  readStored,
};

class OnOff extends OnOffWork implements TaskSession {
  readonly card = card;
  readonly places = PLACES;

  dataStep(): TemplateResult {
    return html`<regulens-table-data
      .work=${this}
      .tables=${this.tables.state}
      .page=${this.page.state}
    ></regulens-table-data>`;
  }

  remarks(): readonly Remark[] {
    return remarksOf(this);
  }

  exports(): TemplateResult {
    return exportsOf(this);
  }

  results({ only, notes }: Parameters<TaskSession["results"]>[0] = {}): TemplateResult {
    return html`<regulens-results
      .only=${only}
      .session=${this}
      .state=${this.state}
      .page=${this.page.state}
      .notes=${notes}
    ></regulens-results>`;
  }

  below(): TemplateResult {
    const { comparing } = this;
    const { kept, removed } = comparing.state;
    return html`<regulens-compare
      ?hidden=${kept.length === 0 && !removed}
      .comparing=${comparing}
      .state=${comparing.state}
      .symbols=${this.tables.state.symbols}
    ></regulens-compare>`;
  }

  get looked(): Looked {
    return looked(this);
  }

  link(start: Address): Link {
    return link(this, start);
  }

  show(address: Address, view: View | undefined): Promise<string[]> {
    return show(this, address, view);
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
