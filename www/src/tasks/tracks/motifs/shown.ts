/** The names that are shown of what a track rests on: one object as long as nothing that makes it changes. */

import type { NamedStretch } from "../../../plots/sequences";
import type { Contributed } from "../calls";
import type { KnownMotifs, SequenceState } from "../session-state";
import { drawnNames, type NamedStretches, namesUpTo } from "./text";

/** Names, and how they are drawn. */
interface ShownNames {
  readonly names: NamedStretches;
  readonly drawn: readonly NamedStretch[];
}

const known = new WeakMap<
  Contributed,
  { readonly motifs: KnownMotifs; readonly q: number; readonly shown: ShownNames | undefined }
>();

/** Names up to the q that is set; undefined where none were asked for. */
export function shownNames({
  contributions,
  motifs,
  namesQ: q,
}: Pick<SequenceState, "contributions" | "motifs" | "namesQ">): ShownNames | undefined {
  if (!contributions || !motifs) return undefined;
  const before = known.get(contributions);
  if (before?.motifs === motifs && before.q === q) return before.shown;
  const names = namesUpTo(contributions, q);
  const shown = names && { names, drawn: drawnNames(names, motifs) };
  known.set(contributions, { motifs, q, shown });
  return shown;
}
