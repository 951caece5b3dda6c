/** The task of models of genes: what the page asks of every task, for an outcome. */

import type { TemplateResult } from "lit";
import type { Address, View } from "../../session/address";
import type { Page } from "../../session/page";
import type { Exported } from "../../standalone/format";
import type { Remark } from "../../ui/notice";
import type { Stored, StoredRun } from "../../workspace/format";
import type { Files } from "../../workspace/gathered";
import type { Restoring } from "../../workspace/restoring";
import type { Link, Looked, TaskCard, TaskSession, TaskView } from "../view";
import { comparedRuns, exportsOf, remarksOf } from "./saved/exports";
import { link, looked, placesOf, show } from "./links";
import { openExported } from "./saved/page";
import type { GenesWork } from "./session";
import { capture, captureKept, restore, restoreKept } from "./saved/workspace";

/** Work on an outcome, and its parts of the page. */
interface Parts<Work extends object> {
  readonly work: new (page: Page) => Work;
  readonly card: TaskCard;
  readonly readStored: TaskView["readStored"];
  dataStep(work: Work): TemplateResult;
  results(work: Work, shown: Parameters<TaskSession["results"]>[0]): TemplateResult;
}

/** The view of an outcome. */
export function viewOf<Work extends object>({ work, card, readStored, ...parts }: Parts<Work>): TaskView {
  // The work of any outcome answers the same calls.
  class Shown extends (work as unknown as new (page: Page) => Pick<GenesWork, keyof GenesWork>) implements TaskSession {
    readonly card = card;
    readonly places = placesOf(this.outcome.elements.results, this.outcome.elements.gene, this.outcome.explanations);

    get #own(): Work {
      return this as unknown as Work;
    }

    dataStep(): TemplateResult {
      return parts.dataStep(this.#own);
    }

    remarks(): readonly Remark[] {
      return remarksOf(this);
    }

    exports(): TemplateResult {
      return exportsOf(this);
    }

    results(shown?: Parameters<TaskSession["results"]>[0]): TemplateResult {
      return parts.results(this.#own, shown);
    }

    below(): TemplateResult {
      const { kept, removed } = this.comparing.state;
      return comparedRuns(this, kept.length === 0 && !removed);
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
  return { session: (page) => new Shown(page), readStored };
}
