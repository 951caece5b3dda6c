/** Which motifs are loaded, and how others are: the row that says so where they are used. */

import { html, nothing } from "lit";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { counted } from "../../../ui/words";
import { takeFiles } from "../../shared/take-files";
import type { SequenceSession } from "../session";

/** "Motifs: motifs.meme, 178 motifs." with the button that removes them; nothing without. */
export function motifsRow(sequences: SequenceSession) {
  const { motifs } = sequences.state;
  if (!motifs) return nothing;
  return html`<div class="row small">
    <span>Motifs: ${motifs.file}, ${counted(motifs.motifs.length, "motif")}.</span>
    <button class="quiet small" @click=${() => sequences.motifs.close()}>Remove the motifs</button>
  </div>`;
}

/** Progress and problems of reading motifs. */
export function motifsReading(sequences: SequenceSession) {
  const { doing, problems } = sequences.state;
  return html`${progressOf(doing.motifs, () => sequences.cancel("motifs"))}
  ${errorNotice("These motifs could not be read", problems.motifs, () => sequences.dismiss("motifs"))}`;
}

/** The row, or what a reader does to get one. */
export function motifsChooser(sequences: SequenceSession) {
  const choose = (event: Event): void => {
    const [file] = takeFiles(event);
    if (file) void sequences.motifs.read({ blob: file, file: file.name });
  };
  return html`${
    sequences.state.motifs
      ? motifsRow(sequences)
      : html`<div class="row small">
          <span class="muted">Drop motifs (MEME or JASPAR) to name the stretches that matter most.</span>
          <label class="button small push">
            ${fileIcon} Choose motifs…
            <input type="file" @change=${choose} />
          </label>
        </div>`
  }
  ${motifsReading(sequences)}`;
}
