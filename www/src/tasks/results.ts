/** The elements that show results of each task: what a page of one file has, which is a single script. */

import "./genes/change/results";
import "./genes/level/results";
import "./genes/on-off/results";
import "./tracks/results";
