// Types of the element in components of Svelte.

import "regulens/svelte";
import type { SvelteHTMLElements } from "svelte/elements";

type View = SvelteHTMLElements["regulens-view"];
export const props: View = {
  model: "k562.safetensors",
  dataB: null,
  "data-b": "b.csv",
  "no-picker": "",
  class: "figure",
  "onregulens-error": ({ detail }) => console.log(detail.code),
};
// @ts-expect-error: no such view
export const wrong: View = { view: "genes" };
