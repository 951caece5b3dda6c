/** The elements that show results of each task: what a page of one file has, which is a single script. */

import "./change/results";
import "./on-off/results";
import "./tracks/results";
