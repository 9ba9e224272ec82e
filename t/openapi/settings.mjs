// What t/openapi.t tells a test: a JSON file, named by the only argument.
//   npm       the folder that holds node_modules
//   chromium  the browser
//   shots     the folder for screenshots
//   sites     { name: the API's address, without a last slash }
//   user      "name:password" of somebody who may write
//   corpus    the folder of recorded answers
//   source    the repository
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const require = createRequire(join(settings.npm, 'package.json'));

/** A package of npm. Packages are not beside the tests, but in the build folder. */
export const need = name => import(pathToFileURL(require.resolve(name)));

/** A file of a package, by its path in node_modules. */
export const file = path => join(settings.npm, 'node_modules', path);

/** An answer: its status, headers and text, and what the text says if it is JSON. The path is sent as it is written, `..` and all. */
export function ask(url, { method = 'GET', headers = {}, body } = {}) {
    const [, host, port, path] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url);
    return new Promise((resolve, reject) => {
        const sent = request({ host, port, path, method, headers, agent: false }, answer => {
            const parts = [];
            answer.on('data', part => parts.push(part));
            answer.on('error', reject);
            answer.on('end', () => {
                const text = Buffer.concat(parts).toString();
                const type = answer.headers['content-type'] ?? '';
                resolve({
                    status: answer.statusCode, headers: new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
                    type, text, json: /json/.test(type) && text ? JSON.parse(text) : undefined,
                });
            });
        });
        sent.on('error', reject);
        sent.end(body);
    });
}

/** The header of the one who may write. */
export const signed = { Authorization: `Basic ${Buffer.from(settings.user).toString('base64')}` };
