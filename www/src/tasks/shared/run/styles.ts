/** Styles of the bar that runs a model: its button, and why it cannot be pressed. */

import { css } from "lit";

export const runStyles = css`
  .panel {
    display: grid;
    gap: var(--space-3);
    padding-block: var(--space-4);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
  }

  .why {
    flex: 1 1 16rem;
  }

  button.primary {
    min-height: var(--touch-target);
    padding-inline: var(--space-5);
    font-size: var(--text-base);
  }
`;
