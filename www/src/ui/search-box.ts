/** A box to find items of a list by their names. */

import { html, type TemplateResult } from "lit";
import { search } from "./icons";

/** A box to find `what`, "a gene"; `changed` gets each text that is typed. Its styles are `searchStyles`. */
export function searchBox(what: string, value: string, changed: (text: string) => void): TemplateResult {
  return html`<label class="search">
    <span class="visually-hidden">Find ${what} by name</span>
    ${search}
    <input
      type="search"
      placeholder="Find ${what}"
      title="A part of a name, or a list of names"
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      @input=${(event: Event) => changed((event.target as HTMLInputElement).value)}
    />
  </label>`;
}
