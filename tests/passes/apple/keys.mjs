// Prints the keys that passkit-generator's schemas know of pass.json, as nested objects.
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const { PassProps } = await import(
  pathToFileURL(join(process.argv[2], "lib/esm/schemas/index.js")).href
);
function keys(told) {
  const found = {};
  for (const one of [told, ...(told.items ?? []), ...(told.matches ?? []).map((m) => m.schema)]) {
    if (one !== told) Object.assign(found, keys(one));
    for (const [name, inner] of Object.entries(one.keys ?? {})) found[name] = keys(inner);
  }
  return found;
}
console.log(JSON.stringify(keys(PassProps.describe())));
