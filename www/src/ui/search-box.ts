/** A box to find list items by name. */

import { html, type TemplateResult } from "lit";
import { search } from "./icons";

/** A box to find `what`, "a gene"; `changed` receives the text at each keystroke. Its styles are `searchStyles`. */
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
