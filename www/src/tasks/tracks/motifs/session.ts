/** Contributions to a track, the motifs whose names they have, and the effect of a variant on their matches. */

import type { MotifName } from "../../../../../pkg/src/index";
import type { TableRequest } from "../../../session/opened";
import { counted } from "../../../ui/words";
import type { Attributing, Contributed } from "../calls";
import { RunSession } from "../run/session";
import type { StretchOfBases } from "../session-state";

function withoutNames({ seqlets: _, names: __, patterns: ___, ...found }: Contributed): Contributed {
  return found;
}

/** Actions of the page on motifs. */
export abstract class MotifSession extends RunSession {
  /** Finds what a track rests on in a stretch, and names it by the motifs where `isNamed` says so. */
  async contribute(track: number, { start, end }: StretchOfBases, how: Attributing, isNamed = false): Promise<void> {
    const { run, motifs } = this.state;
    if (!run) return;
    const found = await this.do("contributions", run.record.name, (options) =>
      this.worker.call("contributions", { run: run.id, track, start, end, isNamed, ...how }, options),
    );
    if (!found || this.state.run !== run) return;
    // Names are those of the motifs that are there.
    const contributions = this.state.motifs === motifs ? found : withoutNames(found);
    const what = contributions.names ? " and its motifs were named" : "";
    this.set({ contributions, closeUp: undefined, announcement: `What the track rests on was found${what}.` });
  }

  /** Draws contributions letter by letter around a base, or around a named stretch. */
  lookClose(base: number, name?: MotifName): void {
    this.set({ closeUp: { base, name } });
  }

  /** Reads motifs in place of those before. */
  async readMotifs(source: TableRequest): Promise<boolean> {
    const read = await this.do("motifs", source.file, (options) => this.worker.call("readMotifs", { source }, options));
    if (!read) return false;
    this.#forgetNames();
    this.set({
      motifs: { ...read, source },
      announcement: `${read.file} was read: ${counted(read.motifs.length, "motif")}.`,
    });
    await this.nameVariant();
    return true;
  }

  /** Takes the motifs away, and the names. */
  closeMotifs(): void {
    this.cancel("motifs");
    this.dismiss("motifs");
    if (!this.state.motifs) return;
    this.#forgetNames();
    this.set({ motifs: undefined });
    void this.worker.call("closeMotifs", {}).catch(() => {});
  }

  #forgetNames(): void {
    const { contributions } = this.state;
    this.set({ contributions: contributions && withoutNames(contributions), variantMotifs: undefined });
  }

  /** Chooses the largest q of the names that are shown. */
  async chooseNamesQ(namesQ: number): Promise<void> {
    this.set({ namesQ });
    await this.nameVariant();
  }

  /** Finds the matches that the open variant makes or breaks, where there are motifs. */
  protected async nameVariant(): Promise<void> {
    const { motifs, variant, run, namesQ } = this.state;
    if (!motifs || !variant || !run) return;
    try {
      const variantMotifs = await this.worker.call("variantMotifs", {
        ...{ run: run.id, variant: variant.variant, q: namesQ },
      });
      const { state } = this;
      if (state.variant === variant && state.motifs === motifs && state.namesQ === namesQ) this.set({ variantMotifs });
    } catch (thrown) {
      if (this.state.variant === variant) this.fail("variant", thrown);
    }
  }
}
