/** A plot as a file of its own: what the page shows, and in its metadata where it comes from. */

import { plotSize } from "./plot-size";
import { element, textElement, unescapeXml } from "../plots/core/svg";

/** Sources of a figure. */
export interface Provenance {
  /** The table, as its file is called. */
  readonly table: string;
  /** The model, as its card calls it. */
  readonly model: string;
  /** SHA-256 of the model's file, in hexadecimal. */
  readonly sha256: string;
  /** The program and its version. */
  readonly program: string;
  /** When the prediction was made, ISO 8601. */
  readonly date: string;
  /** Facts that have to be known of the figure: "bins of 100 bp", "simulated data". */
  readonly facts?: readonly string[] | undefined;
}

/** Dublin Core in RDF, which SVG editors and reference managers read. */
function metadata(title: string, { table, model, sha256, program, date }: Provenance): string {
  const description = element("rdf:Description", { "rdf:about": "" }, [
    textElement("dc:title", {}, title),
    textElement("dc:creator", {}, program),
    textElement("dc:source", {}, `Table ${table}; model ${model}, SHA-256 ${sha256}`),
    textElement("dc:date", {}, date),
    textElement("dc:format", {}, "image/svg+xml"),
  ]);
  const namespaces = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
  };
  return element("metadata", {}, [element("rdf:RDF", namespaces, [description])]);
}

/** The head of a plot with its size in millimetres; the coordinates stay pixels. */
function sized(head: string, millimetres: number | undefined): string {
  if (millimetres === undefined) return head;
  const { width, height } = plotSize(head);
  const tall = Math.round((1000 * height * millimetres) / width) / 1000;
  return head.replace(/ width="[0-9.]+" height="[0-9.]+"/, ` width="${millimetres}mm" height="${tall}mm"`);
}

/** The text of an SVG file from a plot's string, printed `millimetres` wide where that is given. */
export function svgFile(plot: string, provenance: Provenance, millimetres?: number): string {
  const described = /^<svg [^>]*>\n<title>([^<]*)<\/title>\n<desc>[^<]*<\/desc>\n/.exec(plot);
  if (!described) throw new TypeError("not a plot: it does not start with a title and a description");
  const [head, title] = described;
  const file = `${sized(head, millimetres)}${metadata(unescapeXml(title), provenance)}\n${plot.slice(head.length)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${file}\n`;
}
