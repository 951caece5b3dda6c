/** Elements that show models that predict the change between two cell types. */

import "../../shared/preparing";
import "../../shared/run/bar";
import "./compare";
import "./pair";
import "./results";
