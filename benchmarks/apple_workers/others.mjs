// Makers of passes from npm, as their own documentation uses them. Runs in the folder of the peers.
import { createRequire } from "node:module";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [, , name, modules, folder, chainText] = process.argv;
const chain = JSON.parse(chainText);

function walk(place) {
  return readdirSync(place).flatMap((one) => {
    const path = join(place, one);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

async function load(specifier) {
  const require = createRequire(join(modules, "index.js"));
  return import(pathToFileURL(require.resolve(specifier)).href);
}

const makers = {
  async passJs() {
    const { Template } = await import(
      pathToFileURL(join(modules, "node_modules/@walletpass/pass-js/dist/index.js")).href
    );
    const template = await Template.load(folder);
    // It insists on images for the screens of 2014: the same number of files, under those names.
    for (const name of ["icon", "logo"]) {
      template.images.set(`${name}.png`, readFileSync(join(folder, `${name}@2x.png`)));
      template.images.delete(`${name}@2x.png`);
    }
    template.setCertificate(readFileSync(chain.certificate, "utf8"));
    template.setPrivateKey(readFileSync(chain.key, "utf8"));
    return async (number) => {
      const pass = template.createPass({ serialNumber: number.toString(16).padStart(32, "0") });
      return pass.asBuffer();
    };
  },
  async passkitGenerator() {
    const { PKPass } = await load("passkit-generator");
    const files = Object.fromEntries(
      walk(folder).map((path) => [relative(folder, path), readFileSync(path)]),
    );
    const certificates = {
      wwdr: readFileSync(chain.intermediate),
      signerCert: readFileSync(chain.certificate),
      signerKey: readFileSync(chain.key),
    };
    return async (number) =>
      new PKPass(files, certificates, {
        serialNumber: number.toString(16).padStart(32, "0"),
      }).getAsBuffer();
  },
};

const make = await makers[name]();
let number = 0;
console.log(`ready ${(await make(number)).length}`);
for await (const line of createInterface({ input: process.stdin })) {
  // Seconds of this process's own computing, as in loop.py.
  const computed = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const began = computed();
  const end = began + Number(line);
  let made = 0;
  while (computed() < end) {
    number += 1;
    made += 1;
    await make(number);
  }
  console.log(made / (computed() - began));
}
