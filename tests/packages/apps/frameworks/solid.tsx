// Types of the element in JSX of Solid.

import "regulens/solid";

export const Figure = (props: { file: File }) => (
  <regulens-view
    class="figure"
    model="k562.safetensors"
    data={props.file}
    dataB={null}
    data-b="b.csv"
    no-picker
    noWhatIf
    view="gene"
    height={600}
    on:regulens-error={({ detail }) => console.error(detail.code)}
  >
    <img src="figure.png" alt="A figure" />
  </regulens-view>
);

// @ts-expect-error: no such view
export const wrong = <regulens-view view="genes" />;
// @ts-expect-error: no such attribute
export const unknown = <regulens-view modle="k562.safetensors" />;
