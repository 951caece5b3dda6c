/** Elements for models that predict changes between two cell types. */

import "../../shared/preparing";
import "../../shared/run/bar";
import "./compare";
import "./pair";
import "./results";
