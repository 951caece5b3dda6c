/** Elements that show models of level. */

import "../run-bar";
import "./compare";
import "./results";
