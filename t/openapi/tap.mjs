// What a test prints, in TAP; t/openapi.t passes it on.
let number = 0;
let failed = 0;

const line = text => String(text).replace(/\s*\n\s*/g, ' | ').replace(/#/g, '\\#');

/** One check. `why` is said only when it failed: lines, or lists of lines. */
export function ok(good, name, ...why) {
    number++;
    console.log(`${good ? 'ok' : 'not ok'} ${number} - ${line(name)}`);
    if (!good) {
        failed++;
        const lines = why.flat(Infinity).filter(each => each !== undefined && each !== '');
        for (const each of lines.slice(0, 12))
            note(String(each).slice(0, 1000));
        if (lines.length > 12)
            note(`and ${lines.length - 12} more`);
    }
    return good;
}

/** Nothing was found; what was found is said. */
export const none = (found, name) => ok(found.length === 0, name, found);

export function note(text) {
    for (const each of String(text).split('\n'))
        console.log(`# ${each}`);
}

/** Runs a whole test: what it throws is a failure of its own. */
export async function run(test) {
    try {
        await test();
    } catch (error) {
        ok(false, 'the test itself runs to its end', error.stack ?? error);
    }
    console.log(`1..${number}`);
    process.exitCode = failed ? 1 : 0;
}
