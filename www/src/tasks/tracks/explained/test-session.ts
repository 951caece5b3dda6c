/** Whether a track depends on the bases that its explanations name, and whether those are the planted sites. */

import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import { MotifSession } from "../motifs/session";
import type { KnownSites, StretchOfBases } from "../session-state";

/** What the page does to test explanations. */
export abstract class TestSession extends MotifSession {
  /** Tests what a track depends on in a stretch, where it is known against what was planted. */
  async testDeletion(track: number, { start, end }: StretchOfBases, shuffles: number): Promise<void> {
    const { run, planted } = this.state;
    if (!run) return;
    // Its reader is in an engine that nothing else of an example needs. The test itself does not depend on it.
    if (planted && !planted.read) await this.readPlanted(planted.source);
    const truth = this.state.planted?.read;
    if (this.state.run !== run) return;
    const found = await this.do("deletion", run.record.name, (options) =>
      this.worker.call("deletion", { run: run.id, track, start, end, shuffles, truth }, options),
    );
    if (found && this.state.run === run)
      this.set({
        deletion: { ...found, start, end, planted: truth?.file },
        announcement: "The deletion test is finished.",
      });
  }

  /** Reads what was planted in simulated sequences in place of what was known before. */
  async readPlanted(source: TableRequest): Promise<boolean> {
    const read = await this.do("planted", source.file, (options) =>
      this.worker.call("readPlantedSites", { source }, options),
    );
    if (!read) return false;
    this.set({ planted: { source, read }, announcement: `${read.file} was read: ${sitesInWords(read)}.` });
    return true;
  }

  /** Notes where it is told what was planted; read when it is needed. */
  expectPlanted(source: TableRequest): void {
    this.set({ planted: { source } });
  }

  /** Forgets what was planted. */
  closePlanted(): void {
    this.cancel("planted");
    this.dismiss("planted");
    this.set({ planted: undefined });
  }
}

/** "42 sites in 1 sequence" */
function sitesInWords({ sequences }: NonNullable<KnownSites["read"]>): string {
  // Three numbers are a site.
  const sites = sequences.reduce((sum, { sites }) => sum + sites.length / 3, 0);
  return `${counted(sites, "site")} in ${counted(sequences.length, "sequence")}`;
}
