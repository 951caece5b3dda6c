/** Elements that show models which say whether genes are on. */

import "./data-step";
import "./first-gene";
import "./results";
import "../../shared/run/bar";
