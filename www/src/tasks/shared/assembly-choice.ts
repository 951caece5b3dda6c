/** The choice of an assembly, where nothing tells it. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { ANOTHER, assemblyInWords, NAMED_ASSEMBLIES, type SaidAssembly } from "./assemblies";

/** The user's word on the assembly of data, that of the model's training first. */
export function assemblyChoice(
  trained: string,
  said: SaidAssembly,
  say: (assembly: SaidAssembly) => void,
  busy = false,
): TemplateResult {
  const named = [...new Set([trained, ...NAMED_ASSEMBLIES])];
  const choose = ({ target }: Event): void => say((target as HTMLSelectElement).value || undefined);
  return html`<select ?disabled=${busy} @change=${choose}>
    <option value="" .selected=${live(said === undefined)}>unknown</option>
    ${named.map(
      (each) =>
        html`<option value=${each} .selected=${live(each === said)}>
          ${assemblyInWords(each)}${each === trained ? ", as for the model" : nothing}
        </option>`,
    )}
    <option value=${ANOTHER} .selected=${live(said === ANOTHER)}>another assembly or species</option>
  </select>`;
}
