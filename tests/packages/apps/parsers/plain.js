import * as parsers from "./node_modules/regulens/dist/parsers.js";
import { read } from "./read.js";

globalThis.outcome = read(parsers);
