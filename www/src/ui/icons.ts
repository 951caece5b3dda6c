/**
 * The few icons of the page, drawn on a 20 x 20 grid in the text's colour. They are decorative: the words beside them
 * have the same meaning.
 */

import { html, svg, type TemplateResult } from "lit";

function icon(paths: TemplateResult): TemplateResult {
  return html`<svg
    viewBox="0 0 20 20"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${paths}
  </svg>`;
}

/** A track of signal with its peak in a lens. */
export const mark = html`<svg viewBox="0 0 32 32" width="34" height="34" aria-hidden="true" focusable="false">
  <rect width="32" height="32" rx="8" fill="var(--color-accent)" />
  <path
    d="M5 21.5h4l2-6.5 3 9 3-15.5 3 12.5 2-4 1.5 4.500H27"
    fill="none"
    stroke="var(--color-accent-ink)"
    stroke-width="2"
    stroke-linejoin="round"
    stroke-linecap="round"
  />
  <circle cx="17" cy="8.5" r="2.4" fill="var(--color-accent-ink)" />
</svg>`;

export const chip = icon(
  svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1.5" />
<path d="M8 2.500v3M12 2.500v3M8 14.500v3M12 14.500v3M2.5 8h3M2.5 12h3M14.5 8h3M14.5 12h3" />`,
);
export const chevron = icon(svg`<path d="m6 8 4 4 4-4" />`);
export const sun = icon(
  svg`<circle cx="10" cy="10" r="3.4" />
<path d="M10 2v1.800M10 16.200V18M2 10h1.800M16.2 10H18M4.3 4.300l1.3 1.300M14.4 14.400l1.3 1.300
M4.3 15.700l1.3-1.300M14.4 5.600l1.3-1.3" />`,
);
export const moon = icon(svg`<path d="M16.5 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.5 8.500z" />`);
export const halves = icon(
  svg`<circle cx="10" cy="10" r="6.8" />
<path d="M10 3.200v13.600A6.8 6.8 0 0 0 10 3.200z" fill="currentColor" stroke="none" />`,
);
export const file = icon(svg`<path d="M5 2.500h6.500L15.5 6.500v11H5zM11.5 2.500v4h4" />`);
export const paste = icon(svg`<path d="M7 4H5v13.500h10V4h-2M7.5 2.500h5v3h-5zM7.5 9.500h5M7.5 12.500h5" />`);
export const play = icon(svg`<path d="M6.5 4v12l9.5-6z" fill="currentColor" />`);
export const stop = icon(svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1" fill="currentColor" />`);
export const save = icon(svg`<path d="M10 3v9m-3.5-3.500L10 12l3.5-3.500M4 16.500h12" />`);
export const close = icon(svg`<path d="m5.5 5.5 9 9m0-9-9 9" />`);
export const warning = icon(svg`<path d="M10 3 1.8 16.800h16.400zM10 8.500v3.800M10 14.600v.1" />`);
export const info = icon(svg`<circle cx="10" cy="10" r="7.2" /><path d="M10 9.300v4.300M10 6.400v.1" />`);
export const check = icon(svg`<path d="m4.5 10.5 3.5 3.5 7.5-8" />`);
export const lock = icon(
  svg`<rect x="4.5" y="9" width="11" height="8" rx="1.5" /><path d="M7 9V6.500a3 3 0 0 1 6 0V9" />`,
);
export const table = icon(
  svg`<rect x="2.5" y="4" width="15" height="12.5" rx="1.5" /><path d="M2.5 8.200h15M2.5 12.300h15M8 4v12.5" />`,
);
export const pin = icon(svg`<path d="M7 2.500h6l-.8 6 2.800 3H5l2.800-3zM10 11.500v6" />`);
export const remove = icon(svg`<path d="M4 5.500h12M8 5.500v-2h4v2M5.500 5.500l.8 11.500h7.400l.8-11.500" />`);
export const undo = icon(svg`<path d="M4 8h8a4 4 0 0 1 0 8H7M7 4.500 3.500 8 7 11.500" />`);
export const search = icon(svg`<circle cx="8.5" cy="8.5" r="5.2" /><path d="m12.5 12.5 4.5 4.5" />`);
export const swap = icon(svg`<path d="M4 7h11.500M12.500 4l3 3-3 3M16 13H4.500M7.500 10l-3 3 3 3" />`);
export const track = icon(
  svg`<path d="M2.500 15.500h15M3.500 13c1.500 0 1.500-7 3-7s1.500 5 3 5 1-3 2-3 1.500 4.500 3 4.500h2" />`,
);
export const plus = icon(svg`<path d="M10 4.500v11M4.500 10h11" />`);
export const minus = icon(svg`<path d="M4.500 10h11" />`);
export const left = icon(svg`<path d="M12 5 7 10l5 5" />`);
export const right = icon(svg`<path d="m8 5 5 5-5 5" />`);
export const whole = icon(svg`<path d="M3 6v8M17 6v8M6 10h8M6 10l2-2M6 10l2 2M14 10l-2-2M14 10l-2 2" />`);
export const link = icon(
  svg`<path d="M8.500 11.500a3 3 0 0 0 4.300 0l2.700-2.700a3 3 0 0 0-4.300-4.300l-1 1
M11.500 8.500a3 3 0 0 0-4.300 0l-2.700 2.700a3 3 0 0 0 4.300 4.300l1-1" />`,
);
export const quote = icon(svg`<path d="M3.500 5.500h13M3.500 9h13M3.500 12.500h8M14 12.500v4M14 12.500h2.500" />`);
