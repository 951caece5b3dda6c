/** Contributions to a track, their motif names, and the effect of a variant on motif matches. */

import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { Attributing, Contributed } from "../calls";
import type { Sequences, StretchOfBases } from "../session-state";

function withoutNames({ seqlets: _, names: __, patterns: ___, ...found }: Contributed): Contributed {
  return found;
}

/** Actions of the page for motifs. */
export class Motifs {
  constructor(private readonly at: Sequences) {}

  /** Computes contributions to a track in a stretch, and with `isNamed` their motif names. */
  async contribute(track: number, { start, end }: StretchOfBases, how: Attributing, isNamed = false): Promise<void> {
    const { run, motifs } = this.at.state;
    if (!run) return;
    const found = await this.at.do("contributions", run.record.name, (options) =>
      this.at.worker.call("contributions", { run: run.id, track, start, end, isNamed, ...how }, options),
    );
    if (!found || this.at.state.run !== run) return;
    // Names refer to the current motifs.
    const contributions = this.at.state.motifs === motifs ? found : withoutNames(found);
    const what = contributions.names ? " and its motifs were named" : "";
    this.at.set({ contributions, closeUp: undefined, announcement: `What the track rests on was found${what}.` });
  }

  /** Reads motifs, in place of earlier ones. */
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

  /** Removes the motifs and the names. */
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

  /** Sets the maximum q of the names shown. */
  async chooseNamesQ(namesQ: number): Promise<void> {
    this.at.set({ namesQ });
    await this.nameVariant();
  }

  /** Computes the matches that the open variant creates or destroys, if there are motifs. */
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
