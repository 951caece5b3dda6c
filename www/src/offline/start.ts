/** The part that the page loads when it is idle. */

import "./news";
import "./panel";

export { Offline } from "./offline";
