import { css } from "lit";

/** Layout of the files that a table is made of. */
export const prepareStyles = css`
  section {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4);
    border: var(--border);
    border-radius: var(--radius-md);
  }

  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2);
  }

  h4 {
    font-size: var(--text-sm);
    font-weight: var(--weight-strong);
  }

  .files {
    display: grid;
  }

  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
    padding-block: var(--space-2);
    border-block-end: var(--border);
  }

  .what {
    flex: 1 1 12rem;
    display: grid;
    min-width: 0;
    overflow-wrap: anywhere;
    line-height: var(--leading-snug);
  }

  .name {
    font-weight: var(--weight-medium);
  }

  select {
    max-width: 100%;
  }

  select[aria-invalid] {
    border-color: var(--color-danger);
  }

  .note,
  .problem {
    flex-basis: 100%;
    overflow-wrap: anywhere;
  }

  .problem {
    color: var(--color-danger);
  }

  .empty {
    padding: var(--space-2) var(--space-3);
    border: 1.5px dashed var(--color-line-strong);
    border-radius: var(--radius-md);
  }

  .plan select {
    min-height: 1.75rem;
    padding-inline: var(--space-1);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }

  .actions p {
    flex: 1 1 12rem;
  }
`;
