// The viewer is the very package that its README names, and says how it was fetched.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { file, settings } from './settings.mjs';
import { none, ok, run } from './tap.mjs';

const vendored = join(settings.source, 'mod_site/assets/docs');
const own = ['README.md', 'docs.css', 'docs.js'];

await run(async () => {
    const { name, version, license } = JSON.parse(readFileSync(file('swagger-ui-dist/package.json'), 'utf8'));
    const readme = readFileSync(join(vendored, 'README.md'), 'utf8');
    ok(readme.includes(`${name} ${version}`) && readme.includes(license) && readme.includes(`npm pack ${name}@${version}`),
        `README.md names ${name} ${version}, ${license}`);
    const files = readdirSync(vendored).filter(each => !own.includes(each));
    ok(files.includes('LICENSE') && files.includes('swagger-ui-bundle.js'), 'its licence is with it', files);
    none(files.filter(each => !readFileSync(join(vendored, each)).equals(readFileSync(file(`${name}/${each}`)))),
        `${files.length} files are those of the package`);
});
