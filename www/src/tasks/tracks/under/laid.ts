/** Files that a reader adds to the tracks: measured values behind the prediction, and genes below it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { help } from "../../../ui/help";
import { file as fileIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { counted } from "../../../ui/words";
import { takeFiles } from "../../shared/take-files";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";

/** Two parts side by side if there is room, the first of them wider. */
export const besideStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }

  .beside {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-3) var(--space-5);
    align-items: start;
  }

  @container (min-width: 56rem) {
    .beside {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    }
  }
`;

/** The controls to open them, and the open genes. */
@customElement("regulens-laid-files")
export class LaidFiles extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  /** True if genes can be read: a single-file page lacks the engine for that. */
  @property({ attribute: false }) readsGenes = true;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);

  static override styles = [
    controls,
    sequenceStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  override render() {
    const { run, readsGenes } = this;
    const { genes } = this.sequences;
    const { genes: known, doing, problems } = genes.state;
    return html`<div class="row small">
        <label class="button small measured">
          ${fileIcon} bedGraph or bigWig…
          <input type="file" aria-label="Choose bedGraph or bigWig…" @change=${this.#chooseMeasured} />
        </label>
        ${
          known
            ? html`<span>Genes: ${known.file}, ${counted(known.count, "gene")}.</span> ${
                  readsGenes
                    ? html`<button class="quiet small" @click=${() => genes.close()}>Remove the genes</button>`
                    : nothing
                }`
            : !readsGenes
              ? nothing
              : html`<label class="button small">
                  ${fileIcon} Genes…
                  <input type="file" aria-label="Choose genes…" @change=${this.#chooseGenes} />
                </label>`
        }
        ${help(
          "files under the tracks",
          html`Measured values (bedGraph or bigWig) lie behind the prediction; their file must name
            <code>${run.record.name}</code>. ${readsGenes ? "Genes (GTF, GFF3 or BED) stand below." : nothing} Files can
            also be dropped on the page. r is Pearson’s correlation over the bins in view.`,
        )}
      </div>
      ${progressOf(doing.genes, () => genes.cancel("genes"))}
      ${errorNotice("These genes could not be read", problems.genes, () => genes.dismiss("genes"))}`;
  }

  #chooseMeasured = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.sequences.tracks.readMeasured({ blob: chosen, file: chosen.name });
  };

  #chooseGenes = (event: Event): void => {
    const [chosen] = takeFiles(event);
    if (chosen) void this.sequences.genes.read({ blob: chosen, file: chosen.name });
  };
}
