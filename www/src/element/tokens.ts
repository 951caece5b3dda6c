/**
 * The site's design tokens on the element's own host, each behind a custom property that the page can set:
 * `--color-accent` is `var(--regulens-color-accent, …)`. The build makes them from `src/styles/tokens.css`.
 */

import { css, unsafeCSS } from "lit";
import text from "../styles/tokens.css";

export const tokens = css`
  ${unsafeCSS(text)}
`;
