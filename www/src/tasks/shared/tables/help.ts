/** An example of a table, for users who have none ready. */

import { css, html, LitElement } from "lit";
import { customElement } from "lit/decorators.js";
import { shared } from "../../../ui/styles/shared";

/** The layouts that are read, folded away. */
@customElement("regulens-table-help")
export class TableHelp extends LitElement {
  static override styles = [
    shared,
    css`
      summary {
        width: fit-content;
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
        color: var(--color-accent);
        cursor: pointer;
      }

      .body {
        display: grid;
        gap: var(--space-3);
        padding-block-start: var(--space-3);
        max-width: var(--measure);
      }

      pre {
        margin: 0;
        padding: var(--space-3);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
        font: var(--text-xs) / var(--leading-normal) var(--font-mono);
        overflow-x: auto;
      }
    `,
  ];

  override render() {
    return html`<details>
      <summary>What a table looks like</summary>
      <div class="body small">
        <p>
          One row a bin, bins numbered from 1 in genomic order, all rows of a gene together. A first row names the
          marks; their order does not matter. A column <code>label</code> (1 on, 0 off) is optional.
        </p>
        <!-- prettier-ignore -->
        <pre tabindex="0">gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3
ENSG00000156508,1,0,2,1,0,1
ENSG00000156508,2,1,0,3,0,0</pre>
        <p>
          The published tables without a header are read too: eight columns as AttentiveChrome has them (gene, bin,
          H3K27me3, H3K36me3, H3K4me1, H3K4me3, H3K9me3, label), or six as DeepDiff has them
          (<code>ENSG_SYMBOL_bin</code>, H3K4me1, H3K4me3, H3K9me3, H3K27me3, H3K36me3).
        </p>
        <p>
          Values are read counts in bins of 100 bp, such as <code>bedtools multicov</code> gives, over ±5,000 bp around
          each transcription start site.
        </p>
      </div>
    </details>`;
  }
}
