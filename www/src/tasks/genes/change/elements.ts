/** Elements that show models that predict the change between two cell types. */

import "../preparing";
import "../run-bar";
import "./compare";
import "./pair";
import "./results";
