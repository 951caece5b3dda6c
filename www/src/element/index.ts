/** Defines `<regulens-view>`, unless another copy of this script has. */

import { RegulensView } from "./view";

if (!customElements.get("regulens-view")) customElements.define("regulens-view", RegulensView);

export { RegulensView };
