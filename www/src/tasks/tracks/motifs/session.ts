/** Contributions to a track, the motifs whose names they have, and the effect of a variant on their matches. */

import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { Attributing, Contributed } from "../calls";
import type { Sequences, StretchOfBases } from "../session-state";

function withoutNames({ seqlets: _, names: __, patterns: ___, ...found }: Contributed): Contributed {
  return found;
}

/** Actions of the page on motifs. */
export class Motifs {
  constructor(private readonly at: Sequences) {}

  /** Finds what a track rests on in a stretch, and names it by the motifs where `isNamed` says so. */
  async contribute(track: number, { start, end }: StretchOfBases, how: Attributing, isNamed = false): Promise<void> {
    const { run, motifs } = this.at.state;
    if (!run) return;
    const found = await this.at.do("contributions", run.record.name, (options) =>
      this.at.worker.call("contributions", { run: run.id, track, start, end, isNamed, ...how }, options),
    );
    if (!found || this.at.state.run !== run) return;
    // Names are those of the motifs that are there.
    const contributions = this.at.state.motifs === motifs ? found : withoutNames(found);
    const what = contributions.names ? " and its motifs were named" : "";
    this.at.set({ contributions, closeUp: undefined, announcement: `The track was explained${what}.` });
  }

  /** Reads motifs in place of those before. */
  async read(source: TableRequest): Promise<boolean> {
    const read = await this.at.do("motifs", source.file, (options) =>
      this.at.worker.call("readMotifs", { source }, options),
    );
    if (!read) return false;
    this.#forgetNames();
    this.at.set({
      motifs: { ...read, source },
      announcement: `${read.file} was read: ${counted(read.motifs.length, "motif")}.`,
    });
    await this.nameVariant();
    return true;
  }

  /** Takes the motifs away, and the names. */
  close(): void {
    this.at.cancel("motifs");
    this.at.dismiss("motifs");
    if (!this.at.state.motifs) return;
    this.#forgetNames();
    this.at.set({ motifs: undefined });
    void this.at.worker.call("closeMotifs", {}).catch(() => {});
  }

  #forgetNames(): void {
    const { contributions } = this.at.state;
    this.at.set({ contributions: contributions && withoutNames(contributions), variantMotifs: undefined });
  }

  /** Chooses the largest q of the names that are shown. */
  async chooseNamesQ(namesQ: number): Promise<void> {
    this.at.set({ namesQ });
    await this.nameVariant();
  }

  /** Finds the matches that the open variant makes or breaks, where there are motifs. */
  async nameVariant(): Promise<void> {
    const { motifs, variant, run, namesQ } = this.at.state;
    if (!motifs || !variant || !run) return;
    try {
      const variantMotifs = await this.at.worker.call("variantMotifs", {
        ...{ run: run.id, variant: variant.variant, q: namesQ },
      });
      const { state } = this.at;
      if (state.variant === variant && state.motifs === motifs && state.namesQ === namesQ)
        this.at.set({ variantMotifs });
    } catch (thrown) {
      if (this.at.state.variant === variant) this.at.fail("variant", thrown);
    }
  }
}
