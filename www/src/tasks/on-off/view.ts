/** The task of models that say whether genes are on. */

import { html, type TemplateResult } from "lit";
import type { Address, View } from "../../session/address";
import type { Exported } from "../../standalone/format";
import type { Files } from "../../workspace/gathered";
import type { Restoring } from "../../workspace/restoring";
import { counted } from "../../ui/words";
import { beforeInWords, type Runnable } from "../shared/tables/task";
import type { Link, Looked, TaskSession, TaskView } from "../view";
import type { Stored, StoredRun } from "../../workspace/format";
import type { Remark } from "../../ui/notice";
import { card } from "./card";
import { exportsOf, remarksOf } from "./exports";
import { link, looked, PLACES, show } from "./links";
import { OnOffWork } from "./session";
import { openExported } from "./standalone/page";
import { capture, captureKept, readStored, restore, restoreKept } from "./workspace";

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

  runBar(): TemplateResult {
    const { table } = this.tables.state.a;
    const { run, doing, problems } = this.state;
    const runnable: Runnable = {
      page: this.page,
      running: doing.run,
      problem: problems.run,
      whyNot: this.whyNot,
      isCurrent: this.isCurrent,
      hasResults: run !== undefined && table !== undefined,
      on: table ? ` on ${counted(table.genes.length, "gene")}` : "",
      these: "this table",
      before: beforeInWords(
        run?.model,
        this.page.state.model,
        run && run.tables[0] !== table ? `the table ${run.tables[0].file}` : undefined,
      ),
      run: () => void this.run(),
      cancel: () => this.cancel("run"),
      dismiss: () => this.dismiss("run"),
    };
    return html`<regulens-run-bar .runnable=${runnable}></regulens-run-bar>`;
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
