/** The variants of a VCF file: their table in the wide place, and under it the effect of the row that is open. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { reveal } from "../../../ui/reveal";
import { shared } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { tellNew } from "../../../ui/unseen";
import { counted } from "../../../ui/words";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import type { VariantEffect } from "./effect";
import "./effect";
import "./table";

/** The variants of a file. */
@customElement("regulens-listed-variants")
export class ListedVariants extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  /** The run of the record that is open; undefined until one is. */
  @property({ attribute: false }) run: TrackRun | undefined;
  /** True in a page of one file, which opens with the view that it was saved with. */
  @property({ attribute: false }) saved = false;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #revealed: object | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }
    `,
  ];

  override updated(): void {
    const { variants } = this.sequences.state;
    if (!variants) return;
    // Their reader has just asked for them, with another tab open perhaps.
    const isNew = this.#revealed !== variants && (this.#revealed !== undefined || !this.saved);
    // Their tab may be there with the next frame alone.
    if (isNew) requestAnimationFrame(() => void reveal(this));
    this.#revealed = variants;
    const heading = `${variants.file} was read: ${counted(variants.rows.length, "variant")}`;
    tellNew(this.renderRoot.querySelector<HTMLElement>("regulens-variant-table"), variants, heading);
  }

  override render() {
    const { sequences, run } = this;
    const { doing, problems } = sequences.state;
    const isTried = sequences.isTriedListed;
    return html`<regulens-variant-table .sequences=${sequences} @opened=${this.#bring}></regulens-variant-table>
      ${isTried ? progressOf(doing.run ?? doing.variant, () => this.#cancel()) : nothing}
      ${isTried ? errorNotice("The variant could not be tried", problems.variant, () => sequences.dismiss("variant")) : nothing}
      ${
        isTried && run
          ? html`<regulens-variant-effect
              .sequences=${sequences}
              .run=${run}
              .explains=${!this.saved}
            ></regulens-variant-effect>`
          : nothing
      }`;
  }

  #cancel(): void {
    this.sequences.cancel("run");
    this.sequences.cancel("variant");
  }

  /** Brings the effect of the row that was opened into view, below its row as far as there is room. */
  #bring = async (): Promise<void> => {
    await this.updateComplete;
    const effect = this.renderRoot.querySelector<VariantEffect>("regulens-variant-effect");
    await effect?.bring();
  };
}
