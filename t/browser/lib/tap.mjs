// What a test prints, in TAP; t/browser.t passes it on.
import { readFileSync } from 'node:fs';

let number = 0;
let failed = 0;

/** What is known to be wrong, by the names of the checks: open.txt, which can only get shorter. */
const open = new Set(readFileSync(new URL('../open.txt', import.meta.url), 'utf8').split('\n').filter(each => each && !each.startsWith('#')));

const line = text => String(text).replace(/\s*\n\s*/g, ' | ').replace(/#/g, '\\#');

/** One check. `why` is said only when it failed: lines, or lists of lines. */
export function ok(good, name, ...why) {
    number++;
    if (open.has(name)) {
        console.log(`${good ? 'not ok' : 'ok'} ${number} - ${line(name)} (open)`);
        if (good) {
            failed++;
            note('It holds now: take it out of t/browser/open.txt');
        }
        return good;
    }
    console.log(`${good ? 'ok' : 'not ok'} ${number} - ${line(name)}`);
    if (!good) {
        failed++;
        const lines = why.flat(Infinity).filter(each => each !== undefined && each !== '');
        for (const each of lines.slice(0, 12))
            note(String(each).length > 1200 ? `${String(each).slice(0, 1200)}...` : each);
        if (lines.length > 12)
            note(`and ${lines.length - 12} more`);
    }
    return good;
}

/** Nothing was found; what was found is said. */
export function none(found, name) {
    return ok(found.length === 0, name, found);
}

export function note(text) {
    for (const each of String(text).split('\n'))
        console.log(`# ${each}`);
}

export function done() {
    console.log(`1..${number}`);
    process.exitCode = failed ? 1 : 0;
}

/** Runs a whole test: what it throws is a failure of its own. */
export async function run(test) {
    try {
        await test();
    } catch (error) {
        ok(false, 'the test itself runs to its end', error.stack ?? error);
    }
    done();
}
