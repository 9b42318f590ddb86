/** One entry of the bench of statistics in this process, which does nothing else: its size, its name and the file of a warehouse are told. */
import { ENTRIES, fillHistories, isEntry } from "./fits.js";

const [size = "", file = "", entry = ""] = process.argv.slice(2);
if (isEntry(entry)) console.log(JSON.stringify(await ENTRIES[entry](Number(size), file)));
else await fillHistories(file, Number(size));
