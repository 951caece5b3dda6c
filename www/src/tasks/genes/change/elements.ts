/** Elements for models that predict changes between two cell types. */

import "../preparing";
import "../run-bar";
import "./compare";
import "./pair";
import "./results";
