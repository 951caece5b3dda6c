/** Sequences in memory. */

import { readSequences, type SequenceOptions, type Sequences } from "../../../pkg/src/io/sequences";
import { fakeTracks } from "./tracks";

/** Reads a FASTA as the package does; there is no engine for slices. */
export function fakeSequences(text: string, options: SequenceOptions = {}): Promise<Sequences> {
  return readSequences(fakeTracks, text, options, () => Promise.reject(new Error("no file engine")));
}
