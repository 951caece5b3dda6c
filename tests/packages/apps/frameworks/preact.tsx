// Types of the element in JSX of Preact.

import "regulens/preact";
import type { RegulensView } from "regulens/preact";
import { useRef } from "preact/hooks";

export function Figure({ file }: { file: File }) {
  const ref = useRef<RegulensView>(null);
  return (
    <regulens-view
      ref={ref}
      key="a"
      class="figure"
      model="k562.safetensors"
      data={file}
      dataB={null}
      data-b="b.csv"
      no-picker
      noWhatIf
      view="gene"
      height={600}
      onregulens-error={({ detail }) => console.error(detail.code)}
      onregulens-result={(event) => event.detail.kind === "gene" && console.log(event.detail.probability)}
    >
      <img src="figure.png" alt="A figure" />
    </regulens-view>
  );
}

// @ts-expect-error: no such view
export const wrong = <regulens-view view="genes" />;
// @ts-expect-error: no such attribute
export const unknown = <regulens-view modle="k562.safetensors" />;
