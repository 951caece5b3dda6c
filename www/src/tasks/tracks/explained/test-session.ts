/** Tests if a track depends on the bases that explanations rank first, and if those are the planted sites. */

import type { PlantedSites, WorkOptions } from "../../../../../pkg/src/index";
import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { KnownSites, Sequences, StretchOfBases } from "../session-state";

/** Actions of the page for deletion tests. */
export class Tests {
  constructor(private readonly at: Sequences) {}

  /** Runs the deletion test of a track in a stretch, compared with planted sites if they are known. */
  async testDeletion(track: number, { start, end }: StretchOfBases, shuffles: number): Promise<void> {
    const { run } = this.at.state;
    if (!run) return;
    const found = await this.at.do("deletion", run.record.name, async (options) => {
      const truth = await this.#truth(options);
      const tested = await this.at.worker.call(
        "deletion",
        { run: run.id, track, start, end, shuffles, truth },
        options,
      );
      return { ...tested, start, end, planted: truth?.file };
    });
    if (found && this.at.state.run === run)
      this.at.set({ deletion: found, announcement: "The deletion test is finished." });
  }

  /**
   * Planted sites, if known. Those of an example are read here: their reader is in an engine that the example does not
   * need otherwise. If it fails, the error is shown, and the test continues without them.
   */
  async #truth(options: WorkOptions): Promise<PlantedSites | undefined> {
    const { planted } = this.at.state;
    if (!planted || planted.read) return planted?.read;
    const { source } = planted;
    try {
      const read = await this.at.worker.call("readPlantedSites", { source }, options);
      if (this.at.state.planted === planted) this.at.set({ planted: { source, read } });
      return read;
    } catch (thrown) {
      if (options.signal?.aborted) throw thrown;
      this.at.fail("planted", thrown);
      return undefined;
    }
  }

  /** Reads what was planted in simulated sequences, in place of earlier sites. */
  async readPlanted(source: TableRequest): Promise<boolean> {
    const read = await this.at.do("planted", source.file, (options) =>
      this.at.worker.call("readPlantedSites", { source }, options),
    );
    if (!read) return false;
    this.at.set({ planted: { source, read }, announcement: `${read.file} was read: ${sitesInWords(read)}.` });
    return true;
  }

  /** Removes the planted sites. */
  closePlanted(): void {
    this.at.cancel("planted");
    this.at.dismiss("planted");
    this.at.set({ planted: undefined });
  }
}

/** Extent in words: "42 sites in 1 sequence". */
function sitesInWords({ sequences }: NonNullable<KnownSites["read"]>): string {
  // Each site has three numbers.
  const sites = sequences.reduce((sum, { sites }) => sum + sites.length / 3, 0);
  return `${counted(sites, "site")} in ${counted(sequences.length, "sequence")}`;
}
