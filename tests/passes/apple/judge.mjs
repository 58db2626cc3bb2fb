// Judges pass.json documents by passkit-generator's schemas: a list of documents on stdin, a list of
// complaints (or null) on stdout.
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const { PassProps } = await import(
  pathToFileURL(join(process.argv[2], "lib/esm/schemas/index.js")).href
);
let text = "";
for await (const piece of process.stdin) text += piece;
const complaints = JSON.parse(text).map((document) => {
  const { error } = PassProps.validate(document, { abortEarly: false });
  return error ? error.message : null;
});
console.log(JSON.stringify(complaints));
