/** The task of models of tracks along a sequence. */

import { html, type TemplateResult } from "lit";
import type { CatalogueExample } from "../../../../pkg/src/index";
import type { Address } from "../../session/address";
import type { FileKind, Identified } from "../../session/files";
import type { Filed } from "../../session/intake";
import type { PlainError } from "../../rpc/errors";
import type { Page } from "../../session/page";
import type { CurrentModel } from "../../session/state";
import type { Activity } from "../../rpc/working";
import type { Exported } from "../../standalone/format";
import type { Files, Restoring } from "../../workspace/reading";
import type { CurrentView, Link, TaskSession, TaskView } from "../shared/task";
import type { Results } from "../../workspace/format";
import type { Remark } from "../../ui/notice";
import { counted } from "../../ui/words";
import { card } from "./card";
import { RunningAll } from "./all/running";
import { TrackComparing } from "./compare/comparing";
import { exportsOf, remarksOf } from "./exports";
import { link, looked, PLACES, recordAsked, show } from "./links";
import { SequenceSession } from "./session";
import { openExported } from "./standalone/page";
import { ScoredVariants } from "./variants/scored";
import { capture, restore } from "./workspace";

export const view: TaskView = { session: (page) => new TracksTask(page) };

/** Passes the page's state on to the calls of models of tracks. */
class TracksTask implements TaskSession {
  readonly work: SequenceSession;
  readonly comparing: TrackComparing;
  readonly all: RunningAll;
  readonly task = "tracks";
  readonly card = card;
  readonly places = PLACES;
  readonly reads: FileKind = "sequence";
  /** Opening another model ends a run, so nothing needs to wait for it. */
  readonly isRunning = false;

  constructor(private readonly page: Page) {
    this.work = new SequenceSession(
      page.worker,
      page.worker,
      page.correlations,
      (session) => new ScoredVariants(page.worker, session, session.genes),
    );
    this.comparing = new TrackComparing(page, this.work);
    this.all = new RunningAll(page, this.work);
  }

  subscribe(listener: () => void): () => void {
    const { work, comparing, all } = this;
    const ends = [work, work.genes, work.scored, comparing, all].map((each) => each.subscribe(listener));
    return () => ends.forEach((end) => end());
  }

  get hasData(): boolean {
    return this.work.state.sequences !== undefined;
  }

  get hasResults(): boolean {
    return this.work.state.run !== undefined || this.work.scored.state.scores !== undefined;
  }

  get isTaken(): boolean {
    const { sequences, doing } = this.work.state;
    return sequences !== undefined || doing.data !== undefined;
  }

  async follow(model: CurrentModel): Promise<void> {
    this.work.follow(model);
  }

  open(files: readonly Identified[]): Promise<readonly Filed[]> {
    return this.work.openFiles(files);
  }

  remember(): () => Promise<void> {
    return this.work.remember();
  }

  /** Reads a sequence and runs the open model on it, with its measured track. */
  async tryExample({ id, file, b, truth, simulated }: CatalogueExample, address: Address = {}): Promise<void> {
    const { page, work } = this;
    const planted = truth ? page.siteFile(truth.file) : undefined;
    const isRead = await work.readSequences(page.siteFile(file), { example: id, simulated, planted });
    const { model } = page.state;
    if (!isRead || !model || model.description.task !== this.task) return;
    await work.run(recordAsked(address, work.state.sequences));
    if (b && work.isCurrent) await work.tracks.readMeasured(page.siteFile(b.file));
  }

  async clear(): Promise<void> {
    await Promise.all([this.comparing.clear(), this.all.forget()]);
    this.work.forget();
  }

  forgetResults(): void {
    this.work.forget();
  }

  dataStep(): TemplateResult {
    return html`<regulens-sequence-data
      .session=${this.page}
      .state=${this.page.state}
      .sequences=${this.work}
    ></regulens-sequence-data>`;
  }

  runBar(): TemplateResult {
    return html`<regulens-sequence-run
      .session=${this.page}
      .state=${this.page.state}
      .sequences=${this.work}
    ></regulens-sequence-run>`;
  }

  get given(): string {
    const { sequences, motifs } = this.work.state;
    const named = motifs && `${motifs.file} (${counted(motifs.motifs.length, "motif")})`;
    return [sequences?.file, named].filter((each) => each !== undefined).join(", ");
  }

  get isBusy(): boolean {
    return this.work.state.doing.run !== undefined;
  }

  get activity(): Activity | undefined {
    const { data, run } = this.work.state.doing;
    return data ?? run;
  }

  get failure(): PlainError | undefined {
    const { data, run } = this.work.state.problems;
    return data ?? run;
  }

  get isCurrent(): boolean {
    // Variants are scored without a run.
    return this.work.state.run ? this.work.isCurrent : this.work.scored.isCurrent;
  }

  get isAsking(): boolean {
    return this.work.state.doing.data !== undefined || this.failure !== undefined;
  }

  remarks(): readonly Remark[] {
    return remarksOf(this.work, this.page);
  }

  exports(): TemplateResult {
    return exportsOf(this.work, this.page);
  }

  results({ only, notes }: Parameters<TaskSession["results"]>[0] = {}): TemplateResult {
    return html`<regulens-sequences
      .only=${only}
      .session=${this.page}
      .sequences=${this.work}
      .comparing=${this.comparing}
      .all=${this.all}
      .notes=${notes}
    ></regulens-sequences>`;
  }

  looked(): CurrentView {
    return looked(this.work.state);
  }

  link(start: Address): Link {
    return link(this.work.state, start);
  }

  show(address: Address): Promise<string[]> {
    return show(this.work, address);
  }

  capture(files: Files): Results {
    return capture(this, files);
  }

  restore(stored: Results, restoring: Restoring): Promise<void> {
    return restore(this, stored, restoring);
  }

  openExported(exported: Exported): Promise<void> {
    return openExported(this.work, exported);
  }
}
