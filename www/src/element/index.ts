/** Defines `<regulens-view>`, unless another copy of this script has, or there is no page to define it in. */

import { customElement } from "./decorators";
import { RegulensView } from "./view";

customElement("regulens-view")(RegulensView);

export { RegulensView };
