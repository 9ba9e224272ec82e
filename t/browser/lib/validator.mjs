// The W3C's own checker of HTML, style sheets and SVG (the Nu Html Checker), which needs Java.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { settings } from './settings.mjs';

const jar = join(settings.npm, 'node_modules/vnu-jar/build/dist/vnu.jar');

/** Of style sheets, what browsers have known for years and the checker does not. */
const NEWER = /Property “(?:container(?:-type|-name)?|vector-effect|paint-order|field-sizing)” doesn't exist|Unrecognized at-rule “@(?:container|layer)”/;

function run(options, files) {
    return new Promise((resolve, reject) => {
        execFile(settings.java, ['-Xss4m', '-XX:TieredStopAtLevel=1', '-jar', jar, '--format', 'json', '--stdout', '--exit-zero-always', ...options,
            ...files], { maxBuffer: 1 << 28 }, (error, out, err) => {
            if (error)
                reject(new Error(`${error.message}\n${err}`));
            else
                resolve(JSON.parse(out).messages);
        });
    });
}

/**
 * Validates texts, all at once: [{ name, kind: 'html' | 'css' | 'svg', text }]. Adds to each `complaints`: what the
 * checker says of it, but for what is only information.
 */
export async function validate(texts) {
    const folder = join(settings.shots, 'validated');
    mkdirSync(folder, { recursive: true });
    const byFile = new Map();
    texts.forEach((each, i) => {
        each.complaints = [];
        const file = join(folder, `${i}.${each.kind}`);
        writeFileSync(file, each.text);
        byFile.set(basename(file), each);
    });
    const files = kind => texts.flatMap((each, i) => each.kind === kind ? [join(folder, `${i}.${kind}`)] : []);
    const html = files('html');
    // By default it reads every file as HTML, whatever its name.
    const runs = [[[], html], [['--css'], files('css')], [['--svg'], files('svg')]].filter(([, list]) => list.length);
    for (const messages of await Promise.all(runs.map(([options, list]) => run(options, list)))) {
        for (const { url, type, subType, lastLine, message, extract } of messages) {
            // How the letters of a value are composed, and in which language, is the affair of whoever stored it.
            if ((type === 'info' && subType !== 'warning') || /Unicode Normalization Form C|appears to be written in/.test(message) || NEWER.test(message))
                continue;
            byFile.get(basename(url ?? ''))?.complaints.push(`${type === 'info' ? 'warning' : type}, line ${lastLine}: ${message} ${extract ? `(${extract.replace(/\s+/g, ' ')})` : ''}`);
        }
    }
    return texts;
}
