/** Style of the parts of a tab that has all the room. */

import { css } from "lit";

/** Two parts side by side where there is room, the first of them wider. */
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
