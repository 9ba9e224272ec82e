// Finds the pages of a site by its links.
import { ask, several } from './http.mjs';
import { inspectDocument, inspectTexts } from './inspect.mjs';

const isHtml = answer => answer.type === 'text/html' || answer.type === 'application/xhtml+xml';
const isXml = answer => /^(?:image\/svg\+xml|(?:application|text)\/xml|application\/[\w.-]+\+xml)$/.test(answer.type);

/** Reads answers as the browser would. `page` is any page of it: see inspectTexts. */
export async function read(page, answers, lenient = () => false) {
    const texts = answers.map(answer => ({
        type: isHtml(answer) ? 'text/html' : answer.type === 'image/svg+xml' ? 'image/svg+xml' : 'application/xml',
        text: answer.text, home: answer.url, lenient: lenient(answer.url),
    }));
    return page.evaluate(inspectTexts, texts, String(inspectDocument));
}

/** The path of an address, and the names of its parameters: pages that have both in common look alike. */
export function shape(url) {
    const { pathname, searchParams } = new URL(url);
    return { path: pathname, names: [...new Set(searchParams.keys())].sort().join(' ') };
}

/**
 * Walks from `starts` over every link that stays on the site. `wanted(url)` says whether an address is asked for: it is
 * called once for each address, in the order of a walk in breadth. Calls `seen(answer, { found, links, forms })` for
 * each document, with nothing read where it is neither HTML nor XML.
 */
export async function crawl(page, starts, { wanted, seen, lenient, limit = 2000 }) {
    const known = new Set();
    const { origin } = new URL(starts[0]);
    let wave = starts;
    let asked = 0;
    while (wave.length && asked < limit) {
        const now = [];
        for (const url of wave.map(each => each.replace(/#.*/s, ''))) {
            if (known.has(url) || new URL(url).origin !== origin)
                continue;
            known.add(url);
            if (asked < limit && wanted(url)) {
                now.push(url);
                asked++;
            }
        }
        const answers = [];
        await several(now, async url => answers.push(await ask(url)));
        answers.sort((a, b) => now.indexOf(a.url) - now.indexOf(b.url));
        const next = [];
        for (let i = 0; i < answers.length; i += 50) {
            const batch = answers.slice(i, i + 50);
            const readable = batch.filter(each => isHtml(each) || isXml(each));
            const readings = await read(page, readable, lenient);
            for (const answer of batch) {
                const reading = readings[readable.indexOf(answer)] ?? { found: [], links: [], forms: [] };
                seen(answer, reading);
                next.push(...reading.links);
                if (answer.headers.location)
                    next.push(new URL(answer.headers.location, answer.url).href);
            }
        }
        wave = next;
    }
    return { asked, known: known.size };
}
