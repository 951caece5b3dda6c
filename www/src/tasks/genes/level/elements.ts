/** Elements that show models of level. */

import "../../shared/run/bar";
import "./compare";
import "./results";
