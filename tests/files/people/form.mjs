/** The cases of this folder as files, for the tests of the package and of the page; `form.rs` is the program's. */

import { gzipSync } from "node:zlib";

/** @type {(lines: readonly string[], end?: string) => string} */
const text = (lines, end = "\n") => lines.map((line) => line + end).join("");

/** @type {Record<string, (lines: readonly string[]) => Buffer>} */
const FORMS = {
  "byte order mark": (lines) => Buffer.from(`\ufeff${text(lines)}`),
  "carriage returns": (lines) => Buffer.from(text(lines, "\r")),
  "carriage returns and line feeds": (lines) => Buffer.from(text(lines, "\r\n")),
  "UTF-16": (lines) => Buffer.from(`\ufeff${text(lines)}`, "utf16le"),
  "gzip of two members": (lines) =>
    Buffer.concat([lines.slice(0, 1), lines.slice(1)].map((part) => gzipSync(text(part)))),
};

/**
 * A file of these lines.
 *
 * @param {readonly string[]} lines
 * @param {string | undefined} form
 * @returns {Buffer}
 */
export function written(lines, form) {
  const as = form === undefined ? undefined : FORMS[form];
  return as ? as(lines) : Buffer.from(text(lines));
}

/** The number of each stretch of 100 bases. */
export const RULER = ["chr1", "eGFP", "GFP"].flatMap((name) =>
  Array.from({ length: 900 }, (_, at) => [name, at * 100, at * 100 + 100, at].join("\t")),
);
