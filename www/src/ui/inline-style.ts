/**
 * Computed styles, set through the CSSOM. Lit's own `styleMap` first writes an attribute, which a strict style policy
 * blocks.
 */

import { noChange } from "lit";
import { type AttributePart, directive, Directive } from "lit/directive.js";

/** Values by property in kebab case. */
export type InlineStyle = Readonly<Record<string, string>>;

class InlineStyleDirective extends Directive {
  #set = new Set<string>();

  render(_style: InlineStyle): typeof noChange {
    return noChange;
  }

  override update(part: AttributePart, [style]: [InlineStyle]): typeof noChange {
    const target = (part.element as HTMLElement).style;
    for (const property of this.#set) if (!(property in style)) target.removeProperty(property);
    for (const [property, value] of Object.entries(style)) target.setProperty(property, value);
    this.#set = new Set(Object.keys(style));
    return noChange;
  }
}

/** `style=${inlineStyle({ width: "40%" })}` */
export const inlineStyle = directive(InlineStyleDirective);
