// Types of the element in templates of Vue.

import "regulens/vue";
import type { GlobalComponents } from "vue";

type View = InstanceType<GlobalComponents["regulens-view"]>;
export const props: View["$props"] = {
  model: "k562.safetensors",
  dataB: null,
  "data-b": "b.csv",
  "no-picker": "",
  class: "figure",
};
export const emit = (view: View) =>
  view.$emit("regulens-error", new CustomEvent("", { detail: { name: "", code: "", message: "" } }));
// @ts-expect-error: no such view
export const wrong: View["$props"] = { view: "genes" };
