/** The live part of a single-file page: the results of its model on its data, as on the site. */

import "../model/device-menu";
import "../ui/notice";
import "../ui/theme/button";
import "../tasks/results";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { progressOf } from "../ui/progress";
import { controls } from "../ui/styles/shared";
import { themeSetting } from "../ui/theme/theme";
import { type ElementText, ExportError } from "./read";
import type { Manifest, Role, View } from "./format";
import { readExported, showExported } from "./exported";
import { Session } from "../session/session";
import type { State } from "../session/state";
import { WorkerClient, type WorkerPort } from "../rpc/client";
import { type PlainError, toPlain, WorkerError } from "../rpc/errors";
import type { PageCalls, PageWorker } from "../worker/calls";
import { local } from "../rpc/rpc";
import type { DeviceReport } from "../../../pkg/src";
import { formatCount } from "../plots/core/format";
import { counted } from "../ui/words";

/** Parts of its page that the script needs. */
export interface Found {
  /** The file's name. */
  readonly file: string;
  readonly element: ElementText;
  /** Starts the worker; if that is impossible, gives the engines to this thread and returns undefined. */
  worker(): Promise<WorkerPort<PageCalls> | undefined>;
  readonly withWebgpu: boolean;
}

/** Shows the results. */
export function show(found: Found): void {
  const page = document.querySelector<Standalone>("regulens-standalone");
  if (page) void page.open(found);
}

/** The live part of the page. */
@customElement("regulens-standalone")
export class Standalone extends LitElement {
  @property() view: View = "set";
  @internal() private session: Session | undefined;
  @internal() private state: State | undefined;
  @internal() private problem: PlainError | undefined;
  @internal() private all = false;
  @internal() private manifest: Manifest | undefined;
  #withWebgpu = false;

  static override styles = [
    controls,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: end;
        gap: var(--space-2);
        margin-block-end: var(--space-3);
      }

      .bar .origin {
        margin-inline-end: auto;
      }

      @media print {
        .bar > :not(.origin) {
          display: none;
        }
      }
    `,
  ];

  /** Names the program and the date of this file, and links to the page where it can be opened. */
  #origin() {
    const { program, date, site } = this.manifest ?? {};
    if (!program) return html`<span class="origin"></span>`;
    // Only web addresses become links: a file may contain anything.
    const link = site && /^https?:\/\//.test(site) ? site : undefined;
    return html`<p class="origin small muted">
      Saved ${date ? html`on <time datetime=${date}>${date.slice(0, 10)}</time>` : nothing} with
      ${link ? html`<a href=${link}>${program}</a>` : program}. Drop this file
      ${link ? html`on <a href=${link}>its page</a>` : "on the page of Regulens"} to work on with its model and its
      data. ${this.manifest ? partsInWords(this.manifest) : ""}
    </p>`;
  }

  /** Opens the file's content. */
  async open({ file, element, worker, withWebgpu }: Found): Promise<void> {
    try {
      const exported = await readExported(file, element);
      this.view = exported.manifest.looked.view ?? "set";
      this.manifest = exported.manifest;
      this.#withWebgpu = withWebgpu;
      const session: Session = new Session(
        await workerOf(await worker(), (device) => session.hearDevice(device)),
        location.href,
      );
      this.session = session;
      session.subscribe((state) => (this.state = state));
      await session.chooseDevice(withWebgpu ? "auto" : "cpu");
      await showExported(session, exported, (task) => void task.subscribe(() => this.requestUpdate()));
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
  }

  override render() {
    const { state, session, problem } = this;
    if (problem) return notice("This file cannot be shown", problem);
    if (!session || !state) return html`<p class="muted">Unpacking…</p>`;
    const task = state.model && session.results;
    const failed = state.problems.model ?? task?.failure ?? state.problems.device;
    const doing = state.doing.model ?? task?.activity;
    return html`
      <div class="bar">
        ${this.#origin()}
        ${
          this.view === "gene" || this.view === "attention"
            ? html`<button class="all" aria-pressed=${this.all} @click=${() => (this.all = !this.all)}>
                ${this.all ? "Show less" : "Show all results"}
              </button>`
            : nothing
        }
        ${this.#withWebgpu ? html`<regulens-device .session=${session} .state=${state}></regulens-device>` : nothing}
        <regulens-theme-button .setting=${themeSetting()}></regulens-theme-button>
      </div>
      ${failed ? notice("This could not be shown", failed) : nothing} ${progressOf(doing)}
      ${task?.hasResults ? task.results({ only: this.all ? "all" : this.view }) : nothing}
      <div class="visually-hidden" role="status" aria-live="polite">${state.announcement}</div>
    `;
  }
}

function notice(heading: string, { message, remedy }: PlainError) {
  return html`<regulens-notice tone="danger" heading=${heading}
    ><p>${message}</p>
    ${remedy ? html`<p>${remedy}</p>` : nothing}</regulens-notice
  >`;
}

function problemOf(thrown: unknown): PlainError {
  if (thrown instanceof WorkerError) return thrown.plain;
  if (thrown instanceof ExportError)
    return { name: thrown.name, code: thrown.code, message: thrown.message, remedy: thrown.remedy };
  return toPlain(thrown);
}

/** The worker if there is one, otherwise this thread. */
async function workerOf(
  port: WorkerPort<PageCalls> | undefined,
  onNotice: (device: DeviceReport) => void,
): Promise<PageWorker> {
  if (port) return new WorkerClient<PageCalls, DeviceReport>(() => port, { what: "The page's worker", onNotice });
  const { standaloneHandlers } = await import("./handlers");
  return local<PageCalls>(standaloneHandlers(onNotice));
}

/** Nouns for the items of each role. */
const COUNTED: Partial<Record<Role, string>> = {
  table: "gene",
  sequences: "record",
  variants: "variant",
  genes: "gene",
};

/** Extent of the data in words: "It has 20 of the 400 genes of my.csv."; empty if it has all. */
export function partsInWords({ inputs, run }: Pick<Manifest, "inputs" | "run">): string {
  const which = run?.chosen ? `: ${run.chosen}` : "";
  const parts = inputs.flatMap(({ role, file, items, of, sample }) => {
    const noun = COUNTED[role];
    // Other samples have the same genes.
    const isPart = sample === undefined && noun !== undefined && items !== undefined && of !== undefined && items < of;
    return isPart ? [`${formatCount(items)} of the ${counted(of, noun)} of ${file}`] : [];
  });
  return parts.length > 0 ? `It has ${parts.join(", and ")}${which}.` : "";
}
