// A client is generated from the description, compiles strictly, and reads a page, writes a row.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, file, settings, signed } from './settings.mjs';
import { ok, run } from './tap.mjs';

const folder = join(settings.npm, 'client');

function node(...command) {
    try {
        return { good: true, said: execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }) };
    } catch (error) {
        return { good: false, said: `${error.stdout}\n${error.stderr}` };
    }
}

await run(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
    for (const [name, base] of Object.entries(settings.sites)) {
        const document = (await ask(`${base}/openapi.json`)).json;
        // The generator decodes twice: a path of "%25" is more than it can take.
        for (const path of Object.keys(document.paths).filter(each => each.includes('%25')))
            delete document.paths[path];
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
        const made = node(file('openapi-typescript/bin/cli.js'), `${name}.json`, '-o', `${name}.ts`);
        ok(made.good, `${name}: types are generated`, made.said);
    }
    cpSync(new URL('client.ts', import.meta.url), join(folder, 'client.ts'));
    writeFileSync(join(folder, 'node.d.ts'), 'declare const process: { argv: string[] };\n');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
        compilerOptions: { strict: true, target: 'es2022', module: 'nodenext', lib: ['es2022', 'dom'], types: [], skipLibCheck: true, outDir: 'out' },
        files: ['node.d.ts', 'client.ts', ...Object.keys(settings.sites).map(name => `${name}.ts`)],
    }));
    const compiled = node(file('typescript/bin/tsc'), '--project', '.');
    if (!ok(compiled.good, 'and compile strictly, with a client that uses them', compiled.said))
        return;
    writeFileSync(join(folder, 'out', 'package.json'), '{"type":"module"}\n');
    const ran = node('out/client.js', settings.sites.sky, signed.Authorization);
    if (!ok(ran.good, 'the client runs', ran.said))
        return;
    const [page, one, written] = ran.said.trim().split('\n').map(line => JSON.parse(line));
    ok(page.count === 1 && page.next === null && page.rows.length === 1 && /^Vega 0\.03 \d+ /.test(page.rows[0]), 'it reads a page',
        JSON.stringify(page));
    ok(one.name === 'Vega' && one.etag, 'and a row', JSON.stringify(one));
    ok(written.made === 201 && written.label === 'Typed again' && written.gone === 204, 'and writes, changes and removes one',
        JSON.stringify(written));
});
