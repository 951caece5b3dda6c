/**
 * Lit's decorators, but for `customElement`: a page may load two copies of the element's script (two saved pages in
 * one, two versions), and what the first has defined stays. The build puts this in place of `lit/decorators.js`.
 */

export { property, query, state } from "lit/decorators.js";

/** Defines an element, unless another copy has, or there is no page to define it in, as in Node. */
export function customElement(name: string): (element: CustomElementConstructor) => void {
  return (element) => {
    const elements = globalThis.customElements as CustomElementRegistry | undefined;
    if (elements && !elements.get(name)) elements.define(name, element);
  };
}
