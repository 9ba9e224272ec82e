// What t/browser.t tells a test: a JSON file, named by the only argument.
//   npm       the folder that holds node_modules
//   chromium  the browser
//   java      its command, for the validator
//   shots     the folder for screenshots
//   sites     { name: address }, without a last slash
//   user      who may write, as name:password
//   holes     a folder of the site `hostile` that selftest.mjs may write to, at /static/holes/
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** A package's main module, or a file of it by its path. Packages are not beside the tests, but in the build folder. */
export const need = createRequire(join(settings.npm, 'package.json'));

/** A JSON file of this folder. */
export const own = name => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
